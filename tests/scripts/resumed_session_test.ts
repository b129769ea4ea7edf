/** The threads and the block of a run: recorded before its first step, taken again when it is resumed, or refused. */
import { assert, assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import { sessionPlan } from "../../mod.ts";
import { UsageError } from "../../scripts/console/mod.ts";
import type { Configuration } from "../../scripts/run/configuration.ts";
import { resumedSession } from "../../scripts/run/resumed_session.ts";
import { withVariable } from "../runtime/session/environment.ts";
import { filesIn, inFolder, run } from "./process.ts";

const most = navigator.hardwareConcurrency;
const PLAN = { threads: most, spinning: true, block: 16 } as const;

/** A configuration with these threads and block, and those of the places where it was resumed. */
function record(...places: Partial<Configuration["machine"]>[]): Partial<Configuration> {
  const [first, ...resumed] = places.map((machine) => ({
    descent: { version: "1" },
    machine: { cores: 99, threads: 1, os: "x", ...machine },
    session: { device: "cpu", precision: "float32" },
  }));
  return { ...first!, ...(resumed.length === 0 ? {} : { resumed }) };
}

const resumed = (before: Partial<Configuration> | undefined, otherBits = false) =>
  resumedSession(PLAN, { before, path: "run", otherBits });

Deno.test("resumedSession() takes the recorded threads of the last place, and all else from the machine", () =>
  withVariable("DESCENT_THREADS", (set) => {
    set("");
    assertEquals(resumed(undefined), PLAN);
    assertEquals(resumed(record({ threads: 1, block: 16 })), { ...PLAN, threads: 1 });
    assertEquals(resumed(record({ threads: 99, block: 8 }, { threads: 1, block: 16 })).threads, 1);
    // Threads that no training has chosen yet, and runs of earlier versions or on a GPU, which have no record.
    assertEquals(resumed(record({ threads: "auto", block: 16 })), PLAN);
    assertEquals(resumed(record({ threads: 99 })), PLAN);
    assertEquals(resumed({}), PLAN);
    set("auto");
    const auto = { ...PLAN, threads: "auto" } as const;
    const before = record({ threads: 1, block: 16 });
    assertEquals(resumedSession(auto, { before, path: "run", otherBits: false }).threads, 1);
  }));

Deno.test("resumedSession() refuses by name what the machine cannot do, unless other bits are allowed", () =>
  withVariable("DESCENT_THREADS", (set) => {
    set("");
    const remedy =
      ": resume it on a machine that has the same, or add --other-bits to continue with results that " +
      "differ by rounding";
    const processors = `${most} processor${most === 1 ? "" : "s"}`;
    const refused = {
      [`run was computed with 1000 threads, but this machine has ${processors}${remedy}`]: { threads: 1000 },
      [`run was computed with blocks of 8 channels, but this machine has blocks of 16 channels${remedy}`]: {
        block: 8,
      },
      [`run was computed with no blocks of channels, but this machine has blocks of 16 channels${remedy}`]: {
        block: "none",
      },
    } as const;
    for (const [message, machine] of Object.entries(refused)) {
      const before = record({ threads: 1, block: 16, ...machine });
      const error = assertThrows(() => resumed(before), UsageError);
      assertEquals(error.message, message);
      assertEquals(resumed(before, true), { ...PLAN, threads: "threads" in machine ? most : 1 });
    }
    // Other bits are allowed, but not sought, unless the environment asks for other threads.
    assertEquals(resumed(record({ threads: 1, block: 16 }), true).threads, 1);
    set(String(most));
    assertEquals(resumed(record({ threads: 1, block: 16 }), true).threads, most);
  }));

const ARGS = ["digits", "--optimizer", "sgd", "--epochs", "1", "--checkpoint-every", "20", "--out", "run"];

Deno.test("a run with DESCENT_THREADS=auto records and tells its choice, and is resumed with it; another block is refused", () =>
  inFolder(async (folder) => {
    const auto = { env: { DESCENT_THREADS: "auto" } };
    const { code, err } = await run(folder, ...ARGS, auto);
    assertEquals(code, 0, err);
    const file = `${folder}/run/config.json`;
    const config = async () => JSON.parse(await Deno.readTextFile(file)) as { configuration: Configuration };
    const { configuration } = await config();
    const { threads, block } = configuration.machine;
    assert(threads === 1 || threads === most, String(threads));
    if (most > 1) assertMatch(err, new RegExp(`threads: ${threads} \\(a step takes [\\d.e-]+ ms with one`));
    const metrics = await Deno.readTextFile(`${folder}/run/metrics.csv`);
    const again = async (...given: Parameters<typeof run> extends [string, ...infer G] ? G : never) => {
      await Deno.remove(`${folder}/run/summary.json`).catch(() => {});
      // The steps after the first checkpoint are done again.
      const files = Object.keys(filesIn(`${folder}/run/checkpoints`)).sort();
      await Deno.remove(`${folder}/run/checkpoints/${files.at(-1)}`);
      return await run(folder, "--resume", "run", ...given);
    };
    // The other number in the environment has no effect.
    const other = threads === 1 ? most : 1;
    const kept = await again("--quiet", { env: { DESCENT_THREADS: String(other) } });
    assertEquals(kept.code, 0, kept.err);
    if (most > 1) {
      assertStringIncludes(
        kept.err,
        `warning: run continues with ${threads} thread${threads === 1 ? "" : "s"}, as it began, not ${other}`,
      );
    }
    assertEquals((await config()).configuration.machine, configuration.machine);
    assertEquals(await Deno.readTextFile(`${folder}/run/metrics.csv`), metrics);
    // A processor without blocks, or, where this one has none, a record of one with blocks.
    const text = await Deno.readTextFile(file);
    const elsewhere = block === "none" ? text.replace('"block": "none"', '"block": 16') : text;
    await Deno.writeTextFile(file, elsewhere);
    const none = { env: { DESCENT_CPU_BLOCK: "none" } };
    const refused = await again("--quiet", none);
    assertEquals([refused.code, refused.out], [2, ""]);
    assertMatch(
      refused.err,
      /^error: run was computed with blocks of \d+ channels, but this machine has no blocks/,
    );
    assertEquals(await Deno.readTextFile(file), elsewhere);
    const allowed = await again("--quiet", "--other-bits", none);
    assertEquals(allowed.code, 0, allowed.err);
    assertEquals((await config()).configuration.resumed?.map((p) => p.machine.block), ["none"]);
    const alone = await run(folder, ...ARGS.with(-1, "new"), "--other-bits");
    assertEquals([alone.code, alone.err], [
      2,
      "error: --other-bits is only for --resume: a new run has no bits to keep\n",
    ]);
  }));

Deno.test("sessionPlan() says what programs take, and refuses what is out of range", async () => {
  const { block } = await sessionPlan();
  await withVariable("DESCENT_THREADS", async (set) => {
    set("auto");
    assertEquals((await sessionPlan()).threads, "auto");
    assertEquals(await sessionPlan({ threads: 1, spinning: false }), { threads: 1, spinning: false, block });
  });
  await withVariable("DESCENT_CPU_BLOCK", async (set) => {
    set("none");
    assertEquals((await sessionPlan()).block, "none");
  });
  assertEquals((await sessionPlan({ device: "webgpu" })).block, "none");
});
