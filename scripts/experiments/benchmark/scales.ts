/**
 * The scales of the benchmark. A scale only sets defaults: each of its numbers can be given.
 *
 * @module
 */
import type { Problem, ProblemSet } from "../../benchmark/mod.ts";

/** The defaults of a scale. */
export interface BenchmarkScale {
  /** The sets whose problems are run. */
  readonly sets: readonly ProblemSet[];
  /** Problems of other sets that are run, too: one of DeepOBS's needs no files. */
  readonly also: readonly string[];
  /** The share of a problem's epochs that are trained. */
  readonly share: number;
  /** Trials of each optimizer on each problem. */
  readonly budget: number;
  /** Seeds of each trial. */
  readonly tuningSeeds: number;
  readonly seeds: number;
  /** Its description in the usage text. */
  readonly text: string;
}

/** Name to scale. */
export const BENCHMARK_SCALES = {
  default: {
    sets: ["embedded"],
    also: [],
    share: 1,
    budget: 4,
    tuningSeeds: 2,
    seeds: 6,
    text: "the problems that need no files, 4 trials of 2 seeds, 6 seeds",
  },
  small: {
    sets: ["embedded"],
    also: [],
    share: 1,
    budget: 25,
    tuningSeeds: 2,
    seeds: 10,
    text: "the same, 25 trials of 2 seeds, 10 seeds",
  },
  medium: {
    sets: ["deepobs-small", "deepobs-extra"],
    also: ["quadratic_deep"],
    share: 0.1,
    budget: 10,
    tuningSeeds: 1,
    seeds: 5,
    text: "DeepOBS's small and extra sets at a tenth of their epochs, 10 trials of 1 seed, 5 seeds",
  },
  deepobs: {
    sets: ["deepobs-small"],
    also: ["quadratic_deep"],
    share: 1,
    budget: 36,
    tuningSeeds: 1,
    seeds: 10,
    text: "DeepOBS's small set at its full epochs, 36 trials of 1 seed, 10 seeds",
  },
} as const satisfies Readonly<Record<string, BenchmarkScale>>;

/** The name of a scale. */
export type ScaleName = keyof typeof BENCHMARK_SCALES;

/**
 * Returns the epochs of a training.
 *
 * @param options.share the share of the problem's epochs
 * @param options.most the most epochs; no limit by default
 */
export function epochsOf(
  { epochs }: Pick<Problem, "epochs">,
  { share, most = Infinity }: { share: number; most?: number | undefined },
): number {
  return Math.min(most, Math.max(1, Math.round(share * epochs)));
}
