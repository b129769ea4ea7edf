/** The number of threads: given, from the environment, or that of ONNX Runtime. */
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { buildModel, Graph } from "../../../onnx/mod.ts";
import { allThreads, openSession, programThreads, type Threads } from "../../../runtime/session/mod.ts";
import { threadsOf } from "../../../runtime/session/threads.ts";
import { withVariable } from "./environment.ts";

const most = navigator.hardwareConcurrency;
const RANGE = `must be an integer from 1 to ${most}, the number of available processors`;

function model() {
  const g = new Graph();
  g.output(g.relu(g.input("x", "float32", [1])), "y");
  return buildModel(g);
}

Deno.test("openSession() refuses an invalid number of threads or one above the processors, and names its source", async () => {
  const refused = (threads: number) =>
    assertRejects(() => openSession(model(), { threads }), RangeError, `threads ${RANGE}, got ${threads}`);
  for (const threads of [0, 1.5, NaN, most + 1, 100_000, "auto" as unknown as number]) await refused(threads);
  await withVariable("DESCENT_THREADS", async (set) => {
    for (const text of ["many", "0", "-1", "1e5", " 1", String(most + 1), "100000", "Auto"]) {
      set(text);
      await assertRejects(
        () => openSession(model()),
        RangeError,
        `DESCENT_THREADS ${RANGE}, or "auto", got ${text}`,
      );
    }
    set(String(most));
    await using session = await openSession(model());
    assertEquals(session.threads, most);
  });
});

Deno.test("DESCENT_THREADS=auto is for training programs: other sessions have all threads", () =>
  withVariable("DESCENT_THREADS", async (set) => {
    const all = await allThreads();
    assert(Number.isInteger(all) && all >= 1 && all <= most, String(all));
    set("auto");
    assertEquals([threadsOf(undefined), threadsOf(1)], [undefined, 1]);
    assertEquals([programThreads(undefined), programThreads(1)], ["auto", 1]);
    const session = await openSession(model());
    assertEquals(session.threads, all);
    await session.close();
    set("1");
    assertEquals([threadsOf(undefined), programThreads(undefined), programThreads("auto")], [1, 1, "auto"]);
    set("");
    assertEquals([threadsOf(undefined), programThreads(undefined)], [undefined, undefined]);
    assertThrows(() => programThreads(0), RangeError, `threads ${RANGE}, or "auto", got 0`);
    assertThrows(() => programThreads("all" as Threads), RangeError, `threads ${RANGE}, or "auto", got all`);
  }));
