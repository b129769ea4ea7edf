/**
 * Trials as job arrays of Slurm. What was submitted is noted in the folder of the sweep, `slurm/<name>.json` and then
 * `slurm/<name>.job`, so that whoever goes on with the sweep knows what is in the queue.
 *
 * @module
 */
import { replaceFile } from "../../mod.ts";
import { shellLine } from "../shell.ts";
import { endClaimOf } from "./claim.ts";
import type { Executor } from "./drive.ts";
import { trialCommand } from "./process.ts";
import type { TrialCall } from "./trial_call.ts";

/** How often to ask Slurm, in milliseconds, and how often in a row it may not answer. */
const POLL = 2000;
const MOST_SILENCE = 150;

/** The most jobs of an array: one less than Slurm's own bound by default. */
const MOST_OF_ARRAY = 1000;

/** How jobs are submitted. */
export interface SlurmOptions {
  /** The folder of the sweep. */
  readonly folder: string;
  /** How many jobs of an array may run at a time; any number where it is not given. */
  readonly jobs: number | undefined;
  readonly threads: number;
  readonly lease: number;
  /** Further options of sbatch. */
  readonly sbatch: readonly string[];
}

/** An array in the queue: its open calls by index. */
interface JobArray {
  readonly name: string;
  readonly id: string;
  readonly open: Map<number, TrialCall>;
}

/** Submits trials, and takes over what is in the queue. @throws {Error} where Slurm cannot be reached. */
export async function slurmExecutor(options: SlurmOptions): Promise<Executor> {
  const notes = `${options.folder}/slurm`;
  await Deno.mkdir(notes, { recursive: true });
  const arrays = await submittedBefore(notes);
  let silent = 0;
  /** Ends the claims of jobs that have left the queue. */
  const settle = async () => {
    let queued: Set<string>;
    try {
      queued = await queue();
      silent = 0;
    } catch (error) {
      // A controller may be away for some minutes.
      if (++silent > MOST_SILENCE || error instanceof Missing) throw error;
      return;
    }
    for (const array of [...arrays]) {
      for (const [index, call] of array.open) {
        const job = `${array.id}_${index}`;
        if (queued.has(job)) continue;
        const log = `${notes}/${array.name}-${index}.log`;
        await endClaimOf(call, {
          how: "failed",
          error: `job ${job} ended without a result: ${await lastLine(log)}`,
        });
        array.open.delete(index);
      }
      if (array.open.size > 0) continue;
      arrays.splice(arrays.indexOf(array), 1);
      for (const end of ["job", "json"]) await Deno.remove(`${notes}/${array.name}.${end}`).catch(() => {});
    }
  };
  if (arrays.length > 0) await settle();
  return {
    room: () => Infinity,
    has: (folder) => arrays.some(({ open }) => [...open.values()].some((call) => call.folder === folder)),
    async start(calls) {
      for (let i = 0; i < calls.length; i += MOST_OF_ARRAY) {
        arrays.push(await submit(calls.slice(i, i + MOST_OF_ARRAY), { ...options, notes }));
      }
    },
    async news(signal) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, POLL);
      signal.addEventListener("abort", () => resolve());
      await promise;
      clearTimeout(timer);
      if (!signal.aborted) await settle();
    },
    stop() {
      const ids = arrays.map((a) => a.id).join(" ");
      return Promise.resolve(ids === "" ? "" : `its jobs go on, scancel ${ids} ends them; `);
    },
  };
}

/** A command of Slurm is not there. */
class Missing extends Error {
  override name = "Error";
}

async function submit(
  calls: readonly TrialCall[],
  { notes, jobs, threads, lease, sbatch }: SlurmOptions & { notes: string },
): Promise<JobArray> {
  const name = crypto.randomUUID();
  const list = `${notes}/${name}.json`;
  await replaceFile(list, [new TextEncoder().encode(JSON.stringify(calls))]);
  const script = [
    "#!/bin/sh",
    `export NO_COLOR=1 DESCENT_THREADS=${threads}`,
    `exec ${shellLine([...await trialCommand(), list])} "$SLURM_ARRAY_TASK_ID" ${lease}`,
    "",
  ].join("\n");
  const args = [
    "--parsable",
    `--array=0-${calls.length - 1}${jobs === undefined ? "" : `%${jobs}`}`,
    "--job-name=descent-sweep",
    `--cpus-per-task=${threads}`,
    `--output=${notes}/${name}-%a.log`,
    // A job that is put back is not the process that made the claim: it is submitted anew.
    "--no-requeue",
    ...sbatch,
  ];
  let id: string;
  try {
    // With several clusters, `id;cluster`.
    id = (await slurm("sbatch", args, script)).trim().split(";")[0]!;
  } catch (error) {
    await Deno.remove(list);
    throw error;
  }
  await replaceFile(`${notes}/${name}.job`, [new TextEncoder().encode(id)]);
  return { name, id, open: new Map(calls.entries()) };
}

/** The jobs of one's own that wait or run, as `<array>_<index>`. */
async function queue(): Promise<Set<string>> {
  const lines = await slurm("squeue", ["--me", "--noheader", "--array", "--format=%F_%K"]);
  return new Set(lines.split("\n").map((line) => line.trim()));
}

async function submittedBefore(notes: string): Promise<JobArray[]> {
  const arrays: JobArray[] = [];
  for await (const { name: file } of Deno.readDir(notes)) {
    if (!file.endsWith(".job")) continue;
    const name = file.slice(0, -".job".length);
    const id = await Deno.readTextFile(`${notes}/${file}`);
    const calls = JSON.parse(await Deno.readTextFile(`${notes}/${name}.json`)) as TrialCall[];
    arrays.push({ name, id, open: new Map(calls.entries()) });
  }
  return arrays;
}

async function slurm(command: string, args: readonly string[], input = ""): Promise<string> {
  let child: Deno.ChildProcess;
  try {
    child = new Deno.Command(command, {
      args: [...args],
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
  } catch {
    throw new Missing(
      `${command} cannot be run: --executor slurm takes a machine that Slurm is installed on`,
    );
  }
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(input)).catch(() => {});
  await writer.close().catch(() => {});
  const { success, stdout, stderr } = await child.output();
  const text = new TextDecoder();
  // It may say several things before the last one, which is why it gives up.
  if (!success) throw new Error(text.decode(stderr).trim().split("\n").at(-1) || `${command} failed`);
  return text.decode(stdout);
}

async function lastLine(path: string): Promise<string> {
  const text = await Deno.readTextFile(path).catch(() => "");
  return text.trim().split("\n").at(-1)!.slice(0, 1000) || "it said nothing";
}
