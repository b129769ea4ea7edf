/** Sweeps under a stand-in for Slurm: answers that get lost, limits, and a queue that looks empty. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { end, inFolder, type Result, run, start } from "./process.ts";
import { testUnderSlurm } from "./slurm.ts";
import { type Mood, type StandIn, standIn, type StandInCommands } from "./slurm_stand_in.ts";

const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}

/** Returns a sweep of very short trials. */
const sweepOf = (trials: number) => ({
  experiment: "digits",
  options: { epochs: 1, optimizer: "sgd", "batch-size": 256 },
  space: { "learning-rate": Array.from({ length: trials }, (_, i) => 0.01 * (i + 1)) },
  metric: "validationAccuracy",
});

interface Document {
  readonly finished: number;
  readonly failed: number;
  readonly trials: readonly { id: string; attempts: number }[];
}

/** Runs a sweep under a stand-in. */
async function sweep(
  folder: string,
  options: StandIn & { trials: number; more?: readonly string[] },
): Promise<{ result: Result; slurm: StandInCommands; document: Document }> {
  const slurm = await standIn(`${folder}/stand-in`, options);
  await Deno.writeTextFile(`${folder}/s.json`, JSON.stringify(sweepOf(options.trials)));
  const args = ["sweep", "s.json", "--executor", "slurm", "--out", "out", "--json", "--quiet"];
  const result = await run(folder, ...args, ...options.more ?? [], slurm);
  await slurm.settled();
  return { result, slurm, document: result.code === 0 ? JSON.parse(result.out) : undefined };
}

/** Returns the names of the notes about arrays. */
const notes = (folder: string) =>
  [...Deno.readDirSync(`${folder}/out/slurm`)].map((e) => e.name).filter((n) => !n.endsWith(".log"));

/** Asserts that each trial was finished by its first attempt. */
function assertFinished(document: Document, trials: number): void {
  assertEquals([document.finished, document.failed], [trials, 0]);
  assertEquals(document.trials.map((t) => t.attempts), new Array(trials).fill(1));
}

const MOODS: readonly [moods: readonly Mood[], submissions: number][] = [
  [["times out"], 2],
  [["loses its answer"], 1],
  [["chats"], 1],
];
for (const [moods, submissions] of MOODS) {
  Deno.test(`experiment sweep starts each trial once if sbatch ${moods.join(" and ")}`, () =>
    inFolder(async (folder) => {
      const { result, slurm, document } = await sweep(folder, { trials: 1, moods });
      assertEquals(result.code, 0, result.err);
      assertEquals(result.err.includes("Slurm does not answer; trying again"), moods[0] !== "chats");
      assertFinished(document, 1);
      assertEquals(slurm.asked(), new Array(submissions).fill(1));
      assertEquals(Object.values(slurm.runs()), [1]);
      assertEquals(notes(folder), []);
    }));
}

Deno.test("experiment sweep finishes each trial once if jobs get into the queue after sbatch timed out", () =>
  inFolder(async (folder) => {
    const { result, slurm, document } = await sweep(folder, { trials: 2, moods: ["is late"] });
    assertEquals(result.code, 0, result.err);
    assertFinished(document, 2);
    const runs = slurm.runs();
    // Both arrays have the same name; the second job found the trial claimed.
    assertEquals(Object.keys(runs).length, 2);
    assert(Object.values(runs).every((n) => n <= 2));
    for (const { id } of document.trials) {
      const claims = [...Deno.readDirSync(`${folder}/out/trials/${id}/claims`)].map((e) => e.name).sort();
      assertEquals(claims, ["1", "1.beat", "1.ended"]);
    }
  }));

Deno.test("experiment sweep continues an array whose answer was lost because the sweep was killed", () =>
  inFolder(async (folder) => {
    const slurm = await standIn(`${folder}/stand-in`, { moods: ["loses its answer"] });
    await Deno.writeTextFile(`${folder}/s.json`, JSON.stringify(sweepOf(2)));
    const args = ["sweep", "s.json", "--executor", "slurm", "--out", "out", "--json", "--quiet"];
    const first = start(folder, ...args, slurm);
    while (slurm.asked().length === 0) await sleep(5);
    first.kill("SIGKILL");
    await end(first);
    assertMatch(notes(folder).join(), /^[\w-]+\.json$/);
    const second = await run(folder, ...args, slurm);
    await slurm.settled();
    assertEquals(second.code, 0, second.err);
    assertFinished(JSON.parse(second.out), 2);
    assertEquals([slurm.asked(), Object.values(slurm.runs())], [[2], [1, 1]]);
  }));

Deno.test("experiment sweep says at once why Slurm refuses jobs for good", () =>
  inFolder(async (folder) => {
    const { result, slurm } = await sweep(folder, { trials: 2, moods: ["refuses"] });
    assertEquals([result.code, result.out], [1, ""]);
    assertStringIncludes(result.err, "Batch job submission failed: Invalid partition name specified");
    assertEquals([slurm.asked(), notes(folder)], [[2], []]);
  }));

const LIMITS: readonly [
  name: string,
  options: StandIn & { more?: readonly string[] },
  asked: readonly number[],
][] = [
  ["an array size that scontrol reports", { arrayMax: 2, tellsArrayMax: true }, [2, 1]],
  ["an array size that only sbatch reports", { arrayMax: 2 }, [3, 1, 1, 1]],
  ["--array-max", { more: ["--array-max", "2"] }, [2, 1]],
];
for (const [name, options, asked] of LIMITS) {
  Deno.test(`experiment sweep keeps to ${name}`, () =>
    inFolder(async (folder) => {
      const { result, slurm, document } = await sweep(folder, { trials: 3, ...options });
      assertEquals([result.code, result.err], [0, ""]);
      assertFinished(document, 3);
      assertEquals(slurm.asked(), asked);
    }));
}

Deno.test("experiment sweep waits for room if Slurm accepts two jobs at a time, and says so once", () =>
  inFolder(async (folder) => {
    const { result, slurm, document } = await sweep(folder, { trials: 3, submitMax: 2, pending: 5 });
    assertEquals(result.code, 0, result.err);
    assertMatch(
      result.err,
      /^Slurm accepts no more jobs for now; the remaining trials wait: [^\n]*submit limit[^\n]*\n$/,
    );
    assertFinished(document, 3);
    assertEquals(Object.values(slurm.runs()), [1, 1, 1]);
  }));

Deno.test("experiment sweep does not treat an empty queue as failed jobs", () =>
  inFolder(async (folder) => {
    const { result, document, slurm } = await sweep(folder, { trials: 3, blind: 6, pending: 3 });
    assertEquals([result.code, result.err], [0, ""]);
    assertFinished(document, 3);
    assertEquals(slurm.asked(), [3]);
  }));

Deno.test("experiment sweep submits jobs again that Slurm has lost, after the lease", () =>
  inFolder(async (folder) => {
    const lost = { trials: 2, losesJobs: true, tellsArrayMax: true, more: ["--lease", "3"] };
    const { result, document, slurm } = await sweep(folder, lost);
    assertEquals([result.code, result.err], [0, ""]);
    assertEquals([document.finished, document.trials.map((t) => t.attempts)], [2, [2, 2]]);
    assertEquals(slurm.asked(), [2, 2]);
  }));

testUnderSlurm(
  "experiment sweep runs each trial once under a real Slurm whose controller hangs while jobs are submitted, in arrays of its size",
  { cpus: 2, conf: "MaxArraySize=2\nMessageTimeout=5" },
  async (folder, slurm) => {
    try {
      await Deno.writeTextFile(`${folder}/s.json`, JSON.stringify(sweepOf(3)));
      // The controller hangs from the first submission on.
      await Deno.mkdir(`${folder}/bin`);
      await Deno.writeTextFile(
        `${folder}/bin/sbatch`,
        `#!/bin/sh
if mkdir ${folder}/stopped 2> /dev/null; then kill -STOP $(cat ${folder}/slurm/slurmctld.pid); fi
exec /usr/bin/sbatch "$@"
`,
        { mode: 0o755 },
      );
      const env = { ...slurm.env, PATH: `${folder}/bin:${Deno.env.get("PATH")}` };
      const args = ["sweep", "s.json", "--executor", "slurm", "--out", "out", "--json", "--quiet"];
      const child = start(folder, ...args, { env });
      while (!exists(`${folder}/stopped`)) await sleep(20);
      await sleep(8000);
      await slurm.signalController("SIGCONT");
      const { code, out, err } = await end(child);
      assertEquals(code, 0, err);
      assertMatch(
        err,
        /^Slurm does not answer; trying again: .*(Socket timed out|Unable to contact).*\n$/,
      );
      assertFinished(JSON.parse(out), 3);
      // The array that the controller accepted after sbatch timed out, and the one for the third trial. If it were even
      // slower, jobs of another array with that name would find the trials claimed, and fail.
      const jobs = await slurm.command("squeue", "-h", "-r", "-t", "all", "-o", "%K %T");
      const completed = jobs.trim().split("\n").filter((job) => job.endsWith("COMPLETED"));
      assertEquals(completed.sort(), ["0 COMPLETED", "0 COMPLETED", "1 COMPLETED"], jobs);
    } finally {
      await slurm.signalController("SIGCONT").catch(() => {});
    }
  },
);

Deno.test("experiment sweep refuses Slurm's options without --executor slurm", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/s.json`, JSON.stringify(sweepOf(1)));
    for (const option of ["--array-max=3", "--sbatch=--time=1"]) {
      const { code, err } = await run(folder, "sweep", "s.json", option);
      assertEquals([code, err], [2, `error: ${option.split("=")[0]} is only for --executor slurm\n`]);
    }
    const { code, err } = await run(folder, "sweep", "s.json", "--executor", "slurm", "--array-max", "0");
    assertEquals([code, err], [2, "error: --array-max must be an integer of at least 1, got 0\n"]);
  }));
