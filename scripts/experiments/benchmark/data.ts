/**
 * The data of `benchmark`: plain numbers, by which its claims are decided and its page is laid out.
 *
 * @module
 */
import type { Compared, SearchSpaces, Trial } from "../../comparison/mod.ts";

/** The rules of the benchmark: runs of different protocols are never mixed. */
export interface Protocol {
  /** Counts up with each change of the rules of the benchmark. */
  readonly version: number;
  /**
   * A digest of the settings of all runs: trials, search, seeds, schedule, clip, examples. Each problem has one of its
   * own, {@linkcode BenchmarkedProblem.digest}.
   */
  readonly digest: string;
}

/** The settings of the runs. */
export interface BenchmarkConfig {
  readonly scale: string;
  /** Trials of each optimizer on each problem; 1 is one-shot: the declared hyper-parameters, not tuned. */
  readonly trials: number;
  /** The hyper-parameters that the trials search: the learning rate, or all hyper-parameters with an interval. */
  readonly search: "rate" | "all";
  /** Seed of the settings that trials draw. */
  readonly searchSeed: number;
  /**
   * The declared setting of each optimizer, by the numbers that are searched: that of its first trial. An optimizer whose
   * text leaves nothing to search has none.
   */
  readonly declared: Readonly<Record<string, Trial["setting"]>>;
  /** The gradients that a step of an optimizer takes, where it takes more than one: its steps cost as many times as much. */
  readonly gradients?: Readonly<Record<string, number>>;
  /** The digests of the code files of own optimizers, by the names of these. */
  readonly code: Readonly<Record<string, string>>;
  readonly seeds: readonly number[];
  readonly tuningSeeds: readonly number[];
  /** The schedule and the clip of all trainings, as texts. */
  readonly schedule: string;
  readonly clip: string;
  /** `true` if the trainings read the validation examples too, as published runs did. */
  readonly published: boolean;
  /** `true` if the optimizers of each problem are those of its published runs, at their rates. */
  readonly baselines: boolean;
}

/** A validation result to reach, fixed before the runs. */
export interface Target {
  readonly value: number;
  /** Its origin, in words. */
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
  /** A digest of its definition: texts, sizes, length, data, the first weights of seed 0, target. */
  readonly digest: string;
  /** The spaces that trials were drawn from, by optimizer. */
  readonly spaces: SearchSpaces;
  /** An arm for each optimizer, with a run for each seed; and its trials. */
  readonly compared: Compared;
  /** The reason why the problem cannot take an optimizer, by name; such an optimizer has no arm. */
  readonly refused: Readonly<Record<string, string>>;
  /**
   * For each optimizer the runs, by seed, whose training was interrupted and resumed: their seconds are no measurement.
   */
  readonly resumed: Readonly<Record<string, readonly boolean[]>>;
  /** The machine of each optimizer's runs: seconds of different machines are not comparable. */
  readonly machines: Readonly<Record<string, string>>;
}

/** The data of the experiment. */
export interface BenchmarkData {
  readonly protocol: Protocol;
  readonly config: BenchmarkConfig;
  readonly problems: readonly BenchmarkedProblem[];
}
