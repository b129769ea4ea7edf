/**
 * The data of `reddi2018`.
 *
 * @module
 */
import type { Play } from "../../../lab/problems/mod.ts";

/** Names of the problems. */
export const PERIODIC = "online";
export const STOCHASTIC = "stochastic";
export const THEOREM1 = "theorem-1";

/** Names of the rules of the online problems. */
export const RULES = [
  "adam",
  "amsgrad (paper)",
  "amsgrad (pytorch)",
  "amsgrad (optax)",
  "adam, beta2 0.9999",
] as const;

/** Examples of a batch. */
export const BATCH = 128;

/** A problem played by a rule. */
export interface OnlineRun {
  readonly problem: string;
  readonly rule: string;
  readonly steps: number;
  /** The seed of a problem that draws its functions. */
  readonly seed?: number;
  readonly play: Play;
}

/** A training at the best rate of its rule. */
export interface ClassifierRun {
  readonly model: string;
  readonly rule: string;
  readonly rate: number;
  readonly seed: number;
  readonly trainLoss: number;
  readonly testLoss: number;
  readonly testAccuracy: number;
  /** After each epoch. */
  readonly curves: readonly {
    readonly epoch: number;
    readonly trainLoss: number;
    readonly testLoss: number;
    readonly testAccuracy: number;
  }[];
}

/** The data of the experiment. */
export interface Data {
  readonly online: readonly OnlineRun[];
  readonly trained: readonly ClassifierRun[];
  /** Rounds of the online problems. */
  readonly steps: number;
  /** The name of the classifiers' data set. */
  readonly data: string;
}

/** Returns the runs of a problem by a rule. */
export function runsOf(runs: readonly OnlineRun[], problem: string, rule: string): readonly OnlineRun[] {
  return runs.filter((r) => r.problem === problem && r.rule === rule);
}
