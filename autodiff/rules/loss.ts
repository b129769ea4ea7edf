/**
 * Rules of the classification losses.
 *
 * @module
 */
import type { Graph, Value } from "../../onnx/mod.ts";
import { softmaxForm, targetsForm } from "../forms/mod.ts";
import { onesAt } from "./indexing.ts";
import { ofShape, type Rule, type Site, sizes, zerosLike } from "../site.ts";

/**
 * l = reduce(-w[t] ln softmax(x)[t]), differentiated together: dx = (softmax(x) - onehot(t)) times each example's share of
 * dl. The classes are dimension 1 of the scores `[N, C, d1, …]`; targets `[N, d1, …]` equal to `ignore_index` have no share.
 */
export const softmaxCrossEntropyLoss: Rule = (s) => {
  const { g } = s;
  const { probabilities, log } = softmaxOf(s);
  let dx = timesShares(s, lessOneAtTargets(g, s, probabilities));
  const dLog = s.cotangents[1];
  if (dLog) {
    const total = g.reduceSum(dLog, [1], { keepdims: 1 });
    dx = g.add(dx, g.sub(dLog, g.mul(probabilities, total)));
  }
  return [ofShape(dx, s.x(0)), null, s.wants(2) ? classWeights(s, log()) : null];
};

/** Returns the softmax of the scores, and replaces the loss by the two operators that it is made of where that pays. */
function softmaxOf({ g, node, target }: Site): { probabilities: Value; log: () => Value } {
  const [scores, targets, weights] = node.inputs as [Value, Value, Value | null | undefined];
  const form = softmaxForm({ scores: scores.shape, target });
  if (form === "kept") {
    const given = node.outputs[1];
    return {
      probabilities: given ? g.exp(given) : g.softmax(scores, { axis: 1 }),
      log: () => given ?? g.logSoftmax(scores, { axis: 1 }),
    };
  }
  const softmax = form === "log-softmax" ? byLogSoftmax(g, scores) : bySums(g, scores);
  const { log, probabilities, mean } = softmax;
  const isMean = !weights && node.string("reduction") === "mean" && node.int("ignore_index") === undefined;
  const loss = isMean && mean ? mean(targets) : g.negativeLogLikelihoodLoss(log, targets, weights ?? null, {
    reduction: node.string("reduction")!,
    ignore_index: node.int("ignore_index"),
  });
  g.substitute(node, [loss, log]);
  return { probabilities, log: () => log };
}

interface Softmax {
  readonly log: Value;
  readonly probabilities: Value;
  /** Writes the mean loss at targets, where that takes less than looking them up in the logarithms. */
  readonly mean?: (targets: Value) => Value;
}

function byLogSoftmax(g: Graph, scores: Value): Softmax {
  const log = g.logSoftmax(scores, { axis: 1 });
  return { log, probabilities: g.exp(log) };
}

function bySums(g: Graph, scores: Value): Softmax {
  const centered = g.sub(scores, g.reduceMax(scores, [1], { keepdims: 1 }));
  const powers = g.exp(centered);
  const total = g.reduceSum(powers, [1], { keepdims: 1 });
  const ln = g.log(total);
  // With the bits of the logarithms' own loss, and without a logarithm for each class.
  const mean = (targets: Value) => {
    const at = g.unsqueeze(targets, [1]);
    return g.reduceMean(g.sub(ln, g.gatherElements(centered, at, { axis: 1 })), null, { keepdims: 0 });
  };
  return { log: g.sub(centered, ln), probabilities: g.div(powers, total), mean };
}

/** l = reduce(-w[t] x[t]): dx = -onehot(t) times each example's share of dl. */
export const negativeLogLikelihoodLoss: Rule = (s) => [
  ofShape(s.g.neg(timesShares(s, oneHot(s.g, s))), s.x(0)),
  null,
  s.wants(2) ? classWeights(s, s.x()) : null,
];

/**
 * Returns `v` `[N, C, d1, …]` times the {@linkcode shares} of the targets.
 *
 * Where all shares are one over the number of targets, it divides, as ONNX Runtime itself writes a product with a quotient
 * that it computes: a product with an inverse that is known would round otherwise.
 */
function timesShares(s: Site, v: Value): Value {
  const { g, node, dy } = s;
  const alike = s.optional(2) === null && node.int("ignore_index") === undefined;
  const mean = alike && node.string("reduction") === "mean" && isOne(dy);
  return mean ? g.div(v, totalWeight(s)) : g.mul(v, shares(s));
}

function isOne({ tensor }: Value): boolean {
  return tensor?.shape.length === 0 && Number(tensor.data[0]) === 1;
}

/**
 * Returns each target's weight in the loss times the loss's cotangent, `[N, 1, d1, …]`: 0 for ignored targets, even if
 * all are ignored and the mean loss is 0 / 0, as in PyTorch.
 */
function shares(s: Site): Value {
  const { g } = s;
  const weights = s.optional(2);
  const each = weights && g.gather(weights, targetClasses(s), { axis: 0 });
  const part = partOfMean(s);
  const share = unlessIgnored(s, each ? g.mul(each, part) : part);
  // A scalar share broadcasts by itself; one per target needs an axis for the classes.
  return share.rank === 0 ? share : g.unsqueeze(share, [1]);
}

/** Returns the loss's cotangent, divided by the sum of the weights for a mean. */
function partOfMean(s: Site): Value {
  return s.node.string("reduction") === "mean" ? s.g.div(s.dy, totalWeight(s)) : s.dy;
}

/** Returns the divisor of a mean: the sum of the targets' weights. */
function totalWeight(s: Site): Value | number {
  const { g, node } = s;
  const targets = s.x(1);
  const dtype = s.x(0).dtype;
  const weights = s.optional(2);
  if (weights === null && node.int("ignore_index") === undefined) {
    return targets.shape?.every((d) => typeof d === "number")
      ? (targets.shape as number[]).reduce((a, b) => a * b, 1)
      : g.cast(g.size(targets), { to: dtype });
  }
  const each = weights
    ? g.gather(weights, targetClasses(s), { axis: 0 })
    : g.expand(g.constant(1, dtype), sizes(g, targets));
  return g.reduceSum(unlessIgnored(s, each), null, { keepdims: 0 });
}

/**
 * Returns the gradient with respect to the class weights `[C]`. Let v be the score of each target's class, and for each
 * class S the sum of v and n the number of targets. The gradient is -sum(v dl) per class for reduction none, -S dl for
 * sum, and -(S - n (w S) / (w n)) dl / (w n) for mean.
 */
function classWeights(s: Site, scores: Value): Value {
  const { g, dy } = s;
  const own = g.squeeze(g.gatherElements(scores, g.unsqueeze(targetClasses(s), [1]), { axis: 1 }), [1]);
  const reduction = s.node.string("reduction");
  if (reduction === "none") return g.neg(byClass(s, g.mul(own, dy)));
  if (reduction === "sum") return g.neg(g.mul(byClass(s, own), dy));
  // Subtracting one number from every v changes nothing, but keeps the sums and their rounding errors small.
  const centered = g.sub(own, g.reduceMean(unlessIgnored(s, own), null, { keepdims: 0 }));
  const sums = byClass(s, centered);
  const counts = byClass(s, g.expand(g.constant(1, own.dtype), sizes(g, own)));
  const weighted = (v: Value) => g.reduceSum(g.mul(s.x(2), v), null, { keepdims: 0 });
  const total = weighted(counts);
  const each = g.mul(g.sub(g.mul(counts, g.div(weighted(sums), total)), sums), g.div(dy, total));
  // A class without targets has no gradient, even if all are ignored and the total is 0.
  return g.where(g.equal(counts, 0), g.constant(0, each.dtype), each);
}

/** Returns the sums of `values`, one per target, by class `[C]`; ignored targets do not count. */
function byClass(s: Site, values: Value): Value {
  const { g } = s;
  const [classes, each] = [targetClasses(s), unlessIgnored(s, values)].map((v) => g.reshape(v, [-1]));
  return g.scatterElements(zerosLike(g, s.x(2)), classes!, each!, { reduction: "add" });
}

/** Returns `each`, one value per target or one for all, with 0 at ignored targets. */
function unlessIgnored(s: Site, each: Value): Value {
  const skip = ignoredTargets(s);
  return skip === null ? each : s.g.where(skip, s.g.constant(0, each.dtype), each);
}

/** Returns which targets are ignored; `null` without an `ignore_index`. */
function ignoredTargets(s: Site): Value | null {
  const ignored = s.node.int("ignore_index");
  if (ignored === undefined) return null;
  const targets = s.x(1);
  return s.g.equal(targets, s.g.constant(ignored, targets.dtype));
}

/**
 * Returns the targets as int64 indices, because runtimes have few kernels for other types. An ignored target may lie
 * outside the classes; it becomes class 0.
 */
function targetClasses(s: Site): Value {
  const { g } = s;
  const targets = s.x(1);
  const skip = ignoredTargets(s);
  const inside = skip === null ? targets : g.where(skip, g.constant(0, targets.dtype), targets);
  return inside.dtype === "int64" ? inside : g.cast(inside, { to: "int64" });
}

/** Returns the probabilities, less one at each target's class. */
function lessOneAtTargets(g: Graph, s: Site, probabilities: Value): Value {
  const classes = s.x(0).shape?.[1];
  if (targetsForm(classes) === "one-hot") return g.sub(probabilities, oneHot(g, s));
  const at = g.unsqueeze(targetClasses(s), [1]);
  const ones = g.expand(g.constant(-1, probabilities.dtype), sizes(g, at));
  return g.scatterElements(probabilities, at, ones, { axis: 1, reduction: "add" });
}

/** Returns one at each target's class, zero elsewhere: `[N, C, d1, …]`. */
function oneHot(g: Graph, s: Site): Value {
  const scores = s.x(0);
  const classes = scores.shape?.[1];
  const depth = typeof classes === "number"
    ? g.constant(classes, "int64")
    : g.squeeze(g.shape(scores, { start: 1, end: 2 }), [0]);
  return onesAt(g, targetClasses(s), { depth, axis: 1, dtype: scores.dtype });
}
