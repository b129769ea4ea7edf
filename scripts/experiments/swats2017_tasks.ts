/**
 * What `swats2017` trains.
 *
 * @module
 */
import {
  type Data,
  type DataSet,
  digits,
  mlp,
  type Model,
  split,
  takeExamples,
  withLoss,
} from "../../mod.ts";
import type { Options } from "../args.ts";
import type { Scale } from "../study_options.ts";

/** A model and its data. */
export interface SwatsTask {
  readonly name: string;
  readonly title: string;
  /** The model of a seed, with a loss. */
  readonly model: (seed: number) => Model;
  /** As many examples as make whole batches. */
  readonly train: Data;
  readonly validation: Data;
  readonly test: Data;
  readonly batchSize: number;
  readonly epochs: number;
  /** Epochs at which the rates are divided by 10. */
  readonly milestones: readonly number[];
  /** After which epochs the forced switch is tried. */
  readonly switches: readonly number[];
  /** Exponents of 2 of the rates to begin with. */
  readonly centers: { readonly adam: number; readonly sgd: number };
  /** What is held to be the result. */
  readonly score: {
    readonly name: string;
    readonly of: (metrics: Readonly<Record<string, number>>) => number;
  };
}

/** The share of the examples that is classified wrongly. */
const ERROR = {
  name: "test error, %",
  of: ({ accuracy }: Readonly<Record<string, number>>) => 100 * (1 - accuracy!),
};

/** The milestones of the paper, 150, 225 and 262 of 300 epochs, for another number of them. */
function milestonesOf(epochs: number): number[] {
  return [150, 225, 262].map((m) => Math.round(m * epochs / 300));
}

/** The first examples, so many that batches come out even. */
function evenly(set: DataSet, batchSize: number): DataSet {
  const size = set.inputs.y!.shape[0]!;
  return takeExamples(set, Array.from({ length: size - size % batchSize }, (_, i) => i));
}

/** How large the tasks are. */
export interface TaskSizes {
  readonly scale: Scale;
  readonly epochs?: number | undefined;
}

/** The tasks of a command line. */
export function swatsTasks(
  { seed }: Pick<Options, "seed" | "dataDir">,
  { epochs = 40 }: TaskSizes,
): Promise<SwatsTask[]> {
  const batchSize = 32;
  const parts = split(digits(), { fractions: { validation: 0.2, test: 0.2 }, seed, stratify: true });
  const inputs = (set: DataSet): Data => ({ x: { ...set.inputs.x!, scale: 1 / 16 }, target: set.inputs.y! });
  return Promise.resolve([{
    name: "digits",
    title: "digits, MLP 64-128-10",
    model: (seed) =>
      withLoss(mlp({ inputs: 64, hidden: [128], outputs: 10, seed }), { loss: "cross-entropy" }),
    train: inputs(evenly(parts.train, batchSize)),
    validation: inputs(parts.validation),
    test: inputs(parts.test),
    batchSize,
    epochs,
    milestones: milestonesOf(epochs),
    switches: [1, 3, 8, 20, 30].map((e) => Math.max(1, Math.round(e * epochs / 40))),
    centers: { adam: -8, sgd: -4 },
    score: ERROR,
  }]);
}
