/**
 * Sweeps of the command line, read for notebooks.
 *
 * @module
 */
import { type Cell, shortNumber, tableBundle, withDisplay } from "../display/mod.ts";
import { readTextFile } from "../files/mod.ts";
import { DescentError } from "../options/mod.ts";

/** A trial of a sweep. */
export interface SweepTrial {
  /** Its name, that of its folder. */
  readonly id: string;
  /** The options that were tried, by name. */
  readonly setting: Readonly<Record<string, string | number | boolean>>;
  /** The seed, if the sweep repeats its settings. */
  readonly seed?: number;
  /** Its outcome. */
  readonly state: "finished" | "pruned" | "failed";
  /** The metric at its end; `null` without one. */
  readonly score: number | null;
}

/** A sweep: what it ran, and how each trial ended. */
export interface SweepSummary {
  /** The experiment. */
  readonly of: string;
  /** The metric that trials are ranked by. */
  readonly metric: string;
  /** Whether more of it is better, or less. */
  readonly goal: "max" | "min";
  /** The best setting, with its mean score over the seeds; `null` if none finished. */
  readonly best: { readonly setting: SweepTrial["setting"]; readonly score: number } | null;
  /** All trials, from best to worst; those without a score last. */
  readonly trials: readonly SweepTrial[];
}

/**
 * Reads the summary that a sweep of the command line wrote into its folder, as an object that a notebook shows as a table,
 * with the best trials first.
 *
 * @throws {DescentError} when the folder holds no summary of a sweep
 * @throws {Error} when `summary.json` is missing or cannot be read.
 *
 * @example
 * ```ts
 * import { readSweep } from "./sweep.ts";
 * import { bundleOf } from "../display/mod.ts";
 * import { assertEquals } from "@std/assert";
 * const folder = await Deno.makeTempDir();
 * const trials = [["a", 0.1, 0.5], ["b", 0.2, 0.25]].map(([id, lr, score]) => ({ id, setting: { lr }, state: "finished", score }));
 * const best = { setting: { lr: 0.2 }, score: 0.25 };
 * const summary = { experiment: "sweep", of: "digits", metric: "loss", goal: "min", best, trials };
 * await Deno.writeTextFile(`${folder}/summary.json`, JSON.stringify(summary));
 * const sweep = await readSweep(folder);
 * await Deno.remove(folder, { recursive: true });
 * assertEquals(sweep.trials.map((t) => t.id), ["b", "a"]);
 * assertEquals(
 *   (await bundleOf(sweep))?.["text/plain"],
 *   "sweep of digits: 2 trials, 2 finished; best loss 0.25 at lr 0.2\n lr  loss  state     trial\n0.2  0.25  finished  b\n0.1   0.5  finished  a",
 * );
 * ```
 */
export async function readSweep(folder: string): Promise<SweepSummary> {
  const path = `${folder}/summary.json`;
  const { experiment, of, metric, goal, best, trials } = JSON.parse(await readTextFile(path));
  if (experiment !== "sweep" || !Array.isArray(trials)) {
    throw new DescentError(`${path} is no summary of a sweep: give the folder that sweep --out names`);
  }
  const sign = goal === "max" ? -1 : 1;
  const rank = ({ score }: SweepTrial) => (typeof score === "number" ? sign * score : Infinity);
  const sorted = (trials as SweepTrial[]).toSorted((a, b) => {
    const [x, y] = [rank(a), rank(b)];
    return x === y ? 0 : x - y;
  });
  return withDisplay({ of, metric, goal, best, trials: sorted } as SweepSummary, sweepBundle);
}

function sweepBundle({ of, metric, best, trials }: SweepSummary) {
  const options = [...new Set(trials.flatMap(({ setting }) => Object.keys(setting)))];
  const counts = [...Map.groupBy(trials, (t) => t.state)].map(([state, of]) => `${of.length} ${state}`);
  const setting = best === null
    ? ""
    : `; best ${metric} ${shortNumber(best.score)} at ${
      Object.entries(best.setting).map(([name, value]) => `${name} ${value}`).join(", ")
    }`;
  return tableBundle({
    summary: `sweep of ${of}: ${trials.length} trials, ${counts.join(", ")}${setting}`,
    columns: [...options, metric, "state", "trial"],
    rows: trials.map((trial): Cell[] => [
      ...options.map((name) => trial.setting[name]),
      trial.score,
      trial.state,
      trial.id,
    ]),
  });
}
