/**
 * The data of `sparse`.
 *
 * @module
 */
/** The groups of features, by how often they occur. */
export const GROUPS = ["frequent", "rare"] as const;

/** One of them. */
export type Group = typeof GROUPS[number];

/** The data set. */
export interface SparseProblem {
  readonly title: string;
  readonly features: number;
  /** The share of the training set's values that are not 0. */
  readonly density: number;
  /** How many features are in each group. Some are in neither. */
  readonly members: Readonly<Record<Group, number>>;
  /** The share of the examples that a feature of the group occurs in, on average. */
  readonly frequency: Readonly<Record<Group, number>>;
}

/** One epoch of a run. */
export interface SparseEpoch {
  readonly epoch: number;
  readonly trainLoss: number;
  readonly validationLoss: number;
  readonly testLoss: number;
  /** The median rate of the frequent features: what their gradients are multiplied by. */
  readonly frequentRate: number;
  /** The median rate of the rare features. */
  readonly rareRate: number;
}

/** One run. Losses and accuracy are those after its last epoch. */
export interface SparseRun {
  readonly optimizer: string;
  readonly rate: number;
  /** All but the rate, defaults included. */
  readonly hyperparameters: Readonly<Record<string, number | string | boolean>>;
  readonly seed: number;
  readonly trainLoss: number;
  readonly validationLoss: number;
  readonly testLoss: number;
  readonly testAccuracy: number;
  /** The epochs of the run, at least one. */
  readonly curves: readonly SparseEpoch[];
}

/** A learning rate that was tried. */
export interface SparseTrial {
  /** The rate is 2^k. */
  readonly k: number;
  readonly rate: number;
  /** The lowest validation loss of the training; not finite if it failed. */
  readonly loss: number;
}

/** The learning rates that were tried with an optimizer. */
export interface SparseSearch {
  readonly optimizer: string;
  readonly trials: readonly SparseTrial[];
  readonly best: SparseTrial;
  /** Whether the best lies between others. */
  readonly inside: boolean;
}

/** The data of `sparse`. */
export interface SparseData {
  readonly problem: SparseProblem;
  readonly batchSize: number;
  /** The search of each optimizer, in the order of tables and plots. */
  readonly searches: readonly SparseSearch[];
  readonly runs: readonly SparseRun[];
}

/** Returns the runs of an optimizer, in the order of the seeds. */
export function runsOf(runs: readonly SparseRun[], optimizer: string): SparseRun[] {
  return runs.filter((r) => r.optimizer === optimizer);
}
