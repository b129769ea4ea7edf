/**
 * Measurements of `finetune`: the model's metrics before and after training.
 *
 * @module
 */
import { encodeModel, evaluator, type Model, type Threads, withWeights } from "../../../mod.ts";
import { type Options, outcomeText } from "../../cli/mod.ts";
import { courseOf, CurvatureWatch, rateOf, trainedTensors } from "../../lab/mod.ts";
import { type Examples, metricsOf, trainableModel } from "../../lab/own/mod.ts";
import { type MeasureContext, Trainings } from "../../run/mod.ts";
import { parameterTable } from "../inspect.ts";
import type { Data, Scores } from "./data.ts";
import { namedScores, withPerplexity } from "./named_scores.ts";
import { DEFAULTS } from "./options.ts";
import type { Task } from "./task.ts";

const COLUMNS = ["step", "epoch", "batchLoss"];

/** Trains the model, closes its examples, and keeps the model with the new weights. */
export async function measure(task: Task, context: MeasureContext): Promise<Data> {
  await using open = new AsyncDisposableStack();
  open.defer(() => task.train.close());
  open.defer(() => task.validation?.close());
  open.defer(() => task.test?.close());
  return await tune(task, context);
}

async function tune(task: Task, context: MeasureContext): Promise<Data> {
  const { options, progress, say } = context;
  const { name: optimizer, entry, hyperparameters } = task.optimizer;
  const learningRate = rateOf(task.optimizer, { options });
  const settings = {
    epochs: options.epochs ?? DEFAULTS.epochs,
    batchSize: task.batchSize,
    ...(options.chunk === undefined ? {} : { chunk: options.chunk }),
  };
  const steps = settings.epochs * Math.ceil(task.train.count / settings.batchSize);
  const { shown: parameters, description: { warnings } } = task;
  const shown = parameterTable(parameters, { trained: new Set(task.trained), warnings });
  say(`${outcomeText({ tables: [shown] })}\n`);
  if (!task.description.outputs.some((o) => o.name === task.output)) {
    say(`The loss takes '${task.output}', before the model's last function.\n`);
  }
  const model = trainableModel(task, task.train.target);
  const metrics = metricsOf(model);
  const sets = {
    train: task.train.data,
    ...(task.validation && { validation: task.validation.data }),
    ...(task.test && { test: task.test.data }),
  };
  const told = task.classes === "last" ? withPerplexity : (scores: Scores) => scores;
  const before = told(
    await evaluateAll(model, {
      sets,
      metrics,
      batchSize: task.batchSize,
      options,
      threads: context.session?.options.threads,
    }),
  );
  const { watchCurvature: every, train } = task;
  await using watch = every === undefined ? undefined : await CurvatureWatch.open({
    every,
    folder: context.folder,
    model,
    train: train.data,
    device: options.device,
    threads: context.session?.options.threads,
    fixed: train.fixed,
    batchStatistics: task.batchStatistics,
  });
  using trainings = new Trainings(context, [...COLUMNS, ...Object.keys(namedScores(before, ""))]);
  const result = await trainings.train({
    name: optimizer,
    fit: {
      model,
      parameters: task.trained,
      quantization: task.quantization,
      batchStatistics: task.batchStatistics,
      optimizer: entry.make(learningRate, { steps }),
      ...(entry.switching ? { switching: entry.switching() } : {}),
      train: task.train.data,
      evaluate: sets,
      metrics,
      ...(task.train.fixed === undefined ? {} : { evaluationBatchSize: task.train.fixed }),
      ...settings,
      ...(watch && { watch: watch.of(optimizer) }),
      ...task.augmented.trainer,
      seed: options.seed,
      device: options.device,
      onChunk: ({ step, steps }) => progress(step, steps, optimizer),
    },
    row: ({ step, epoch, loss }, ended) => ({
      step,
      epoch,
      batchLoss: loss,
      ...(ended ? namedScores(told(ended.metrics), "") : {}),
    }),
  });
  context.keep({
    name: "model.onnx",
    content: encodeModel(withWeights(task.original, trainedTensors(result), { strict: false })),
  });
  return {
    file: task.file,
    parameters: parameters.map((p) => ({ ...p, trained: task.trained.includes(p.name) })),
    warnings,
    loss: task.loss,
    examples: Object.fromEntries(Object.entries(sets).map(([name, set]) => [name, sizeOf(set)])),
    context: task.train.context ?? null,
    optimizer,
    learningRate,
    hyperparameters,
    course: { ...courseOf(options).texts, ...task.augmented.texts },
    seed: options.seed,
    settings,
    steps: result.steps,
    seconds: result.seconds,
    before,
    after: result.epochs.map((e) => told(e.metrics)),
    left: task.train.left,
    fixed: task.train.fixed ?? null,
    ...(watch && { curvature: watch.watched }),
  };
}

/** Returns the number of examples in a set. */
function sizeOf(set: Examples["data"]): number {
  return Object.values(set)[0]?.shape[0] ?? 0;
}

/** Returns the metrics of the untrained model. */
async function evaluateAll(
  model: Model,
  { sets, metrics, batchSize, options, threads }: {
    sets: Readonly<Record<string, Examples["data"]>>;
    metrics: readonly string[];
    batchSize: number;
    options: Options;
    threads: Threads | undefined;
  },
): Promise<Scores> {
  await using evaluation = await evaluator({
    model,
    metrics,
    inputs: sets.train!,
    parameters: [],
    batchSize,
    device: options.device,
    // A resumed run has the threads of its record.
    ...(typeof threads === "number" ? { threads } : {}),
  });
  const scores: Record<string, Record<string, number>> = {};
  for (const [name, data] of Object.entries(sets)) scores[name] = await evaluation.evaluate({}, data);
  return scores;
}
