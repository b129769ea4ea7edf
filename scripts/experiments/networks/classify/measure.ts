/**
 * Measures the trainings of one classifier with several optimizers: `digits`, `mnist` and `csv`.
 *
 * @module
 */
import { encodeModel, withWeights } from "../../../../mod.ts";
import { ownOptions } from "../../../cli/mod.ts";
import { fileName } from "../../../console/mod.ts";
import {
  bestByValidation,
  courseOf,
  CURVATURE_OPTION,
  CurvatureWatch,
  type NamedOptimizer,
  rateOf,
  requireFit,
} from "../../../lab/mod.ts";
import type { Classifier, Parts } from "../../../lab/tasks/mod.ts";
import { type MeasureContext, Trainings } from "../../../run/mod.ts";
import type { Data } from "./data.ts";
import { train } from "./train.ts";

/** The defaults of an experiment. */
export interface Defaults {
  readonly optimizers: readonly string[];
  readonly epochs: number;
  readonly batchSize: number;
  readonly chunk: number;
  /** Learning rates that replace those of the table in this experiment. */
  readonly learningRates?: Readonly<Record<string, number>>;
}

/** The optimizers of most experiments. */
export const OPTIMIZERS = ["sgd", "momentum", "adagrad", "rmsprop", "adam", "amsgrad", "swats-1e-5"];

/** Returns the defaults as the usage text shows them. */
export function defaultsText({ epochs, batchSize, optimizers }: Defaults): string {
  return `${epochs} epochs, batches of ${batchSize}; ${optimizers.join(", ")}`;
}

/** The data, model and settings of the trainings, ready to run. */
export interface Setup {
  readonly title: string;
  readonly parts: Pick<Parts, "train" | "validation" | "test" | "classes">;
  readonly classifier: Classifier;
  readonly optimizers: readonly NamedOptimizer[];
  readonly defaults: Defaults;
}

const COLUMNS = [
  "optimizer",
  "seed",
  "step",
  "epoch",
  "batchLoss",
  "trainLoss",
  "validationLoss",
  "validationAccuracy",
  "testLoss",
  "testAccuracy",
];

/** Trains with each optimizer in turn, and keeps the models. */
export async function measure(
  { title, parts, classifier, optimizers, defaults }: Setup,
  context: MeasureContext,
): Promise<Data> {
  const { options, progress, keep } = context;
  const { seed, device, epochs = defaults.epochs, batchSize = defaults.batchSize, chunk = defaults.chunk } =
    options;
  const steps = epochs * Math.ceil((parts.train.target?.shape[0] ?? 0) / batchSize);
  requireFit(optimizers.map((o) => o.entry), { model: classifier.model(seed), steps });
  const every = ownOptions(CURVATURE_OPTION, options)["watch-curvature"];
  await using watch = every === undefined ? undefined : await CurvatureWatch.open({
    every,
    folder: context.folder,
    model: classifier.model(seed),
    train: parts.train,
    device,
    threads: context.session?.options.threads,
  });
  using trainings = new Trainings(context, COLUMNS);
  const results = [];
  for (const [i, optimizer] of optimizers.entries()) {
    const { name } = optimizer;
    const learningRate = rateOf(optimizer, { options, preferred: defaults.learningRates });
    const training = { optimizer, learningRate, seed, epochs, steps, batchSize, chunk, device };
    results.push(
      await train(
        { model: classifier.model(seed), parts, training, trainings, watch },
        (done, of) =>
          progress(i * of + done, optimizers.length * of, `${name} (${i + 1}/${optimizers.length})`),
      ),
    );
  }
  const best = bestByValidation(results, ({ summary }) => summary);
  const network = classifier.network(seed);
  const written = ({ params }: typeof best) => encodeModel(withWeights(network, params, { partial: true }));
  keep({ name: "model.onnx", content: written(best) });
  if (results.length > 1) {
    for (const r of results) {
      keep({ name: `models/${fileName(r.summary.optimizer)}.onnx`, content: written(r) });
    }
  }
  const trained = results.map(({ params: _, ...r }) => r);
  return {
    title,
    epochs,
    batchSize,
    chunk,
    ...courseOf(options).texts,
    seed,
    classes: parts.classes,
    trained,
    best: best.summary.optimizer,
    ...(watch && { curvature: watch.watched }),
  };
}
