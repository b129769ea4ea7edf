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

/** A longer run, with other kinds of models, for more kills. */
const LONG = [
  "--problem=digits_vae,text_rnn,quadratic_deep",
  "--optimizer=sgd,adam",
  "--budget=3",
  "--seeds=2",
];

const SAVING = ["--checkpoint-every", "5", "--keep", "1", "--out", "killed", "--quiet"];

/** With more time: `DESCENT_KILLS=10 deno test …`. */
const MORE = Number(Deno.env.get("DESCENT_KILLS") ?? 0);
const KILLS = MORE || 2;

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
    const args = MORE > 0 ? LONG : ARGS;
    // By problem and rule: 2 trials of 1 seed, or 3 of 2, and 2 seeds.
    const trainings = MORE > 0 ? 3 * 2 * (3 * 2 + 2) : 2 * 2 * (2 + 2);
    const env = { env: { DESCENT_THREADS: "1" } };
    const out = `${folder}/killed`;
    const draw = uniform({ seed: 3, stream: "kills" }, 2 * KILLS);
    let before = 0;
    let killed = 0;
    for (let i = 0; i < KILLS; i++) {
      const child = before > 0
        ? start(folder, "--resume", "killed", "--quiet", env)
        : start(folder, "benchmark", ...args, ...SAVING, env);
      let over = false;
      child.status.then(() => over = true);
      // Kills are spread over all trainings.
      const enough = before + 1.5 * trainings / KILLS * draw[2 * i]!;
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
    const expected = await dataOf(...args);
    const found = parseExactJson(await Deno.readTextFile(`${out}/benchmark.json`)) as BenchmarkData;
    assertEquals(timeless(found), timeless(expected));
    assertEquals(begun(out), trainings);
    for (const { resumed } of expected.problems) {
      assertEquals(resumed, { sgd: [false, false], adam: [false, false] });
    }
    const broken = found.problems.flatMap((p) => Object.values(p.resumed).flat()).filter(Boolean).length;
    if (MORE > 0) console.log(`${killed} kills, ${broken} runs resumed`);
    for (const { resumed } of found.problems) assertEquals(Object.values(resumed).flat().length, 4);
  }));
