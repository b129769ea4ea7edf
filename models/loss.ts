/**
 * Losses and metrics: they compare a model's outputs with targets.
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
 * Adds the mean of `-ln softmax(scores)[target]`.
 *
 * @param scores `[N, C]` or `[N, C, d1, …]`
 * @param targets classes, int64 `[N]` or `[N, d1, …]`
 * @returns a scalar
 *
 * @example
 * ```ts
 * import { buildModel, Graph, openSession, tensorOf } from "../mod.ts";
 * import { crossEntropy } from "./loss.ts";
 * import { assert } from "@std/assert";
 * const g = new Graph();
 * g.output(crossEntropy(g, g.input("y", "float32", ["N", 2]), g.input("t", "int64", ["N"])), "loss");
 * await using session = await openSession(buildModel(g));
 * const { loss } = await session.run({ y: tensorOf([0, Math.log(3)], [1, 2]), t: tensorOf([1], "int64") });
 * assert(Math.abs(Number(loss!.data[0]) - Math.log(4 / 3)) < 1e-6);
 * ```
 */
export function crossEntropy(g: Graph, scores: Value, targets: Value): Value {
  return g.softmaxCrossEntropyLoss(scores, targets, null, { reduction: "mean" })[0];
}

/**
 * Adds a cross-entropy of scores whose classes are the last dimension, as those of language models are.
 *
 * @param scores `[N, …, C]`
 * @param targets classes, int64 `[N, …]`
 * @returns the mean over all targets, a scalar
 *
 * @example
 * ```ts
 * import { buildModel, Graph, openSession, tensorOf } from "../mod.ts";
 * import { tokenCrossEntropy } from "./loss.ts";
 * import { assert } from "@std/assert";
 * const g = new Graph();
 * g.output(tokenCrossEntropy(g, g.input("y", "float32", ["N", "T", 2]), g.input("t", "int64", ["N", "T"])), "loss");
 * await using session = await openSession(buildModel(g));
 * const { loss } = await session.run({ y: tensorOf([0, 0, 0, 0], [1, 2, 2]), t: tensorOf([1, 0], [1, 2], "int64") });
 * assert(Math.abs(Number(loss!.data[0]) - Math.log(2)) < 1e-6);
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
 * Adds the mean of `(y - t)^2`.
 *
 * @param y float `[N, …]`
 * @param targets of the shape and type of `y`
 * @returns a scalar
 *
 * @example
 * ```ts
 * import { buildModel, Graph, openSession, tensorOf } from "../mod.ts";
 * import { meanSquaredError } from "./loss.ts";
 * import { assert } from "@std/assert";
 * const g = new Graph();
 * g.output(meanSquaredError(g, g.input("y", "float32", ["N"]), g.input("t", "float32", ["N"])), "loss");
 * await using session = await openSession(buildModel(g));
 * const { loss } = await session.run({ y: tensorOf([1, 5]), t: tensorOf([0, 2]) });
 * assert(Math.abs(Number(loss!.data[0]) - 5) < 1e-6);
 * ```
 */
export function meanSquaredError(g: Graph, y: Value, targets: Value): Value {
  const d = g.sub(y, targets);
  return g.reduceMean(g.mul(d, d), null, { keepdims: 0 });
}

/**
 * Adds the mean of `|y - t|`.
 *
 * @param y float `[N, …]`
 * @param targets of the shape and type of `y`
 * @returns a scalar
 *
 * @example
 * ```ts
 * import { buildModel, Graph, openSession, tensorOf } from "../mod.ts";
 * import { meanAbsoluteError } from "./loss.ts";
 * import { assert } from "@std/assert";
 * const g = new Graph();
 * g.output(meanAbsoluteError(g, g.input("y", "float32", ["N"]), g.input("t", "float32", ["N"])), "loss");
 * await using session = await openSession(buildModel(g));
 * const { loss } = await session.run({ y: tensorOf([1, 5]), t: tensorOf([0, 2]) });
 * assert(Math.abs(Number(loss!.data[0]) - 2) < 1e-6);
 * ```
 */
export function meanAbsoluteError(g: Graph, y: Value, targets: Value): Value {
  return g.reduceMean(g.abs(g.sub(y, targets)), null, { keepdims: 0 });
}

/**
 * Adds the mean of `d^2 / 2` where `|d| <= 1`, else of `|d| - 1/2`, for `d = y - t`.
 *
 * @param y float `[N, …]`
 * @param targets of the shape and type of `y`
 * @returns a scalar
 * @see Huber: Robust estimation of a location parameter, 1964.
 *
 * @example
 * ```ts
 * import { buildModel, Graph, openSession, tensorOf } from "../mod.ts";
 * import { huber } from "./loss.ts";
 * import { assert } from "@std/assert";
 * const g = new Graph();
 * g.output(huber(g, g.input("y", "float32", ["N"]), g.input("t", "float32", ["N"])), "loss");
 * await using session = await openSession(buildModel(g));
 * const { loss } = await session.run({ y: tensorOf([0.5, 3]), t: tensorOf([0, 0]) });
 * assert(Math.abs(Number(loss!.data[0]) - (0.125 + 2.5) / 2) < 1e-6);
 * ```
 */
export function huber(g: Graph, y: Value, targets: Value): Value {
  const d = g.abs(g.sub(y, targets));
  const inner = g.min([d, g.constant(1, y.dtype)]);
  return g.reduceMean(g.mul(inner, g.sub(d, g.mul(inner, 0.5))), null, { keepdims: 0 });
}

/**
 * Adds the mean of `softplus(z) - t z`: the cross-entropy of a sigmoid, from its logit `z` and a target `t`.
 *
 * @param logits float `[N, …]`
 * @param targets from 0 to 1, of the shape and type of `logits`
 * @returns a scalar
 *
 * @example
 * ```ts
 * import { buildModel, Graph, openSession, tensorOf } from "../mod.ts";
 * import { binaryCrossEntropy } from "./loss.ts";
 * import { assert } from "@std/assert";
 * const g = new Graph();
 * g.output(binaryCrossEntropy(g, g.input("y", "float32", ["N"]), g.input("t", "float32", ["N"])), "loss");
 * await using session = await openSession(buildModel(g));
 * const { loss } = await session.run({ y: tensorOf([0, Math.log(3)]), t: tensorOf([1, 0]) });
 * assert(Math.abs(Number(loss!.data[0]) - (Math.log(2) + Math.log(4)) / 2) < 1e-6);
 * ```
 */
export function binaryCrossEntropy(g: Graph, logits: Value, targets: Value): Value {
  return g.reduceMean(g.sub(g.softplus(logits), g.mul(targets, logits)), null, { keepdims: 0 });
}

/**
 * Adds the mean of `max(0, 1 - t y)`.
 *
 * @param y float `[N, …]`
 * @param targets -1 or +1, of the shape and type of `y`
 * @returns a scalar
 *
 * @example
 * ```ts
 * import { buildModel, Graph, openSession, tensorOf } from "../mod.ts";
 * import { hinge } from "./loss.ts";
 * import { assert } from "@std/assert";
 * const g = new Graph();
 * g.output(hinge(g, g.input("y", "float32", ["N"]), g.input("t", "float32", ["N"])), "loss");
 * await using session = await openSession(buildModel(g));
 * const { loss } = await session.run({ y: tensorOf([0.5, 2]), t: tensorOf([-1, 1]) });
 * assert(Math.abs(Number(loss!.data[0]) - 0.75) < 1e-6);
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
 * Adds the share of examples whose largest score is that of their class.
 *
 * @param scores `[N, C]`
 * @param targets classes, int64 `[N]`
 * @returns a scalar from 0 to 1
 *
 * @example
 * ```ts
 * import { buildModel, Graph, openSession, tensorOf } from "../mod.ts";
 * import { accuracy } from "./loss.ts";
 * import { assert } from "@std/assert";
 * const g = new Graph();
 * g.output(accuracy(g, g.input("y", "float32", ["N", 2]), g.input("t", "int64", ["N"])), "accuracy");
 * await using session = await openSession(buildModel(g));
 * const { accuracy: share } = await session.run({ y: tensorOf([0, 1, 2, 3], [2, 2]), t: tensorOf([1, 0], "int64") });
 * assert(Math.abs(Number(share!.data[0]) - 0.5) < 1e-6);
 * ```
 */
export function accuracy(g: Graph, scores: Value, targets: Value): Value {
  const hit = g.equal(g.argMax(scores, { axis: 1, keepdims: 0 }), targets);
  return g.reduceMean(g.cast(hit, { to: scores.dtype }), null, { keepdims: 0 });
}

/** Adds the share of examples on the right side of 0: logits, and targets 0 or 1 (`threshold` 0.5) or -1 or 1 (0). */
function binaryAccuracy(
  g: Graph,
  y: Value,
  { targets, threshold }: { targets: Value; threshold: number },
): Value {
  const hit = g.equal(g.greater(y, 0), g.greater(targets, threshold));
  return g.reduceMean(g.cast(hit, { to: y.dtype }), null, { keepdims: 0 });
}

/** Options of {@linkcode withLoss}. */
export interface LossOptions {
  /** The loss. */
  loss: Loss;
  /** The output, or value within, to compare with the targets; the model's first output by default. */
  output?: string;
  /** The name of the input that takes the targets; `"target"` by default. */
  target?: string;
  /**
   * The dimension of the scores that counts the classes, for `"cross-entropy"`: the second, as in ONNX, or the last,
   * as in language models. `"second"` by default; of two dimensions both are the same.
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
 * Returns a model with a loss behind its output, ready to be trained. It has one more input for the targets (int64
 * classes for `"cross-entropy"`, else floats of the shape of the output), and the further outputs `loss`, a scalar, and
 * for classification `accuracy`, a scalar. Smoothed labels are an option of training, `labelSmoothing` of `fit`: evaluations
 * then stay without them.
 *
 * @throws {RangeError} when there is no such loss or output, or the output is not a float.
 *
 * @example
 * ```ts
 * import { mlp } from "./dense.ts";
 * import { withLoss } from "./loss.ts";
 * import { assertEquals } from "@std/assert";
 * const model = withLoss(mlp({ inputs: 4, hidden: [8], outputs: 3 }), { loss: "cross-entropy" });
 * assertEquals(model.graph!.input.map((v) => v.name), ["x", "target"]);
 * assertEquals(model.graph!.output.map((v) => v.name), ["y", "loss", "accuracy"]);
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
    if (names.length === 0) throw new RangeError("the model has no output to compute a loss from");
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
  // Keeps the producer: the choice of trained parameters interprets names of initializers by exporter.
  return buildModel(graph, {
    metadata: model.metadataProps,
    ...(model.producerName ? { producerName: model.producerName } : {}),
  });
}
