/** Whether threads spin while they wait: the rule, the option, and what reaches ONNX Runtime. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { buildModel, encodeModel, Graph, tensorOf } from "../../../onnx/mod.ts";
import { importOnnxRuntime } from "../../../deps.ts";
import { openSession, type SessionOptions } from "../../../runtime/session/mod.ts";
import { freeProcessors, idleProcessors, othersIn } from "../../../runtime/session/load.ts";
import { spinningOf } from "../../../runtime/session/spinning.ts";
import { withVariable } from "./environment.ts";
import { withSessions } from "./opened_sessions.ts";

Deno.test("othersIn(): the load average rounded, without what this process may have added", () => {
  const others = (load: number, age: number) => othersIn(load, { age });
  assertEquals([0, 0.4, 0.6, 3.2, 5].map((load) => others(load, 0)), [0, 0, 1, 3, 5]);
  // A process that was busy for long is a load of 1 by itself; one that was for a minute, of 0.63.
  assertEquals([0, 1.4, 1.6].map((load) => others(load, 1e6)), [0, 0, 1]);
  assertEquals([1.1, 1.2].map((load) => others(load, 60)), [0, 1]);
});

Deno.test("idleProcessors(): the sum of the idle shares between two readings, rounded", () => {
  const at = (user: number, idle: number) => ({ user, nice: 10, sys: 5, idle, irq: 0 });
  const before = [at(1000, 500), at(0, 0)];
  assertEquals(idleProcessors(before, [at(1000, 750), at(10, 240)]), 2);
  assertEquals(idleProcessors(before, [at(1250, 500), at(10, 240)]), 1);
  assertEquals(idleProcessors(before, [at(1250, 500), at(150, 100)]), 0);
  // A system that does not count, or has no processors to tell of.
  assertEquals(idleProcessors(before, before), undefined);
  assertEquals(idleProcessors([], []), undefined);
});

Deno.test("freeProcessors() is at most the number of processors", async () => {
  const free = await freeProcessors(2);
  assert(Number.isInteger(free) && free <= 2, String(free));
});

Deno.test("spinningOf(): the option comes before DESCENT_SPINNING, which is on or off", () =>
  withVariable("DESCENT_SPINNING", async (set) => {
    const of = (given: boolean | undefined, threads: number) => spinningOf(given, { threads });
    set("off");
    assertEquals([await of(undefined, 2), await of(true, 2)], [false, true]);
    set("on");
    assertEquals([await of(undefined, 1000), await of(false, 1000)], [true, false]);
    set("");
    // No machine has as many processors free, and a single thread waits for no other.
    assertEquals([await of(undefined, 1000), await of(undefined, 1)], [false, true]);
    set("1");
    await assertRejects(() => of(undefined, 2), RangeError, "DESCENT_SPINNING must be on or off, got 1");
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
