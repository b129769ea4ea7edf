/** Whether threads spin while they wait: the rule, the option, and what reaches ONNX Runtime. */
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { buildModel, encodeModel, Graph, tensorOf } from "../../../onnx/mod.ts";
import { importOnnxRuntime } from "../../../deps.ts";
import { openSession, type SessionOptions } from "../../../runtime/session/mod.ts";
import { freeProcessors, spinningOf } from "../../../runtime/session/spinning.ts";
import { withVariable } from "./environment.ts";
import { withSessions } from "./opened_sessions.ts";

Deno.test("freeProcessors(): the load of others rounded, without what this process may have added", () => {
  const free = (processors: number, load: number | undefined, age: number) =>
    freeProcessors({ processors, load, age });
  assertEquals(free(2, undefined, 0), 2);
  assertEquals(free(2, 0.4, 0), 2);
  assertEquals(free(2, 0.6, 0), 1);
  assertEquals(free(8, 3.2, 0), 5);
  assertEquals(free(2, 5, 0), -3);
  // A process that was busy for long is a load of 1 by itself; one that was for a minute, of 0.63.
  assertEquals(free(2, 1.4, 1e6), 2);
  assertEquals(free(2, 1.1, 60), 2);
  assertEquals(free(2, 1.2, 60), 1);
  assertEquals(free(2, 0, 1e6), 2);
});

Deno.test("spinningOf(): the option comes before DESCENT_SPINNING, which is on or off", () =>
  withVariable("DESCENT_SPINNING", async (set) => {
    set("off");
    assertEquals([spinningOf(undefined, { threads: 2 }), spinningOf(true, { threads: 2 })], [false, true]);
    set("on");
    const many = { threads: 1000 };
    assertEquals([spinningOf(undefined, many), spinningOf(false, many)], [true, false]);
    set("");
    // No machine has as many processors free, and a single thread waits for no other.
    assertEquals([spinningOf(undefined, many), spinningOf(undefined, { threads: 1 })], [false, true]);
    set("1");
    assertThrows(
      () => spinningOf(undefined, many),
      RangeError,
      "DESCENT_SPINNING must be on or off, got 1",
    );
    await assertRejects(() => openSession(model()), RangeError, "DESCENT_SPINNING");
  }));

function model() {
  const g = new Graph();
  const x = g.input("x", "float32", ["N"]);
  g.output(g.mul(x, x), "y");
  return buildModel(g);
}

Deno.test("openSession() hands spinning and threads to ONNX Runtime, computes the same, and says what it took", () =>
  withSessions(async (seen) => {
    const opened = async (options: SessionOptions) => {
      await using session = await openSession(model(), options);
      const { y } = await session.run({ x: tensorOf([1, 2, 3]) });
      assertEquals(y!.data, Float32Array.of(1, 4, 9));
      return [session.threads, session.spinning];
    };
    const off = { session: { intra_op: { allow_spinning: "0" } } };
    const most = navigator.hardwareConcurrency;
    assertEquals(await opened({ threads: most, spinning: false }), [most, false]);
    assertEquals(await opened({ threads: 1, spinning: true }), [1, true]);
    const given = seen.map(({ intraOpNumThreads, extra }) => [intraOpNumThreads, extra]);
    assertEquals(given, [[most, off], [1, undefined]]);
    await assertRejects(() => openSession(model(), { spinning: "no" as unknown as boolean }), TypeError);
  }));

Deno.test("ONNX Runtime reads the setting: it refuses a list of affinities under the same key", async () => {
  const { InferenceSession } = await importOnnxRuntime();
  const create = (extra: Record<string, unknown>) =>
    InferenceSession.create(encodeModel(model()), { logSeverityLevel: 4, intraOpNumThreads: 3, extra });
  const error = await assertRejects(() => create({ session: { intra_op_thread_affinities: "1;1;1;1" } }));
  assert(/thread_pool_size: 3\b/.test(String(error)), String(error));
});
