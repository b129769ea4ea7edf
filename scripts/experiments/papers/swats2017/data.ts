/**
 * The data of `swats2017`, and how claims and page look things up in it.
 *
 * @module
 */

/** A task, in words and numbers. */
export interface TaskData {
  readonly name: string;
  readonly title: string;
  readonly batchSize: number;
  readonly epochs: number;
  /** The epochs after which the rates are divided by 10. */
  readonly milestones: readonly number[];
  /** After which epochs the forced switch is tried. */
  readonly switches: readonly number[];
  /** Whether the rates are tuned; else they are the paper's. */
  readonly tuned: boolean;
  /** The name of the score; lower is better. */
  readonly score: string;
  /** The augmentation of the training images, if there is one. */
  readonly augment?: string;
}

/** The decision of the criterion at a tolerance. */
export interface ToleranceResult {
  readonly task: string;
  readonly tolerance: number;
  readonly seed: number;
  readonly switched: boolean;
  /** The last step of Adam, and its epoch. */
  readonly step?: number;
  readonly epoch?: number;
  readonly Lambda?: number;
}

/** A training. */
export interface SwatsRun {
  readonly task: string;
  readonly method: string;
  readonly seed: number;
  readonly score: number;
  readonly trainLoss: number;
  readonly testLoss: number;
  readonly switchedAtStep?: number;
  readonly Lambda?: number;
  readonly curves: readonly { readonly epoch: number; readonly trainLoss: number; readonly score: number }[];
}

/** The estimate of SGD's rate at a step. */
export interface Estimate {
  readonly step: number;
  readonly gamma: number;
  readonly Lambda: number;
}

/** The comparison of SWATS with a forced switch to Adam and then SGD. */
export interface Replay {
  readonly task: string;
  /** The last step of Adam. */
  readonly step: number;
  readonly steps: number;
  readonly Lambda: number;
  /** Elements of all parameters, and how many of them differ in any bit at the end. */
  readonly elements: number;
  readonly different: number;
}

/** Everything that was found on a task. */
export interface SwatsResult {
  readonly task: TaskData;
  readonly rates: { readonly adam: number; readonly sgd: number };
  readonly tolerances: readonly ToleranceResult[];
  /** The tolerance that SWATS was trained with. */
  readonly tolerance: number;
  readonly runs: readonly SwatsRun[];
  readonly estimates: readonly Estimate[];
  readonly replay: Replay;
}

/** The data of the experiment. */
export interface Data {
  readonly results: readonly SwatsResult[];
  readonly seed: number;
}

/** The tolerances of the sweep; the paper's is the first. */
export const TOLERANCES = [1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1];

/** Returns the name of the method that switches to SGD after an epoch. */
export function forcedName(epoch: number): string {
  return `switch after epoch ${epoch}`;
}

/** The names of the methods with clipped rates: above that of SGD, and below it. */
export const CLIPPED = { above: "adam-clip (1, ∞)", below: "adam-clip (0, 1)" } as const;

/** Returns the runs of a method. */
export function runsOf({ runs }: Pick<SwatsResult, "runs">, method: string): readonly SwatsRun[] {
  return runs.filter((r) => r.method === method);
}

/** Returns the names of the methods, in the order of the runs. */
export function methodsOf({ runs }: Pick<SwatsResult, "runs">): readonly string[] {
  return [...new Set(runs.map((r) => r.method))];
}

/** Returns the scores of a method; NaN for a run that diverged, whose error may be finite but is meaningless. */
export function scoresOf(result: Pick<SwatsResult, "runs">, method: string): number[] {
  return runsOf(result, method).map((r) =>
    Number.isFinite(r.trainLoss) && Number.isFinite(r.testLoss) ? r.score : NaN
  );
}
