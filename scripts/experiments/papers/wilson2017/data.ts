/**
 * The data of `wilson2017`.
 *
 * @module
 */

/** The share of positive labels among new examples. */
export const P = 0.7;

/** The result of a rule. */
export interface ConstructedRun {
  readonly problem: string;
  readonly rule: string;
  readonly adaptive: boolean;
  readonly w1: number;
  readonly w2: number;
  readonly w3: number;
  readonly trainError: number;
  /** The scores of a new positive and of a new negative example. */
  readonly positiveScore: number;
  readonly negativeScore: number;
  readonly testError: number;
}

/** The problem and its solutions. */
export interface Constructed {
  readonly positive: number;
  readonly negative: number;
  readonly closedForm: readonly [number, number, number];
  readonly runs: readonly ConstructedRun[];
}

/** The paper's two schedules. */
export const DECAYS = [
  { name: "dev-decay", text: "a rate that falls when the validation loss does not (dev-decay, factor 0.9)" },
  { name: "fixed-frequency", text: "a rate that halves ten times (fixed frequency)" },
] as const;

/** The name of a decay. */
export type Decay = typeof DECAYS[number]["name"];

/** The names of the adaptive optimizers. */
export const ADAPTIVE: readonly string[] = ["adagrad", "rmsprop", "adam"];

/** A training at the best rate of its optimizer. */
export interface ComparedRun {
  readonly problem: string;
  readonly decay: Decay;
  readonly optimizer: string;
  readonly rate: number;
  /** All but the rate, defaults included. */
  readonly hyperparameters: Readonly<Record<string, number | string | boolean>>;
  readonly seed: number;
  readonly trainLoss: number;
  readonly validationLoss: number;
  readonly validationError: number;
  readonly testLoss: number;
  readonly testError: number;
  readonly curves: readonly Curve[];
}

/** The figures after an epoch. */
export interface Curve {
  readonly epoch: number;
  /** The learning rate, as a share of the initial one. */
  readonly scale: number;
  readonly trainLoss: number;
  readonly trainError: number;
  readonly validationLoss: number;
  readonly validationError: number;
  readonly testLoss: number;
  readonly testError: number;
}

/** A rate that was tried: 2^k. */
export interface RateTrial {
  readonly k: number;
  readonly rate: number;
  /** The lowest validation loss; not finite for a training that failed. */
  readonly loss: number;
}

/** The search for an optimizer's rate. */
export interface NamedSearch {
  readonly decay: Decay;
  readonly optimizer: string;
  /** The rates that were tried, by ascending rate. */
  readonly trials: readonly RateTrial[];
  readonly best: RateTrial;
  /** Whether the best rate lies between others, so that the search ended of itself. */
  readonly inside: boolean;
}

/** All of it. */
export interface Comparison {
  readonly runs: readonly ComparedRun[];
  readonly searches: readonly NamedSearch[];
}

/** The data of the experiment. */
export interface Data {
  readonly constructed: Constructed;
  readonly comparison: Comparison;
  readonly seed: number;
  /** The name of the comparison's data set. */
  readonly data: string;
  /** The augmentation of its training images, if there is one. */
  readonly augment?: string;
}

/** Returns the runs of an optimizer under a decay. */
export function groupOf(
  runs: readonly ComparedRun[],
  decay: string,
  optimizer: string,
): readonly ComparedRun[] {
  return runs.filter((r) => r.decay === decay && r.optimizer === optimizer);
}

/** Returns the names of the optimizers, in the order of the runs. */
export function optimizersOf(runs: readonly ComparedRun[]): readonly string[] {
  return [...new Set(runs.map((r) => r.optimizer))];
}

/** Returns validation errors in percent, which choose among optimizers; NaN for a run that diverged. */
export function validationErrorsOf(runs: readonly ComparedRun[]): number[] {
  return runs.map((r) => (Number.isFinite(r.validationLoss) ? 100 * r.validationError : NaN));
}

/** Returns test errors in percent; NaN for a run that diverged, whose error is finite but meaningless. */
export function errorsOf(runs: readonly ComparedRun[]): number[] {
  return runs.map((r) => (Number.isFinite(r.testLoss) ? 100 * r.testError : NaN));
}
