/**
 * The data of `benchmark`: plain numbers, by which its claims are decided and its page is laid out.
 *
 * @module
 */
import type { Compared, SearchSpaces } from "../../comparison/mod.ts";

/** The rules of the benchmark: runs of different protocols are never mixed. */
export interface Protocol {
  /** Counts up with each change of the rules of the benchmark. */
  readonly version: number;
  /** A digest of all that defines the results: problems, targets, lengths, budgets. */
  readonly digest: string;
}

/** The settings of the runs. */
export interface BenchmarkConfig {
  readonly scale: string;
  /** Trials of each optimizer on each problem; 1 is one-shot: the declared hyper-parameters, not tuned. */
  readonly trials: number;
  /** Seed of the settings that trials draw. */
  readonly searchSeed: number;
  readonly seeds: readonly number[];
  readonly tuningSeeds: readonly number[];
  /** The schedule and the clip of all trainings, as texts. */
  readonly schedule: string;
  readonly clip: string;
}

/** A validation result to reach, fixed before the runs. */
export interface Target {
  readonly value: number;
  /** How it was found. */
  readonly from: string;
}

/** A problem and its runs. */
export interface BenchmarkedProblem {
  readonly problem: string;
  readonly title: string;
  readonly about: string;
  readonly metric: "accuracy" | "loss";
  readonly direction: "maximize" | "minimize";
  readonly batchSize: number;
  readonly epochs: number;
  readonly stepsPerEpoch: number;
  readonly target: Target | null;
  /** The spaces that trials were drawn from, by optimizer. */
  readonly spaces: SearchSpaces;
  /** An arm for each optimizer, with a run for each seed; and its trials. */
  readonly compared: Compared;
  /**
   * For each optimizer the runs, by seed, whose training was interrupted and resumed: their seconds are no measurement.
   */
  readonly resumed: Readonly<Record<string, readonly boolean[]>>;
}

/** The data of the experiment. */
export interface BenchmarkData {
  readonly protocol: Protocol;
  readonly config: BenchmarkConfig;
  readonly problems: readonly BenchmarkedProblem[];
}
