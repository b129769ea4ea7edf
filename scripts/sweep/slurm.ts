/**
 * Runs trials as job arrays of Slurm. Each submission is recorded in the folder of the sweep, in `slurm/<name>.json`
 * before it and `slurm/<name>.job` after it, so that a process that resumes the sweep knows what is in the queue.
 *
 * An array is identified by its job name, which ends in the name of its records, not by its id: the answer of `sbatch`
 * may get lost although the jobs are, or will be, in the queue. It is then submitted again under the same name, unless
 * the queue has it. If both copies start, the second job of a trial finds the trial claimed and ends.
 *
 * @module
 */
import { replaceFile } from "../../mod.ts";
import { shellLine } from "../console/mod.ts";
import { claimsOn, endClaimOf } from "./claim.ts";
import type { Executor } from "./drive.ts";
import { trialCommand } from "./process.ts";
import {
  arrayLimit,
  isOver,
  jobNamed,
  Missing,
  queue,
  type QueuedJob,
  slurm,
  SlurmError,
} from "./slurm_commands.ts";
import type { TrialCall } from "./trial_call.ts";

/** Milliseconds between queries of Slurm, and the number of failed queries in a row that are tolerated. */
const POLL = 2000;
const MOST_SILENCE = 150;

/** The number of queries in a row that must lack an array before it is submitted again. */
const MOST_MISSED = 3;

/** Submissions of an array while `sbatch` does not answer: about eight minutes in all. */
const MOST_TRIES = 12;

/** Milliseconds before a full queue is tried again, and the largest number of jobs to query at a time. */
const PROBE = 15_000;
const MOST_ASKED = 25;

/** The largest array, even if Slurm allows more: one less than Slurm's default limit. */
const MOST_OF_ARRAY = 1000;

/** The options by which jobs are submitted. */
export interface SlurmOptions {
  /** The folder of the sweep. */
  readonly folder: string;
  /** Jobs of an array that may run at a time; unlimited by default. */
  readonly jobs: number | undefined;
  /** The largest number of jobs in an array; by default Slurm's limit, up to 1000. */
  readonly arrayMax: number | undefined;
  readonly threads: number;
  /** Seconds without a heartbeat after which a job that is not in the queue counts as dead. */
  readonly lease: number;
  /** Further options of sbatch. */
  readonly sbatch: readonly string[];
}

/** A job array: its open trial calls by index. */
interface JobArray {
  /** The name of its records. */
  readonly name: string;
  readonly open: Map<number, TrialCall>;
  /** Its id; `undefined` until it is known to be submitted. */
  id: string | undefined;
  /** The number of submissions, and when to check whether to submit it again. */
  tries: number;
  again: number;
  /** The number of queries in a row that lacked it. */
  missed: number;
}

/** Returns an executor that submits trials, and takes over the jobs in the queue. @throws {Error} if Slurm cannot be reached. */
export async function slurmExecutor(options: SlurmOptions): Promise<Executor> {
  const jobs = new SlurmJobs(options);
  await jobs.takeOver();
  return {
    room: () => jobs.room,
    has: (folder) => jobs.has(folder),
    start: (calls) => jobs.submit(calls),
    finish: () => jobs.settle(),
    async news(signal) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, POLL);
      signal.addEventListener("abort", () => resolve());
      await promise;
      clearTimeout(timer);
      if (!signal.aborted) await jobs.settle();
    },
    stop() {
      const ids = jobs.ids.join(" ");
      return Promise.resolve(ids === "" ? "" : `its jobs continue, scancel ${ids} ends them; `);
    },
  };
}

/** The jobs of a sweep. */
class SlurmJobs {
  readonly #options: SlurmOptions;
  readonly #notes: string;
  readonly #clusters: readonly string[];
  readonly #arrays: JobArray[] = [];
  readonly #absent = new Absences();
  /** The largest number of jobs in an array. */
  #limit = MOST_OF_ARRAY;
  /** The number of jobs that the queue still accepts. */
  #room = Infinity;
  /** Whether a full queue was reported. */
  #warned = false;
  /** The time at which to try the full queue again. */
  #probe = 0;
  #silent = 0;
  /** The number of jobs queried in this round. */
  #asked = 0;

  constructor(options: SlurmOptions) {
    this.#options = options;
    this.#notes = `${options.folder}/slurm`;
    this.#clusters = clustersOf(options.sbatch);
  }

  /** The number of trials that can still be submitted. While an array is not in the queue, no other one is sent. */
  get room(): number {
    return this.#arrays.some((a) => a.id === undefined) ? 0 : this.#room;
  }

  get ids(): string[] {
    return this.#arrays.flatMap((a) => a.id ?? []);
  }

  has(folder: string): boolean {
    return this.#arrays.some(({ open }) => [...open.values()].some((call) => call.folder === folder));
  }

  /** Reads Slurm's limits and the records of earlier submissions. */
  async takeOver(): Promise<void> {
    const { arrayMax } = this.#options;
    const allowed = await arrayLimit(this.#clusters) ?? Infinity;
    if (allowed < 1) {
      throw new Error(
        "this Slurm allows no job arrays (MaxArraySize is 0), which --executor slurm needs: use --executor local",
      );
    }
    this.#limit = Math.min(arrayMax ?? MOST_OF_ARRAY, allowed);
    await Deno.mkdir(this.#notes, { recursive: true });
    for await (const { name: file } of Deno.readDir(this.#notes)) {
      if (!file.endsWith(".json")) continue;
      const name = file.slice(0, -".json".length);
      const calls = JSON.parse(await Deno.readTextFile(`${this.#notes}/${file}`)) as TrialCall[];
      const id = await Deno.readTextFile(`${this.#notes}/${name}.job`).catch(() => undefined);
      this.#arrays.push({ name, id, open: new Map(calls.entries()), tries: 1, again: 0, missed: 0 });
    }
    if (this.#arrays.length > 0) await this.settle();
  }

  /** Submits as many trials as possible. */
  async submit(calls: readonly TrialCall[]): Promise<void> {
    for (let at = 0; at < calls.length && this.room > 0;) {
      const count = Math.min(this.#limit, this.room, calls.length - at);
      const array: JobArray = {
        name: crypto.randomUUID(),
        id: undefined,
        open: new Map(calls.slice(at, at + count).entries()),
        tries: 0,
        again: 0,
        missed: 0,
      };
      const list = new TextEncoder().encode(JSON.stringify([...array.open.values()]));
      await replaceFile(`${this.#notes}/${array.name}.json`, [list]);
      this.#arrays.push(array);
      if (await this.#send(array)) at += count;
    }
  }

  /** Checks the state of the jobs. */
  async settle(): Promise<void> {
    let queued: Map<string, QueuedJob>;
    try {
      queued = await queue(this.#clusters);
      this.#silent = 0;
    } catch (error) {
      // A controller may be down for some minutes.
      if (++this.#silent > MOST_SILENCE || error instanceof Missing) throw error;
      return;
    }
    this.#asked = 0;
    // Other jobs of the same user may have left the queue.
    if (this.#room === 0 && performance.now() > this.#probe) this.#room = 1;
    for (const array of [...this.#arrays]) {
      if (array.id === undefined) await this.#lookFor(array, queued);
      else await this.#settle(array, queued);
    }
  }

  /** Sends an array to Slurm. @returns whether it is, or may be, in the queue; `false` if it was too large and was dropped. */
  async #send(array: JobArray): Promise<boolean> {
    array.tries++;
    try {
      const said = await sbatch(array, { ...this.#options, notes: this.#notes });
      // The last line, after messages of the site; with several clusters, `id;cluster`.
      const id = /^(\d+)(?:;.*)?$/.exec(said.trim().split("\n").at(-1)!.trim())?.[1];
      // Some sites change the output; then the queue has the id.
      if (id !== undefined) await this.#note(array, id);
      else array.again = performance.now() + 60_000;
      return true;
    } catch (error) {
      if (!(error instanceof SlurmError) || !await this.#outlast(array, error)) {
        await this.#forget(array);
        throw error;
      }
      return this.#arrays.includes(array);
    }
  }

  /** Reacts to an error of Slurm. @returns whether to try again. */
  async #outlast(array: JobArray, { why, message }: SlurmError): Promise<boolean> {
    const count = array.open.size;
    switch (why) {
      case "passing":
        if (array.tries === 1) console.error(`Slurm does not answer; trying again: ${message}`);
        // After 2 s, 4 s, ..., 1 min.
        array.again = performance.now() + Math.min(60_000, 1000 * 2 ** array.tries);
        return array.tries < MOST_TRIES;
      case "array":
        if (count === 1) return false;
        this.#limit = Math.floor(count / 2);
        break;
      case "full":
        if (count > 1) {
          this.#room = Math.floor(count / 2);
          break;
        }
        this.#room = 0;
        this.#probe = performance.now() + PROBE;
        if (this.#warned) break;
        this.#warned = true;
        console.error(`Slurm accepts no more jobs for now; the remaining trials wait: ${message}`);
        break;
      case "refused":
        return false;
    }
    await this.#forget(array);
    return true;
  }

  /** Looks for an array whose submission got no answer; submits it again if it is not in the queue. */
  async #lookFor(array: JobArray, queued: ReadonlyMap<string, QueuedJob>): Promise<void> {
    const found = [...queued].find(([key]) => key.slice(0, key.lastIndexOf("/")).endsWith(array.name));
    if (found !== undefined) return await this.#note(array, found[1].id);
    // A controller that is back may still have to process earlier submissions.
    if (++array.missed < MOST_MISSED || performance.now() < array.again) return;
    array.missed = 0;
    await this.#send(array);
  }

  async #note(array: JobArray, id: string): Promise<void> {
    array.id = id;
    await replaceFile(`${this.#notes}/${array.name}.job`, [new TextEncoder().encode(id)]);
  }

  /** Ends the claims of jobs that are over. */
  async #settle(array: JobArray, queued: ReadonlyMap<string, QueuedJob>): Promise<void> {
    const name = jobName(array, this.#options.sbatch);
    for (const [index, call] of array.open) {
      const job = queued.get(`${name}/${index}`) ?? queued.get(`${array.id}/${index}`);
      const over = await this.#isOver(array, { index, call, job });
      if (over === null) continue;
      const log = `${this.#notes}/${array.name}-${index}.log`;
      const error = `job ${array.id}_${index} ended ${over}: ${await lastLine(log)}`;
      await endClaimOf(call, { how: "failed", error });
      array.open.delete(index);
      if (this.#room < Infinity) this.#room++;
    }
    if (array.open.size === 0) await this.#forget(array);
  }

  /** Returns how a job ended, in words; `null` if it has not ended, or that is not known yet. */
  async #isOver(
    array: JobArray,
    { index, call, job }: { index: number; call: TrialCall; job: QueuedJob | undefined },
  ): Promise<string | null> {
    const key = `${array.name}/${index}`;
    const { last, ended, beat } = await claimsOn(call.folder);
    // The trial's own record is certain.
    if (last > call.claim || last === call.claim && ended !== null) return "without a result";
    if (job !== undefined) {
      this.#absent.seen(key);
      return isOver(job) ? `as ${job.state}` : null;
    }
    // The queue may wrongly look empty.
    const silence = this.#absent.silence(key, last === call.claim ? beat : "");
    if (silence < 1000 * this.#options.lease) return null;
    // A running job sends heartbeats; a job that has not begun waits as long as the controller knows it.
    if (last === call.claim) return "without a heartbeat";
    if (this.#asked++ >= MOST_ASKED) return null;
    const known = await jobNamed(`${array.id}_${index}`, this.#clusters);
    if (known === undefined) return silence < POLL * MOST_SILENCE ? null : "without a result";
    if (known === null) return "without a result";
    return isOver(known) ? `as ${known.state}` : null;
  }

  async #forget(array: JobArray): Promise<void> {
    this.#arrays.splice(this.#arrays.indexOf(array), 1);
    for (const end of ["job", "json"]) {
      await Deno.remove(`${this.#notes}/${array.name}.${end}`).catch(() => {});
    }
  }
}

/** Measures how long jobs have been missing from the queue without a heartbeat. */
class Absences {
  readonly #since = new Map<string, { beat: string; at: number }>();

  seen(key: string): void {
    this.#since.delete(key);
  }

  /** Returns the milliseconds since a job was first missing with this heartbeat. */
  silence(key: string, beat: string): number {
    const now = performance.now();
    const since = this.#since.get(key);
    if (since?.beat === beat) return now - since.at;
    this.#since.set(key, { beat, at: now });
    return 0;
  }
}

/** Submits an array. @returns the output of sbatch. */
async function sbatch(
  array: JobArray,
  { notes, jobs, threads, lease, sbatch }: SlurmOptions & { notes: string },
): Promise<string> {
  const { name, open } = array;
  const script = [
    "#!/bin/sh",
    `export NO_COLOR=1 DESCENT_THREADS=${threads}`,
    `exec ${shellLine([...await trialCommand(), `${notes}/${name}.json`])} "$SLURM_ARRAY_TASK_ID" ${lease}`,
    "",
  ].join("\n");
  const args = [
    "--parsable",
    `--array=0-${open.size - 1}${jobs === undefined ? "" : `%${jobs}`}`,
    `--cpus-per-task=${threads}`,
    `--output=${notes}/${name}-%a.log`,
    // A requeued job is not the process that made the claim: it is submitted again.
    "--no-requeue",
    ...sbatch,
    // After the user's options: this name contains the user's own.
    `--job-name=${jobName(array, sbatch)}`,
  ];
  return await slurm("sbatch", args, script);
}

/** Returns the name of an array in the queue: the user's own job name, then the name of its records. */
function jobName({ name }: JobArray, sbatch: readonly string[]): string {
  const given = optionOf(sbatch, { long: "--job-name", short: "-J" }).at(-1) ?? "descent-sweep";
  return `${given.replace(/[^\w.-]/g, "_")}-${name}`;
}

/** Returns the option that names clusters, as given to sbatch, for the other commands. */
function clustersOf(sbatch: readonly string[]): string[] {
  return optionOf(sbatch, { long: "--clusters", short: "-M" }).slice(-1).map((names) =>
    `--clusters=${names}`
  );
}

/** Returns the values that the words of a command line give an option. */
function optionOf(words: readonly string[], { long, short }: { long: string; short: string }): string[] {
  return words.flatMap((word, i) => {
    if (word === long || word === short) return words[i + 1] ?? [];
    if (word.startsWith(`${long}=`)) return word.slice(long.length + 1);
    return word.startsWith(short) && !word.startsWith("--") ? word.slice(short.length) : [];
  });
}

async function lastLine(path: string): Promise<string> {
  const text = await Deno.readTextFile(path).catch(() => "");
  return text.trim().split("\n").at(-1)!.slice(0, 1000) || "it said nothing";
}
