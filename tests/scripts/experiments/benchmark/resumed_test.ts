/** A benchmark that is killed at any moment and resumed gives the same data, apart from its clock. */
import { assert, assertEquals } from "@std/assert";
import { uniform } from "../../../../random/mod.ts";
import { parseExactJson } from "../../../../runtime/checkpoint/mod.ts";
import type { BenchmarkData } from "../../../../scripts/experiments/benchmark/data.ts";
import { end, inFolder, run, start } from "../../process.ts";
import { dataOf, timeless } from "./in_process.ts";

const ARGS = [
  "--problem=digits_logreg,digits_mlp",
  "--optimizer=sgd,adam",
  "--budget=2",
  "--tuning-seeds=1",
  "--seeds=2",
  "--epochs=6",
];

const SAVING = ["--checkpoint-every", "5", "--keep", "1", "--out", "killed", "--quiet"];

const KILLS = 2;

const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Returns the number of trainings that a run has begun. */
function begun(run: string): number {
  try {
    return [...Deno.readDirSync(`${run}/checkpoints`)].length;
  } catch {
    return 0;
  }
}

Deno.test("a benchmark that is killed several times and resumed gives the same data but for its clock", () =>
  inFolder(async (folder) => {
    const env = { env: { DESCENT_THREADS: "1" } };
    const out = `${folder}/killed`;
    const draw = uniform({ seed: 3, stream: "kills" }, 2 * KILLS);
    let before = 0;
    let killed = 0;
    for (let i = 0; i < KILLS; i++) {
      const child = before > 0
        ? start(folder, "--resume", "killed", "--quiet", env)
        : start(folder, "benchmark", ...ARGS, ...SAVING, env);
      let over = false;
      child.status.then(() => over = true);
      const enough = before + 4 * draw[2 * i]!;
      while (!over && begun(out) <= enough) await sleep(2);
      await sleep(20 * draw[2 * i + 1]!);
      try {
        child.kill("SIGKILL");
      } catch {
        // It was faster.
      }
      if ((await end(child)).code !== 0) killed++;
      before = begun(out);
    }
    const { code, err } = await run(folder, "--resume", "killed", "--quiet", env);
    assertEquals([code, err], [0, ""]);
    assert(killed > 0, "none was in time");
    const expected = await dataOf(...ARGS);
    const found = parseExactJson(await Deno.readTextFile(`${out}/benchmark.json`)) as BenchmarkData;
    assertEquals(timeless(found), timeless(expected));
    // 2 problems, 2 rules, 2 trials and 2 seeds.
    assertEquals(begun(out), 16);
    for (const { resumed } of expected.problems) {
      assertEquals(resumed, { sgd: [false, false], adam: [false, false] });
    }
    for (const { resumed } of found.problems) assertEquals(Object.values(resumed).flat().length, 4);
  }));
