/**
 * Measures networks on images, each trained with one optimizer after another.
 *
 * @module
 */
import { encodeModel, withWeights } from "../../../../mod.ts";
import { required } from "../../../../options/mod.ts";
import { fileName } from "../../../console/mod.ts";
import {
  bestByValidation,
  type Comparison,
  sizeOfParameters,
  type Trained,
  trainedTensors,
  trainNetworks,
} from "../../../lab/mod.ts";
import type { Classifier } from "../../../lab/tasks/mod.ts";
import type { Augmented } from "../../../cli/mod.ts";
import type { MeasureContext } from "../../../run/mod.ts";
import { accuracyOf } from "../../../statistics/mod.ts";
import type { Data } from "./data.ts";

/** The networks and how to train them, ready to run. */
export interface Setup {
  /** The name of the data set, for titles. */
  readonly data: string;
  /** The number of classes. */
  readonly classes: number;
  readonly settings: Comparison;
  /** The augmentation of the images and the smoothing of their labels, for the record. */
  readonly augmented: Augmented["texts"];
  /** The untrained networks by name. */
  readonly classifiers: Readonly<Record<string, Classifier>>;
}

const scores = ({ metrics }: Pick<Trained["epochs"][number], "metrics">) => {
  const validation = required(metrics, "validation", "data set");
  const test = required(metrics, "test", "data set");
  return {
    validationLoss: required(validation, "loss"),
    validationAccuracy: accuracyOf(validation),
    testLoss: required(test, "loss"),
    testAccuracy: accuracyOf(test),
  };
};

/** The columns of `metrics.csv` that an epoch's last row has. */
const COLUMNS = ["validationLoss", "validationAccuracy", "testLoss", "testAccuracy"];

/** Trains each network with each optimizer, and keeps the models. */
export async function measure(
  { data, classes, settings, classifiers, augmented }: Setup,
  context: MeasureContext,
): Promise<Data> {
  const results = await trainNetworks(settings, { context, scores }, COLUMNS);
  const { options: { seed }, keep } = context;
  const { epochs, batchSize, chunk, course, train, evaluate } = settings;
  const labelOf = (r: Trained) =>
    settings.optimizers.length === 1 ? r.network : `${r.network}, ${r.optimizer}`;
  const trained = results.map((result) => {
    const last = required(result.epochs, result.epochs.length - 1, "epoch");
    const { network: model, optimizer, learningRate, hyperparameters, steps, seconds } = result;
    return {
      label: labelOf(result),
      run: {
        model,
        optimizer,
        learningRate,
        hyperparameters,
        seed,
        epochs,
        steps,
        parameters: sizeOfParameters(result),
        trainLoss: last.trainLoss,
        ...scores(last),
        seconds,
      },
      curve: result.epochs.map((e) => ({
        epoch: e.epoch,
        trainLoss: e.trainLoss,
        validationAccuracy: required(required(e.metrics, "validation", "data set"), "accuracy"),
        testAccuracy: required(required(e.metrics, "test", "data set"), "accuracy"),
      })),
    };
  });
  const written = (r: Trained) =>
    encodeModel(
      withWeights(required(classifiers, r.network, "network").network(seed), trainedTensors(r), {
        partial: true,
      }),
    );
  const best = bestByValidation(
    results.map((r, i) => ({ r, run: required(trained, i).run })),
    ({ run }) => run,
  );
  keep({ name: "model.onnx", content: written(best.r) });
  if (results.length > 1) {
    for (const r of results) {
      keep({ name: `models/${fileName(labelOf(r).replace(", ", "-"))}.onnx`, content: written(r) });
    }
  }
  const sizeOf = (set: Setup["settings"]["train"]) => required(set, "target", "column").shape[0] ?? 0;
  return {
    data,
    classes,
    config: {
      epochs,
      batchSize,
      chunk,
      ...course,
      ...augmented,
      examples: sizeOf(train),
      tested: sizeOf(required(evaluate, "test", "data set")),
    },
    best: labelOf(best.r),
    trained,
  };
}
