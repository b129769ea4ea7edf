/**
 * The constructed problem on which adaptive methods fail: many features that occur once each.
 *
 * @module
 */
import type { Optimizer } from "../../../mod.ts";

/** Examples with a label as their first feature, and further features that are 0 or 1. */
export interface SeparableProblem {
  /** Labels, -1 or +1. */
  readonly labels: readonly number[];
  /** For each example, the indices of the features after the first that are 1, counted from 0. */
  readonly ones: readonly (readonly number[])[];
  /** The number of features. */
  readonly features: number;
}

/**
 * Returns the problem. Feature 1 is the label, features 2 and 3 are always 1, and each example has its own features:
 * one for a positive example, five for a negative one.
 *
 * @param labels -1 or +1, with a positive sum
 * @throws {RangeError} when the sum is not positive.
 * @see Wilson, Roelofs, Stern, Srebro, Recht, 2017, section 3.3.
 */
export function separableProblem(labels: readonly number[]): SeparableProblem {
  if (!(labels.reduce((a, b) => a + b, 0) > 0)) throw new RangeError("labels must have a positive sum");
  const ones = labels.map((y, i) => {
    const own = 3 + 5 * i;
    return [1, 2, ...Array.from({ length: y > 0 ? 1 : 5 }, (_, j) => own + j)];
  });
  return { labels, ones, features: 3 + 5 * labels.length };
}

function scoreOf(w: Float64Array, { y, ones }: { y: number; ones: readonly number[] }): number {
  let sum = y * w[0]!;
  for (const j of ones) sum += w[j]!;
  return sum;
}

/** Returns the scores `X w`. */
export function scores({ labels, ones }: SeparableProblem, w: Float64Array): Float64Array {
  return Float64Array.from(labels, (y, i) => scoreOf(w, { y, ones: ones[i]! }));
}

/** Returns the gradient of the mean of `(X w - y)^2` over examples, all by default. */
export function squaredErrorGradient(
  { labels, ones }: SeparableProblem,
  w: Float64Array,
  examples: readonly number[] = [...labels.keys()],
): Float64Array {
  const gradient = new Float64Array(w.length);
  for (const i of examples) {
    const y = labels[i]!;
    const r = 2 * (scoreOf(w, { y, ones: ones[i]! }) - y) / examples.length;
    gradient[0]! += r * y;
    for (const j of ones[i]!) gradient[j]! += r;
  }
  return gradient;
}

/** Returns `|X w - y|^2 / n`. */
export function meanSquaredErrorOf(problem: SeparableProblem, w: Float64Array): number {
  let sum = 0;
  scores(problem, w).forEach((score, i) => (sum += (score - problem.labels[i]!) ** 2));
  return sum / problem.labels.length;
}

/** The options of the solver. */
export interface SolveOptions {
  readonly optimizer: Optimizer;
  readonly steps: number;
  /** Returns the example of a step, from step 0; by default a step uses all examples. */
  readonly example?: (step: number) => number;
}

/** Minimizes the squared error from w = 0. */
export function solve(problem: SeparableProblem, { optimizer, steps, example }: SolveOptions): Float64Array {
  let params = { w: new Float64Array(problem.features) };
  let state = optimizer.init(params);
  for (let t = 0; t < steps; t++) {
    const grads = { w: squaredErrorGradient(problem, params.w, example && [example(t)]) };
    [params, state] = optimizer.step(grads, state, params, { donate: true });
  }
  return params.w;
}

/** Returns the score of a new example with a label. Its own features were never seen, so their weights are 0. */
export function scoreOfNew(w: Float64Array, label: 1 | -1): number {
  return label * w[0]! + w[1]! + w[2]!;
}

/** Returns the fraction of new examples classified wrongly if a fraction `p` of them is positive. A score of 0 is wrong. */
export function testError(w: Float64Array, p: number): number {
  return (scoreOfNew(w, 1) > 0 ? 0 : p) + (scoreOfNew(w, -1) < 0 ? 0 : 1 - p);
}

/** Returns the first three weights of the minimum-norm solution, which gradient descent from 0 finds. */
export function minimumNormWeights(positive: number, negative: number): [number, number, number] {
  const D = 5 + 3 * negative + 15 * positive + 8 * positive * negative;
  const shared = (5 * positive - negative) / D;
  return [(5 * positive + negative + 8 * positive * negative) / D, shared, shared];
}
