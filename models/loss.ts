/**
 * Losses and metrics: how far a model's outputs are from the targets.
 *
 * @module
 */
import { checkOptions, type OptionNames } from "../options/mod.ts";
import { buildModel, type Graph, importModel, isFloat, type Model, type Value } from "../onnx/mod.ts";
import { graphFor } from "../onnx/convert/mod.ts";
import { shapeText } from "../onnx/tensor/mod.ts";

/** A loss by name. */
export type Loss = "cross-entropy" | "mse" | "mae" | "huber" | "bce" | "hinge";

/**
 * Returns the mean of `-ln softmax(scores)[target]`, a scalar.
 *
 * @param scores floats `[N, C]` or `[N, C, d1, …]`, any numbers
 * @param targets int64 `[N]` or `[N, d1, …]`, classes from 0 to C - 1
 *
 * @example
 * ```ts
 * import { buildModel, Graph, openSession, crossEntropy, tensor } from "../mod.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const g = new Graph();
 * const y = g.input("y", "float32", [2, 2]);
 * const t = g.input("t", "int64", [2]);
 * g.output(crossEntropy(g, y, t), "loss");
 * await using session = await openSession(buildModel(g));
 * const { loss } = await session.run({
 *   y: tensor(Float32Array.of(0, 0, 0, 0), [2, 2]),
 *   t: tensor(new BigInt64Array([0n, 1n]), [2]),
 * });
 * assertAlmostEquals(Number(loss!.data[0]), Math.log(2), 1e-6);
 * ```
 */
export function crossEntropy(g: Graph, scores: Value, targets: Value): Value {
  return g.softmaxCrossEntropyLoss(scores, targets, null, { reduction: "mean" })[0];
}

/**
 * Returns the cross-entropy of scores whose classes are the last dimension, as language models have them; a scalar.
 *
 * @param scores floats `[N, …, C]`, any numbers
 * @param targets int64 `[N, …]`, classes from 0 to C - 1
 *
 * @example
 * ```ts
 * import { buildModel, Graph, openSession, tokenCrossEntropy, tensor } from "../mod.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const g = new Graph();
 * const y = g.input("y", "float32", [1, 2, 2]);
 * const t = g.input("t", "int64", [1, 2]);
 * g.output(tokenCrossEntropy(g, y, t), "loss");
 * await using session = await openSession(buildModel(g));
 * const { loss } = await session.run({
 *   y: tensor(Float32Array.of(0, 0, 0, 0), [1, 2, 2]),
 *   t: tensor(new BigInt64Array([0n, 1n]), [1, 2]),
 * });
 * assertAlmostEquals(Number(loss!.data[0]), Math.log(2), 1e-6);
 * ```
 */
export function tokenCrossEntropy(g: Graph, scores: Value, targets: Value): Value {
  const [rows, flat] = byToken(g, scores, targets);
  return crossEntropy(g, rows, flat);
}

/** Returns scores `[N, …, C]` and targets `[N, …]` as `[M, C]` and `[M]`. */
function byToken(g: Graph, scores: Value, targets: Value): [scores: Value, targets: Value] {
  return [g.flatten(scores, { axis: -1 }), g.reshape(targets, [-1])];
}

/**
 * Returns the mean of `(y - t)^2`, a scalar; `y` and `t` are floats of one shape.
 *
 * @example
 * ```ts
 * import { buildModel, Graph, openSession, meanSquaredError, tensor } from "../mod.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const g = new Graph();
 * const y = g.input("y", "float32", [2]);
 * const t = g.input("t", "float32", [2]);
 * g.output(meanSquaredError(g, y, t), "loss");
 * await using session = await openSession(buildModel(g));
 * const { loss } = await session.run({
 *   y: tensor(Float32Array.of(1, 2), [2]),
 *   t: tensor(Float32Array.of(0, 0), [2]),
 * });
 * assertAlmostEquals(Number(loss!.data[0]), 2.5, 1e-6);
 * ```
 */
export function meanSquaredError(g: Graph, y: Value, targets: Value): Value {
  const d = g.sub(y, targets);
  return g.reduceMean(g.mul(d, d), null, { keepdims: 0 });
}

/**
 * Returns the mean of `|y - t|`, a scalar; `y` and `t` are floats of one shape.
 *
 * @example
 * ```ts
 * import { buildModel, Graph, openSession, meanAbsoluteError, tensor } from "../mod.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const g = new Graph();
 * const y = g.input("y", "float32", [2]);
 * const t = g.input("t", "float32", [2]);
 * g.output(meanAbsoluteError(g, y, t), "loss");
 * await using session = await openSession(buildModel(g));
 * const { loss } = await session.run({
 *   y: tensor(Float32Array.of(1, -2), [2]),
 *   t: tensor(Float32Array.of(0, 0), [2]),
 * });
 * assertAlmostEquals(Number(loss!.data[0]), 1.5, 1e-6);
 * ```
 */
export function meanAbsoluteError(g: Graph, y: Value, targets: Value): Value {
  return g.reduceMean(g.abs(g.sub(y, targets)), null, { keepdims: 0 });
}

/**
 * Returns the mean of `d^2 / 2` where `|d| <= 1`, else of `|d| - 1/2`, for `d = y - t`, a scalar; `y` and `t` are floats of
 * one shape.
 *
 * @example
 * ```ts
 * import { buildModel, Graph, openSession, huber, tensor } from "../mod.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const g = new Graph();
 * const y = g.input("y", "float32", [2]);
 * const t = g.input("t", "float32", [2]);
 * g.output(huber(g, y, t), "loss");
 * await using session = await openSession(buildModel(g));
 * const { loss } = await session.run({
 *   y: tensor(Float32Array.of(1, 3), [2]),
 *   t: tensor(Float32Array.of(0, 0), [2]),
 * });
 * assertAlmostEquals(Number(loss!.data[0]), 1.5, 1e-6);
 * ```
 */
export function huber(g: Graph, y: Value, targets: Value): Value {
  const d = g.abs(g.sub(y, targets));
  const inner = g.min([d, g.constant(1, y.dtype)]);
  return g.reduceMean(g.mul(inner, g.sub(d, g.mul(inner, 0.5))), null, { keepdims: 0 });
}

/**
 * Returns the mean of `softplus(z) - t z`, a scalar: the cross-entropy of a sigmoid.
 *
 * @param logits floats `z`, any numbers
 * @param targets floats `t` of the same shape, from 0 to 1
 *
 * @example
 * ```ts
 * import { buildModel, Graph, openSession, binaryCrossEntropy, tensor } from "../mod.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const g = new Graph();
 * const y = g.input("y", "float32", [2]);
 * const t = g.input("t", "float32", [2]);
 * g.output(binaryCrossEntropy(g, y, t), "loss");
 * await using session = await openSession(buildModel(g));
 * const { loss } = await session.run({
 *   y: tensor(Float32Array.of(0, 0), [2]),
 *   t: tensor(Float32Array.of(0, 1), [2]),
 * });
 * assertAlmostEquals(Number(loss!.data[0]), Math.log(2), 1e-6);
 * ```
 */
export function binaryCrossEntropy(g: Graph, logits: Value, targets: Value): Value {
  return g.reduceMean(g.sub(g.softplus(logits), g.mul(targets, logits)), null, { keepdims: 0 });
}

/**
 * Returns the mean of `max(0, 1 - t y)`, a scalar; `y` and `t` are floats of one shape, targets -1 or +1.
 *
 * @example
 * ```ts
 * import { buildModel, Graph, openSession, hinge, tensor } from "../mod.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const g = new Graph();
 * const y = g.input("y", "float32", [2]);
 * const t = g.input("t", "float32", [2]);
 * g.output(hinge(g, y, t), "loss");
 * await using session = await openSession(buildModel(g));
 * const { loss } = await session.run({
 *   y: tensor(Float32Array.of(2, 0.5), [2]),
 *   t: tensor(Float32Array.of(1, -1), [2]),
 * });
 * assertAlmostEquals(Number(loss!.data[0]), 0.75, 1e-6);
 * ```
 */
export function hinge(g: Graph, y: Value, targets: Value): Value {
  return g.reduceMean(g.relu(g.sub(1, g.mul(targets, y))), null, { keepdims: 0 });
}

const LOSSES: Readonly<Record<Loss, (g: Graph, y: Value, targets: Value) => Value>> = {
  "cross-entropy": crossEntropy,
  mse: meanSquaredError,
  mae: meanAbsoluteError,
  huber,
  bce: binaryCrossEntropy,
  hinge,
};

/**
 * Returns the share of examples whose largest score is that of their class, a scalar from 0 to 1.
 *
 * @param scores floats `[N, C]`
 * @param targets int64 `[N]`, classes from 0 to C - 1
 *
 * @example
 * ```ts
 * import { buildModel, Graph, openSession, accuracy, tensor } from "../mod.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const g = new Graph();
 * const y = g.input("y", "float32", [2, 2]);
 * const t = g.input("t", "int64", [2]);
 * g.output(accuracy(g, y, t), "loss");
 * await using session = await openSession(buildModel(g));
 * const { loss } = await session.run({
 *   y: tensor(Float32Array.of(3, 1, 3, 1), [2, 2]),
 *   t: tensor(new BigInt64Array([0n, 1n]), [2]),
 * });
 * assertAlmostEquals(Number(loss!.data[0]), 0.5, 1e-6);
 * ```
 */
export function accuracy(g: Graph, scores: Value, targets: Value): Value {
  const hit = g.equal(g.argMax(scores, { axis: 1, keepdims: 0 }), targets);
  return g.reduceMean(g.cast(hit, { to: scores.dtype }), null, { keepdims: 0 });
}

/** Returns the share of examples on the right side of 0: targets are 0 or 1 (`threshold` 0.5), or -1 or 1 (0). */
function binaryAccuracy(
  g: Graph,
  y: Value,
  { targets, threshold }: { targets: Value; threshold: number },
): Value {
  const hit = g.equal(g.greater(y, 0), g.greater(targets, threshold));
  return g.reduceMean(g.cast(hit, { to: y.dtype }), null, { keepdims: 0 });
}

/** What to add to a model, and where. */
export interface LossOptions {
  /** The loss. */
  loss: Loss;
  /** The output, or a value inside the model, to compare with the targets; the model's first output by default. */
  output?: string;
  /** The name of the input that takes the targets; `"target"` by default. */
  target?: string;
  /**
   * Which dimension of the scores counts the classes, for `"cross-entropy"`: the second, as ONNX has it, or the last, as
   * language models have it. `"second"` by default; of two dimensions both are the same.
   */
  classes?: "second" | "last";
}

const LOSS_OPTIONS = {
  loss: true,
  output: false,
  target: false,
  classes: ["second", "last"],
} satisfies OptionNames<
  LossOptions
>;

/**
 * Returns a model with a loss behind it: a further input for the targets (int64 classes for `"cross-entropy"`, else floats of the
 * shape of the output), and the outputs `loss`, a scalar, and for classification `accuracy`, a scalar.
 *
 * @throws {RangeError} when the loss or the output is not there.
 *
 * @example
 * ```ts
 * import { mlp, withLoss } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 * const model = withLoss(mlp({ inputs: 4, hidden: [], outputs: 3, seed: 1 }), { loss: "cross-entropy" });
 * assertEquals(model.graph!.input.map((i) => i.name), ["x", "target"]);
 * assertEquals(model.graph!.output.slice(1).map((o) => o.name), ["loss", "accuracy"]);
 * ```
 */
export function withLoss(model: Model, options: LossOptions): Model {
  checkOptions("withLoss", options, LOSS_OPTIONS);
  const { loss, target = "target" } = options;
  if (!Object.hasOwn(LOSSES, loss)) {
    throw new RangeError(`loss must be one of ${Object.keys(LOSSES).join(", ")}, got '${loss}'`);
  }
  const graph = graphFor(model, { name: model.graph?.name ?? "graph" });
  const { values, outputs } = importModel(model, graph);
  const names = model.graph!.output.map((o) => o.name);
  const index = options.output === undefined ? 0 : names.indexOf(options.output);
  const y = outputs[index] ?? values.get(options.output!);
  if (y === undefined) {
    if (names.length === 0) throw new RangeError("output must be there to have a loss, the model has none");
    throw new RangeError(`output must be one of ${names.join(", ")}, got '${options.output}'`);
  }
  if (y.known.dtype !== undefined && !isFloat(y.known.dtype)) {
    throw new RangeError(`output must be a float to have a loss, '${y.name}' is ${y.known.dtype}`);
  }
  outputs.forEach((v, i) => graph.output(v, names[i]!));
  if (loss === "cross-entropy") {
    if (y.shape !== undefined && y.shape.length < 2) {
      throw new RangeError(
        `cross-entropy needs scores of shape [N, classes], output '${y.name}' is ${shapeText(y.shape)}`,
      );
    }
    const last = options.classes === "last";
    const targets = graph.input(target, "int64", y.shape?.toSpliced(last ? -1 : 1, 1));
    const [scores, flat] = last ? byToken(graph, y, targets) : [y, targets];
    graph.output(crossEntropy(graph, scores, flat), graph.freeName("loss"));
    if (last || y.shape?.length === 2) {
      graph.output(accuracy(graph, scores, flat), graph.freeName("accuracy"));
    }
  } else {
    const targets = graph.input(target, y.dtype, y.shape);
    graph.output(LOSSES[loss](graph, y, targets), graph.freeName("loss"));
    const threshold = loss === "bce" ? 0.5 : loss === "hinge" ? 0 : undefined;
    if (threshold !== undefined) {
      graph.output(binaryAccuracy(graph, y, { targets, threshold }), graph.freeName("accuracy"));
    }
  }
  // Keeps the producer: the rule of what is trained reads names of initializers by the exporter that wrote them.
  return buildModel(graph, {
    metadata: model.metadataProps,
    ...(model.producerName ? { producerName: model.producerName } : {}),
  });
}
