import { assert, assertEquals } from "@std/assert";
import { uniform } from "../../random/mod.ts";
import { readCheckpoint } from "../../runtime/checkpoint/mod.ts";
import { end, filesIn, inFolder, run, start } from "./process.ts";

const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

const sizeOf = (path: string) => Deno.stat(path).then((s) => s.size, () => -1);

/** Returns the folders of the trainings that a run has begun. */
function begun(run: string): string[] {
  try {
    return [...Deno.readDirSync(`${run}/checkpoints`)].map((e) => e.name);
  } catch {
    return [];
  }
}

/** Returns when the result of each finished training was written. */
async function finished(run: string): Promise<Record<string, number>> {
  const at: Record<string, number> = {};
  for (const name of begun(run)) {
    for (const { name: file } of Deno.readDirSync(`${run}/checkpoints/${name}`)) {
      if (!file.endsWith(".safetensors")) continue;
      const path = `${run}/checkpoints/${name}/${file}`;
      const { kept } = (await readCheckpoint(path)).extra as { kept: { finished: boolean } };
      if (kept.finished) at[name] = Number(Deno.statSync(path).mtime);
    }
  }
  return at;
}

/** Returns a document without its times. */
function timeless(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(timeless);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).filter(([key]) => key !== "seconds" && key !== "out").map((
      [k, v],
    ) => [k, timeless(v)]),
  );
}

/** Returns the files that have to be the same in the folders of two runs. */
async function results(run: string): Promise<unknown> {
  return {
    metrics: await Deno.readTextFile(`${run}/metrics.csv`),
    models: Object.entries(filesIn(run)).filter(([name]) => name.endsWith(".onnx")),
    summary: timeless(JSON.parse(await Deno.readTextFile(`${run}/summary.json`))),
  };
}

/** Kills and resumes a run several times, and compares it with an uninterrupted one. */
async function killOften(
  folder: string,
  args: readonly string[],
  { kills, seed }: { kills: number; seed: number },
) {
  const whole = run(folder, ...args, "--quiet", "--out", "whole");
  const out = `${folder}/killed`;
  const draw = uniform({ seed, stream: "kills" }, 2 * kills);
  let before: Record<string, number> = {};
  const resumed: number[] = [];
  for (let i = 0; i < kills; i++) {
    const child = await sizeOf(`${out}/config.json`) > 0
      ? start(folder, "--resume", "killed", "--quiet")
      : start(folder, ...args, "--quiet", "--checkpoint-every", "7", "--keep", "1", "--out", "killed");
    const enough = begun(out).length + 4 * draw[2 * i]!;
    const until = performance.now() + 20_000;
    while (performance.now() < until && begun(out).length <= enough) await sleep(2);
    await sleep(60 * draw[2 * i + 1]!);
    try {
      child.kill("SIGKILL");
    } catch {
      // It was faster.
    }
    await end(child);
    const now = await finished(out);
    // What was finished before was not trained again.
    for (const [name, time] of Object.entries(before)) assertEquals(now[name], time, name);
    resumed.push(Object.keys(now).length);
    before = now;
  }
  const { code, err } = await run(folder, "--resume", "killed", "--quiet");
  assertEquals([code, err], [0, ""]);
  assertEquals([(await whole).code, (await whole).err], [0, ""]);
  assertEquals(await results(out), await results(`${folder}/whole`));
  const last = await finished(out);
  for (const [name, time] of Object.entries(before)) assertEquals(last[name], time, name);
  assertEquals(Object.keys(last).sort(), begun(out).sort());
  // Without --checkpoint-every, nothing of the trainings is left.
  assertEquals(begun(`${folder}/whole`), []);
  return { resumed, trainings: Object.keys(last).length };
}

const SMALL: Readonly<Record<string, readonly string[]>> = {
  compare: [
    "compare",
    "--data",
    "iris",
    "--epochs",
    "20",
    "--seeds",
    "2",
    "--optimizer",
    "sgd,adam",
    "--budget",
    "4",
  ],
};

/** With more time: `DESCENT_KILLS=10 deno test …`. */
const KILLS = Number(Deno.env.get("DESCENT_KILLS") ?? 0);
const MORE: Readonly<Record<string, readonly string[]>> = {
  tuning: ["tuning", "--seeds", "1"],
  wilson2017: ["wilson2017", "--seeds", "1", "--epochs", "2"],
  rnn: ["rnn", "--seeds", "1"],
  annealing: ["annealing", "--seeds", "1"],
  sparse: ["sparse", "--seeds", "1", "--epochs", "2"],
  "swats2017": ["swats2017", "--seeds", "1", "--epochs", "4"],
  "reddi2018": ["reddi2018", "--seeds", "1", "--epochs", "2", "--steps", "1000"],
  "learning-rate": ["learning-rate", "--seeds", "1"],
};

for (const [name, args] of Object.entries(KILLS > 0 ? { ...SMALL, ...MORE } : SMALL)) {
  Deno.test(`${name} that is killed and resumed trains nothing twice, and gives the same results`, () =>
    inFolder(async (folder) => {
      const { resumed, trainings } = await killOften(folder, args, { kills: KILLS || 4, seed: 5 });
      assert(resumed.some((n) => n > 0 && n < trainings), `${resumed} of ${trainings}`);
      if (KILLS > 0) console.log(name, trainings, resumed.join(" "));
    }));
}

Deno.test("compare stops at Ctrl-C, keeps the training under way, and resumes to the same results", () =>
  inFolder(async (folder) => {
    const args = [...SMALL.compare!, "--quiet"];
    const whole = run(folder, ...args, "--out", "whole");
    const child = start(folder, ...args, "--checkpoint-every", "7", "--out", "killed");
    const out = `${folder}/killed`;
    const until = performance.now() + 20_000;
    while (performance.now() < until && begun(out).length < 5) await sleep(2);
    child.kill("SIGINT");
    const { code, err } = await end(child);
    assertEquals([code, err], [130, "stopped by SIGINT: resume with deno task experiment --resume killed\n"]);
    const before = await finished(out);
    assert(Object.keys(before).length > 0);
    assertEquals((await run(folder, "--resume", "killed", "--quiet")).code, 0);
    assertEquals((await whole).code, 0);
    assertEquals(await results(out), await results(`${folder}/whole`));
    const after = await finished(out);
    for (const [name, time] of Object.entries(before)) assertEquals(after[name], time, name);
  }));
