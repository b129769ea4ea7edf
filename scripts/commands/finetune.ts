/**
 * `finetune`: trains a model of one's own on data of one's own.
 *
 * @module
 */
import {
  describeModel,
  encodeModel,
  type EpochRecord,
  evaluator,
  type Model,
  type ModelParameter,
  type Quantization,
  toFloat32,
  untieModel,
  withLoss,
  withWeights,
} from "../../mod.ts";
import { loadedOptimizers, type NamedOptimizer, trainedTensors } from "../lab/mod.ts";
import { accuracyOf, percentText } from "../statistics/mod.ts";
import {
  choiceOption,
  flagOption,
  listOption,
  numberOption,
  type Options,
  outcomeText,
  ownOptions,
  positive,
  textOption,
  TRAINING_OPTIONS,
} from "../cli/mod.ts";
import { UsageError } from "../console/mod.ts";
import { type Context, type Experiment, Trainings } from "../run/mod.ts";
import { lines, type Outcome, type Plot, type ResultTable } from "../report/mod.ts";
import { type Examples, readExamples, TUNING_LOSSES, type TuningLoss } from "./examples.ts";
import { parameterTable } from "./inspect.ts";
import { type ModelFile, requiredModel } from "./model_file.ts";

const DEFAULTS = { optimizer: "adamw", epochs: 3, batchSize: 32 };

const COLUMNS = ["step", "epoch", "batchLoss"];

const OPTIONS = {
  model: textOption("FILE", "the model to train: an .onnx file"),
  train: listOption(
    "X.npy,Y.npy|FILE.csv",
    "what to train on: an array for each input (NAME=X.npy where there are more than one) and one of targets, " +
      "or a table with the target in its last column",
  ),
  test: listOption("X.npy,Y.npy|FILE.csv", "what to test on, in the same form; nothing by default"),
  loss: choiceOption(TUNING_LOSSES, "what to minimize"),
  freeze: listOption(
    "PATTERN,…",
    "parameters to leave as they are; * stands for any text, ? for a character",
  ),
  parameters: listOption(
    "PATTERN,…",
    "train only these: names as inspect lists them, including constants and weights outside the initializers",
  ),
  untie: flagOption(
    "split initializers that stand for several parameters, because exporters write equal tensors once",
  ),
  quantization: choiceOption<Quantization>(
    ["exact", "straight-through"],
    "gradient of rounding: exact (0, default) or straight-through (as if there were no rounding)",
  ),
  output: textOption("NAME", "the output to hold against the targets; the first by default"),
  "batch-statistics": flagOption(
    "batch normalization takes the statistics of each batch and moves the running ones, which else stay as they are",
  ),
  stream: flagOption(
    "reads the rows of inputs as they are needed, from .npy files that do not fit into memory",
  ),
  scale: numberOption("X", {
    text:
      "factor on inputs that are stored as whole numbers, such as 0.00392 for bytes of images; 1 by default",
    range: positive,
  }),
};

/** Trains a model from a file, and writes it back with new weights. */
export const finetuneExperiment: Experiment = {
  summary: "trains an ONNX model of your own on your data (needs --model, --train, --loss)",
  defaults: `${DEFAULTS.epochs} epochs, batches of ${DEFAULTS.batchSize}; ${DEFAULTS.optimizer}`,
  common: TRAINING_OPTIONS,
  options: OPTIONS,
  async prepare(options) {
    const own = ownOptions(OPTIONS, options);
    const { model: path, train, test, loss, freeze = [], output, scale, quantization = "exact" } = own;
    const optimizers = await loadedOptimizers(options, [DEFAULTS.optimizer]);
    if (optimizers.length > 1) {
      throw new UsageError(`finetune takes one optimizer, got ${optimizers.map((o) => o.name).join(", ")}`);
    }
    if (loss === undefined) throw new UsageError(`finetune needs --loss ${TUNING_LOSSES.join("|")}`);
    if (train === undefined) throw new UsageError(`finetune needs --train ${OPTIONS.train.value}`);
    const given = await requiredModel(path, "finetune");
    const file = own.untie ? { ...given, model: untieModel(given.model) } : given;
    const wide = toFloat32(file.model);
    const target = outputOf(given, output);
    const scores = scoresOf(wide, target.name, loss);
    const source = { file: file.file, model: wide, description: describeModel(wide, { output: scores }) };
    const lacking = source.description.operators.filter((o) => o.needed && !o.rule).map((o) => o.name);
    if (lacking.length > 0) {
      throw new Error(
        `${source.file}: no differentiation rule for ${lacking.join(", ")}: it cannot be trained`,
      );
    }
    const trained = trainedOf(source, { freeze, parameters: own.parameters, quantization });
    const read = (files: readonly string[]) =>
      readExamples(files, {
        ...source.description,
        output: target,
        loss,
        scale: scale ?? 1,
        stream: own.stream,
      });
    const task = {
      ...source,
      original: file.model,
      shown: wide === file.model
        ? source.description.parameters
        : describeModel(file.model, { output: scores }).parameters,
      batchStatistics: own["batch-statistics"],
      loss,
      output: scores,
      quantization,
      trained,
      train: await read(train),
      test: test && await read(test),
    };
    for (const [name, { dtype }] of Object.entries(task.test?.data ?? {})) {
      const trained = task.train.data[name]!.dtype;
      if (dtype !== trained) {
        throw new UsageError(`--test must hold '${name}' as ${trained}, as --train does, got ${dtype}`);
      }
    }
    const batchSize = batchSizeOf(task.train, options.batchSize);
    return async (context) => {
      await using open = new AsyncDisposableStack();
      open.defer(() => task.train.close());
      open.defer(() => task.test?.close());
      return await tune(task, { optimizer: optimizers[0]!, batchSize, context });
    };
  },
};

interface Task extends ModelFile {
  /** The model as it is in the file, untied with `--untie`. */
  readonly original: Model;
  /** Its parameters, in the types of the file. */
  readonly shown: readonly ModelParameter[];
  readonly batchStatistics: boolean;
  readonly loss: TuningLoss;
  readonly output: string;
  readonly quantization: Quantization;
  /** The names of the trained parameters. */
  readonly trained: readonly string[];
  readonly train: Examples;
  readonly test: Examples | undefined;
}

function outputOf({ file, description: { outputs } }: ModelFile, name: string | undefined) {
  const output = name === undefined ? outputs[0] : outputs.find((o) => o.name === name);
  if (output !== undefined) return output;
  throw new UsageError(
    `--output must be one of ${outputs.map((o) => o.name).join(", ")}, the outputs of ${file}, got ${name}`,
  );
}

/** What the losses take: where the model ends with the function that is part of the loss, the value before it. */
function scoresOf(model: Model, output: string, loss: TuningLoss): string {
  const last = { "cross-entropy": "Softmax", bce: "Sigmoid", mse: undefined }[loss];
  const node = model.graph!.node.find((n) => n.output[0] === output);
  return node !== undefined && node.opType === last && node.domain === "" ? node.input[0]! : output;
}

/**
 * Returns the names to train: those that `parameters` matches, or else those trained by default, without those that
 * `freeze` matches.
 *
 * @throws {UsageError} for a pattern that matches none, or when none is left.
 */
function trainedOf(
  { file, description: { parameters: all, hidden, warnings } }: ModelFile,
  { freeze, parameters, quantization }: {
    freeze: readonly string[];
    parameters: readonly string[] | undefined;
    quantization: Quantization;
  },
): string[] {
  const straight = quantization === "straight-through";
  const usual = all.filter((p) => p.constant === undefined || (straight && p.cutOff)).map((p) => p.name);
  const names = parameters === undefined
    ? usual
    : matching(parameters, [...all, ...hidden].map((p) => p.name), "--parameters");
  if (names.length === 0) {
    const constants = all.map((p) => `${p.name} (${p.constant})`);
    const outside = hidden.map((p) => `${p.name} (${p.kind})`);
    const why = [
      ...(constants.length === 0 ? [] : [`constants are ${shortened(constants)}`]),
      ...(outside.length === 0 ? [] : [`--parameters trains ${shortened(outside)}`]),
      ...warnings,
    ];
    throw new UsageError(
      `${file} has no parameters to train${why.length === 0 ? "" : `: ${why.join("; ")}`}`,
    );
  }
  const frozen = new Set(matching(freeze, names, "--freeze"));
  const left = names.filter((n) => !frozen.has(n));
  if (left.length === 0) throw new UsageError("--freeze leaves no parameter to train");
  return left;
}

/** Returns the names that patterns match. @throws {UsageError} for a pattern that matches none. */
function matching(patterns: readonly string[], names: readonly string[], option: string): string[] {
  const found = new Set<string>();
  for (const pattern of patterns) {
    const expression = new RegExp(
      `^${pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*").replaceAll("?", ".")}$`,
    );
    const matched = names.filter((n) => expression.test(n));
    if (matched.length === 0) {
      throw new UsageError(`${option} ${pattern} matches no parameter; there are ${shortened(names)}`);
    }
    for (const name of matched) found.add(name);
  }
  return names.filter((n) => found.has(n));
}

function shortened(names: readonly string[]): string {
  const shown = names.slice(0, 12).join(", ");
  return names.length > 12 ? `${shown} and ${names.length - 12} more (see inspect)` : shown;
}

/** Where the model takes a fixed number of examples, that number. */
function batchSizeOf({ fixed, count }: Examples, asked: number | undefined): number {
  if (fixed !== undefined && asked !== undefined && asked !== fixed) {
    throw new UsageError(
      `--batch-size must be ${fixed}: the model takes so many examples at a time, got ${asked}`,
    );
  }
  return fixed ?? asked ?? Math.min(DEFAULTS.batchSize, count);
}

async function tune(
  task: Task,
  { optimizer: { name: optimizer, entry }, batchSize, context }: {
    optimizer: NamedOptimizer;
    batchSize: number;
    context: Context;
  },
): Promise<Outcome> {
  const { options, progress, say } = context;
  const learningRate = options.learningRate ?? entry.learningRate;
  const settings = {
    epochs: options.epochs ?? DEFAULTS.epochs,
    batchSize,
    ...(options.chunk === undefined ? {} : { chunk: options.chunk }),
  };
  const { shown: parameters, description: { warnings } } = task;
  const shown = parameterTable(parameters, { trained: new Set(task.trained), warnings });
  say(`${outcomeText({ tables: [shown] })}\n`);
  if (!task.description.outputs.some((o) => o.name === task.output)) {
    say(`The loss takes '${task.output}', before the model's last function.\n`);
  }
  const model = withLoss(task.model, { loss: task.loss, output: task.output, target: task.train.target });
  const metrics = model.graph!.output.map((o) => o.name).filter((n) => n === "accuracy");
  const sets = { train: task.train.data, ...(task.test && { test: task.test.data }) };
  const before = await evaluateAll(model, {
    sets,
    metrics: ["loss", ...metrics],
    batchSize,
    options,
  });
  using trainings = new Trainings(context, [...COLUMNS, ...Object.keys(named(before, ""))]);
  const result = await trainings.train({
    name: optimizer,
    fit: {
      model,
      parameters: task.trained,
      quantization: task.quantization,
      batchStatistics: task.batchStatistics,
      optimizer: entry.make(learningRate),
      ...(entry.switching ? { switching: entry.switching() } : {}),
      train: task.train.data,
      evaluate: sets,
      metrics: ["loss", ...metrics],
      ...(task.train.fixed === undefined ? {} : { evaluationBatchSize: task.train.fixed }),
      ...settings,
      seed: options.seed,
      device: options.device,
      onChunk: ({ step, steps }) => progress(step, steps, optimizer),
    },
    row: ({ step, epoch, loss }, ended) => ({
      step,
      epoch,
      batchLoss: loss,
      ...(ended ? named(ended.metrics, "") : {}),
    }),
  });
  const after = result.epochs.at(-1)!.metrics;
  const run = {
    optimizer,
    learningRate,
    seed: options.seed,
    ...settings,
    steps: result.steps,
    ...named(before, "Before"),
    ...named(after, ""),
    seconds: result.seconds,
  };
  const left = task.train.left;
  return {
    runs: [run],
    results: {
      model: task.file,
      parameters: parameters.map((p) => ({ ...p, trained: task.trained.includes(p.name) })),
      warnings,
    },
    config: {
      ...settings,
      optimizer,
      learningRate,
      loss: task.loss,
      frozen: parameters.filter((p) => p.constant === undefined && !task.trained.includes(p.name)).map((p) =>
        p.name
      ),
    },
    files: [
      {
        name: "model.onnx",
        content: encodeModel(
          withWeights(task.original, trainedTensors(result), { strict: false }),
        ),
      },
    ],
    tables: [{
      ...scoreTable(before, after),
      ...(left > 0
        ? { note: `${left} examples left out: the model takes ${task.train.fixed} at a time` }
        : {}),
    }],
    plots: [lossPlot(before, { epochs: result.epochs, file: task.file })],
  };
}

type Scores = Readonly<Record<string, Readonly<Record<string, number>>>>;

async function evaluateAll(
  model: Model,
  { sets, metrics, batchSize, options }: {
    sets: Readonly<Record<string, Examples["data"]>>;
    metrics: readonly string[];
    batchSize: number;
    options: Options;
  },
): Promise<Scores> {
  await using evaluation = await evaluator({
    model,
    metrics,
    inputs: sets.train!,
    parameters: [],
    batchSize,
    device: options.device,
  });
  const scores: Record<string, Record<string, number>> = {};
  for (const [name, data] of Object.entries(sets)) scores[name] = await evaluation.evaluate({}, data);
  return scores;
}

/** `{ train: { loss } }` as `{ trainLossBefore }`. */
function named(scores: Scores, suffix: string): Record<string, number> {
  const entries = Object.entries(scores).flatMap(([set, byMetric]) =>
    Object.entries(byMetric).map(([metric, value]) =>
      [
        `${set}${metric[0]!.toUpperCase()}${metric.slice(1)}${suffix}`,
        metric === "accuracy" ? accuracyOf(byMetric) : value,
      ] as const
    )
  );
  return Object.fromEntries(entries);
}

function scoreTable(before: Scores, after: Scores): ResultTable {
  const shown = (metric: string, of: Readonly<Record<string, number>>) =>
    metric === "accuracy" ? percentText(accuracyOf(of)) : of[metric]!.toPrecision(5);
  const rows = Object.entries(after).flatMap(([set, byMetric]) =>
    Object.keys(byMetric).map((metric) => [
      `${set} ${metric}`,
      shown(metric, before[set]!),
      shown(metric, byMetric),
    ])
  );
  return { header: ["", "before", "after"], rows };
}

/** The mean loss over each set, before the first epoch and after each. */
function lossPlot(before: Scores, { epochs, file }: { epochs: readonly EpochRecord[]; file: string }): Plot {
  const all = [before, ...epochs.map((e) => e.metrics)];
  const points = all.flatMap((scores, x) =>
    Object.entries(scores).map(([line, { loss }]) => ({ x, y: loss!, line }))
  );
  return lines(points, {
    name: "loss",
    title: `Fine-tuning of ${file.slice(file.lastIndexOf("/") + 1)}`,
    x: "epoch",
    y: "loss",
    lines: Object.keys(before),
    log: points.every((p) => p.y > 0),
    marks: true,
  });
}
