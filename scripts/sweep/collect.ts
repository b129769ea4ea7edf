/**
 * Reads the results of a sweep's trials from their folders.
 *
 * @module
 */
import { readTextFile } from "../../files/mod.ts";
import { reason, UsageError } from "../console/mod.ts";
import { digestText, type InputDigest, type InputDigests, sameContent } from "../inputs/mod.ts";
import { type Claims, claimsOn } from "./claim.ts";
import { epochValues } from "./curve.ts";
import { type Curve, mediansOf } from "./median.ts";
import type { PrunerFile } from "./pruning.ts";
import type { Ends, Schedule } from "./ends.ts";
import { scheduleOf } from "./schedule.ts";
import type { Trial } from "./space.ts";
import type { Sweep } from "./sweep_file.ts";
import { type Verdicts, verdictsIn } from "./verdicts.ts";
import { RUN } from "./trial_call.ts";

/** The state of a trial. */
export interface TrialState {
  readonly trial: Trial;
  /** `open` if it has not run yet, or is running. */
  readonly state: "finished" | "pruned" | "failed" | "open";
  /** The metric, of a pruned trial after its last epoch; `null` if it is missing or not finite. */
  readonly score: number | null;
  /** The epoch after which the trial was pruned. */
  readonly prunedAfter?: number;
  /** The metric after each epoch of a finished trial; absent without a pruner. */
  readonly curve?: Curve;
  readonly claims: Claims;
  /** The verdicts of a finished trial on its claims; none for most experiments. */
  readonly verdicts?: Verdicts;
  /** Seconds that the run took; without the time of killed processes that left no checkpoint. */
  readonly seconds?: number;
  /** The error message of its failure. */
  readonly error?: string;
}

/** The trials so far. */
export interface Board {
  readonly states: readonly TrialState[];
  /** Whether all trials have ended and no others will follow. */
  readonly complete: boolean;
  /** Returns what may prune a trial; `undefined` if nothing may. */
  readonly prunerOf: (trial: Trial) => PrunerFile | undefined;
}

/** Returns the folder of a trial in that of its sweep. */
export function trialFolder(sweep: string, { id }: Trial): string {
  return `${sweep}/trials/${id}`;
}

/** Reads the folders of trials; finished ones are read once. */
export class Collector {
  readonly #sweep: Sweep;
  readonly #schedule: (ends: Ends) => Schedule;
  readonly #folder: string;
  readonly #retries: number;
  readonly #over = new Map<string, TrialState>();
  /** The input files by name: the first trial that read each, and its digest. */
  readonly #inputs = new Map<string, { readonly trial: string; readonly digest: InputDigest }>();

  constructor(sweep: Sweep, { folder, retries }: { folder: string; retries: number }) {
    this.#sweep = sweep;
    this.#schedule = scheduleOf(sweep);
    this.#folder = folder;
    this.#retries = retries;
  }

  /** Returns the trials in their current state. @throws {UsageError} if a run lacks the metric. */
  async look(): Promise<Board> {
    for (;;) {
      const { trials, complete, earlier } = this.#schedule(this.#over);
      const before = this.#over.size;
      const states: TrialState[] = [];
      for (const trial of trials) {
        const state = this.#over.get(trial.id) ?? await this.#read(trial);
        if (state.state !== "open") this.#over.set(trial.id, state);
        states.push(state);
      }
      // Trials that have just ended may decide which others follow.
      if (complete || this.#over.size === before) {
        const prunerOf = ({ id }: Trial) => this.#prunerOf(earlier?.get(id) ?? []);
        return { states, complete: complete && states.every((s) => s.state !== "open"), prunerOf };
      }
    }
  }

  /** Returns what may prune a trial by the earlier trials; `undefined` if too few of them have finished. */
  #prunerOf(earlier: readonly string[]): PrunerFile | undefined {
    const { pruner, metric, goal } = this.#sweep;
    if (pruner === undefined) return undefined;
    const { startup, warmUp, interval } = pruner;
    const finished = earlier.filter((id) => this.#over.get(id)?.curve !== undefined);
    const medians = mediansOf(finished.map((id) => this.#over.get(id)!.curve!), { startup });
    return medians && { metric, goal, warmUp, interval, medians: [...medians], of: finished };
  }

  /** Reads the metric after each epoch of a finished trial. @throws {UsageError} if it has none, or several trainings. */
  async #curveOf(folder: string): Promise<Curve> {
    const { experiment, metric } = this.#sweep;
    const { curve, trainings, columns } = await epochValues(`${folder}/${RUN}`, metric);
    if (curve.size === 0) {
      throw new UsageError(
        `pruner needs ${metric} after each epoch, which ${experiment} does not write to metrics.csv: remove pruner, or ` +
          `name another metric${columns.length === 0 ? "" : `. There are: ${columns.join(", ")}`}`,
      );
    }
    if (trainings.length > 1) {
      throw new UsageError(
        `pruner needs one training in each trial, but ${folder}/${RUN} has ${trainings.length}: ${
          trainings.join("; ")
        }. Name one, as by options.optimizer, or remove pruner`,
      );
    }
    return curve;
  }

  /** Checks that all trials read the same data and code under one name. @throws {UsageError} naming both trials. */
  async #requireSameInputs(trial: Trial, folder: string): Promise<void> {
    for (const [name, digest] of Object.entries(await inputsOf(`${folder}/${RUN}`))) {
      const key = keyOf(name, trial);
      const first = this.#inputs.get(key);
      if (first === undefined) this.#inputs.set(key, { trial: trial.id, digest });
      else if (!sameContent(first.digest, digest)) {
        throw new UsageError(
          `${name} was not the same for all trials: ${digestText(first.digest)} for ${first.trial}, ${
            digestText(digest)
          } for ${trial.id}: remove the folder of the wrong one from ${this.#folder}/trials, or name another with --out`,
        );
      }
    }
  }

  async #read(trial: Trial): Promise<TrialState> {
    const folder = trialFolder(this.#folder, trial);
    const claims = await claimsOn(folder);
    if (claims.ended?.pruned !== undefined) {
      const { value, epoch } = claims.ended.pruned;
      return { trial, state: "pruned", score: value, prunedAfter: epoch, claims };
    }
    const summary = claims.last === 0 ? null : await readSummary(`${folder}/${RUN}/summary.json`);
    if (summary !== null) {
      await this.#requireSameInputs(trial, folder);
      const score = metricOf(summary, this.#sweep.metric);
      if (score === undefined) {
        throw new UsageError(
          `metric ${this.#sweep.metric} is not in ${folder}/${RUN}/summary.json. There are: ${
            metricsOf(summary).join(", ")
          }`,
        );
      }
      const curve = this.#sweep.pruner === undefined ? {} : { curve: await this.#curveOf(folder) };
      const seconds = Number(summary.seconds);
      return { trial, state: "finished", score, claims, seconds, verdicts: verdictsIn(summary), ...curve };
    }
    return this.#unfinished(trial, claims);
  }

  #unfinished(trial: Trial, claims: Claims): TrialState {
    const { ended, failures } = claims;
    const failed = ended?.how === "refused" || ended !== null && failures > this.#retries;
    const error = ended?.error === undefined ? {} : { error: ended.error };
    return { trial, state: failed ? "failed" : "open", score: null, claims, ...error };
  }
}

/** Returns the key of a trial's input file: its name and the trial's data folder. */
function keyOf(name: string, { args }: Trial): string {
  return `${args.find((a) => a.startsWith("--data-dir=")) ?? ""} ${name}`;
}

/** Reads the input digests of a run; empty for runs of earlier versions, which have none. */
async function inputsOf(run: string): Promise<InputDigests> {
  try {
    return JSON.parse(await Deno.readTextFile(`${run}/config.json`)).inputs ?? {};
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return {};
    throw new Error(`${run}/config.json cannot be read: ${reason(error)}`, { cause: error });
  }
}

/**
 * Returns a number of a summary. A name refers to a field of its runs, averaged over them; a path such as
 * `spread.optimizer` or `runs.1.testLoss` to one place. Returns `null` if it is not finite, `undefined` if it is missing.
 */
export function metricOf(
  summary: Readonly<Record<string, unknown>>,
  metric: string,
): number | null | undefined {
  const runs = Array.isArray(summary.runs) ? summary.runs as Record<string, unknown>[] : [];
  const found = runs.map((run) => own(run, metric)).filter((v) => v === null || typeof v === "number");
  if (found.length > 0) {
    return found.includes(null) ? null : (found as number[]).reduce((a, b) => a + b, 0) / found.length;
  }
  const at = metric.split(".").reduce<unknown>(own, summary);
  return at === null || typeof at === "number" ? at : undefined;
}

function own(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined;
}

/** Returns the names of the numbers in the runs of a summary. */
function metricsOf({ runs, seconds: _, ...rest }: Readonly<Record<string, unknown>>): string[] {
  const numbers = (of: unknown) =>
    Object.entries(of as object).filter(([, v]) => typeof v === "number").map(([name]) => name);
  const all = Array.isArray(runs) ? runs.flatMap(numbers) : [];
  return [...new Set([...all, ...numbers(rest)])];
}

async function readSummary(path: string): Promise<Record<string, unknown> | null> {
  try {
    return JSON.parse(await readTextFile(path));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw new Error(`${path} cannot be read: ${reason(error)}`, { cause: error });
  }
}
