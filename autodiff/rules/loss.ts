/**
 * Rules of the classification losses.
 *
 * @module
 */
import type { Graph, Value } from "../../onnx/mod.ts";
import { type Rule, type Site, sizes } from "../site.ts";

/**
 * l = reduce(-w[t] ln softmax(x)[t]), differentiated together: dx = (softmax(x) - onehot(t)) times each example's share of
 * dl. The classes are dimension 1 of the scores `[N, C, d1, …]`; targets `[N, d1, …]` equal to `ignore_index` have no share.
 */
export const softmaxCrossEntropyLoss: Rule = (s) => {
  const { g } = s;
  const share = shares(s);
  const probabilities = probabilitiesOf(s);
  let dx = g.mul(lessOneAtTargets(g, s, probabilities), share);
  const dLog = s.cotangents[1];
  if (dLog) {
    const total = g.reduceSum(dLog, [1], { keepdims: 1 });
    dx = g.add(dx, g.sub(dLog, g.mul(probabilities, total)));
  }
  return [dx];
};

/**
 * The softmax of the scores. Where that pays, the two operators that the loss is made of take its place, so that the
 * gradient shares what the first computes. ONNX Runtime itself would take the loss apart into a softmax over the middle one
 * of three axes, for which a processor transposes, and for which there is no kernel for WebGPU.
 */
function probabilitiesOf({ g, node, target }: Site): Value {
  const [scores, targets, weights] = node.inputs as [Value, Value, Value | null | undefined];
  if (target === "cpu" && scores.shape?.length !== 2) {
    return node.outputs[1] ? g.exp(node.outputs[1]) : g.softmax(scores, { axis: 1 });
  }
  const { log, probabilities } = target === "cpu" ? byLogSoftmax(g, scores) : bySums(g, scores);
  const loss = g.negativeLogLikelihoodLoss(log, targets, weights ?? null, {
    reduction: node.string("reduction")!,
    ignore_index: node.int("ignore_index"),
  });
  g.substitute(node, [loss, log]);
  return probabilities;
}

interface Softmax {
  readonly log: Value;
  readonly probabilities: Value;
}

function byLogSoftmax(g: Graph, scores: Value): Softmax {
  const log = g.logSoftmax(scores, { axis: 1 });
  return { log, probabilities: g.exp(log) };
}

function bySums(g: Graph, scores: Value): Softmax {
  const centred = g.sub(scores, g.reduceMax(scores, [1], { keepdims: 1 }));
  const powers = g.exp(centred);
  const total = g.reduceSum(powers, [1], { keepdims: 1 });
  return { log: g.sub(centred, g.log(total)), probabilities: g.div(powers, total) };
}

/** l = reduce(-w[t] x[t]): dx = -onehot(t) times each example's share of dl. */
export const negativeLogLikelihoodLoss: Rule = (s) => [s.g.neg(s.g.mul(oneHot(s.g, s), shares(s)))];

/** What each target contributes to the loss, times the loss's cotangent: `[N, 1, d1, …]`, 0 where it is ignored. */
function shares(s: Site): Value {
  const { g, node } = s;
  const scores = s.x(0);
  const reduction = node.string("reduction")!;
  const weights = targetWeights(s);
  let share: Value;
  if (reduction === "none") share = weights === null ? s.dy : g.mul(s.dy, weights);
  else if (reduction === "sum") share = weights === null ? s.dy : g.mul(weights, s.dy);
  else {
    const targets = s.x(1);
    const n = targets.shape?.every((d) => typeof d === "number")
      ? (targets.shape as number[]).reduce((a, b) => a * b, 1)
      : g.cast(g.size(targets), { to: scores.dtype });
    share = weights === null
      ? g.div(s.dy, n)
      : g.mul(weights, g.div(s.dy, g.reduceSum(weights, null, { keepdims: 0 })));
  }
  // A scalar share broadcasts by itself; one per target takes its place beside the classes.
  return share.rank === 0 ? share : g.unsqueeze(share, [1]);
}

/** The weight of each target, `[N, d1, …]`; `null` where all weigh 1. */
function targetWeights(s: Site): Value | null {
  const { g, node } = s;
  const targets = s.x(1);
  const weights = s.optional(2);
  const ignored = node.int("ignore_index");
  if (weights === null && ignored === undefined) return null;
  const dtype = s.x(0).dtype;
  const skip = ignored === undefined ? null : g.equal(targets, g.constant(ignored, targets.dtype));
  const each = weights
    ? g.gather(weights, targetClasses(s), { axis: 0 })
    : g.expand(g.constant(1, dtype), sizes(g, targets));
  return skip ? g.where(skip, g.constant(0, dtype), each) : each;
}

/** The targets; an ignored one may lie outside the classes, and is class 0 here. */
function targetClasses(s: Site): Value {
  const { g, node } = s;
  const targets = s.x(1);
  const ignored = node.int("ignore_index");
  if (ignored === undefined) return targets;
  const skip = g.equal(targets, g.constant(ignored, targets.dtype));
  return g.where(skip, g.constant(0, targets.dtype), targets);
}

/** From this many classes on, one is taken away at the targets alone, without a second tensor of that size. */
const MANY_CLASSES = 64;

/** The probabilities, less one at each target's class. */
function lessOneAtTargets(g: Graph, s: Site, probabilities: Value): Value {
  const classes = s.x(0).shape?.[1];
  if (typeof classes !== "number" || classes < MANY_CLASSES) return g.sub(probabilities, oneHot(g, s));
  const at = g.unsqueeze(targetClasses(s), [1]);
  const ones = g.expand(g.constant(-1, probabilities.dtype), sizes(g, at));
  return g.scatterElements(probabilities, at, ones, { axis: 1, reduction: "add" });
}

/** One at each target's class, zero elsewhere: `[N, C, d1, …]`. */
function oneHot(g: Graph, s: Site): Value {
  const scores = s.x(0);
  const classes = scores.shape?.[1];
  const depth = typeof classes === "number"
    ? g.constant(classes, "int64")
    : g.squeeze(g.shape(scores, { start: 1, end: 2 }), [0]);
  return g.oneHot(s.x(1), depth, g.constant([0, 1], scores.dtype), { axis: 1 });
}
