/**
 * The tree-structured Parzen estimator: proposes the next setting from those tried.
 *
 * J. Bergstra, R. Bardenet, Y. Bengio and B. Kégl, "Algorithms for Hyper-Parameter Optimization" (2011); S. Watanabe,
 * "Tree-Structured Parzen Estimator: Understanding Its Algorithm Components" (2023). The defaults are those of Optuna
 * 5.0: all dimensions together, and running trials count among the worse ones ("constant liar").
 *
 * @module
 */
import { type Dimension, type Draw, drawPoints, logDensities, type Point } from "./mixture.ts";
import { parzen } from "./parzen.ts";

/** A trial that has a setting; `value` is the metric of a complete one. */
export type Tried = { readonly point: Point } & Outcome;

/** The state of a trial: complete, stopped early after `step` with its last value there, or running. */
export type Outcome =
  | { readonly state: "complete"; readonly value: number }
  | { readonly state: "pruned"; readonly step: number; readonly value: number }
  | { readonly state: "running" };

/** What decides how a proposal is made. */
export interface TpeOptions {
  readonly goal: "max" | "min";
  /** The number of points among which the best is chosen. */
  readonly candidates: number;
  /** The share of the trials that count as good, of which there are at most 25. */
  readonly gamma: number;
}

/** The largest number of good trials. */
const MOST_GOOD = 25;

/** A proposal, and what it was chosen from. */
export interface Proposal {
  readonly point: Point;
  readonly candidates: readonly Point[];
  /** For each candidate, the logarithm of its density among good trials less that among the others. */
  readonly scores: readonly number[];
}

/** Returns the setting to try next. The history is in the order in which the trials were proposed. */
export function propose(
  history: readonly Tried[],
  dimensions: readonly Dimension[],
  { draw, ...options }: TpeOptions & { draw: Draw },
): Proposal {
  const { good, others } = split(history, options);
  const [below, above] = [good, others].map((of) => parzen(of.map((t) => t.point), dimensions));
  const candidates = drawPoints(below!, { count: options.candidates, draw });
  const minus = logDensities(above!, candidates);
  const scores = logDensities(below!, candidates).map((log, i) => log - minus[i]!);
  const best = scores.reduce((at, score, i) => (score > scores[at]! ? i : at), 0);
  return { point: candidates[best]!, candidates, scores };
}

/** Splits trials into good ones and others, each in the order of the history. */
export function split(
  history: readonly Tried[],
  { goal, gamma }: Pick<TpeOptions, "goal" | "gamma">,
): { good: Tried[]; others: Tried[] } {
  const ended = history.filter((t) => t.state !== "running");
  const count = Math.min(MOST_GOOD, Math.ceil(gamma * ended.length));
  const ranked = ended.toSorted((a, b) => compare(a, b, goal));
  const good = new Set<Tried>(ranked.slice(0, count));
  return { good: history.filter((t) => good.has(t)), others: history.filter((t) => !good.has(t)) };
}

/** Compares two trials: complete ones first, by value; then pruned ones that got further, then by value. */
function compare(a: Tried, b: Tried, goal: "max" | "min"): number {
  const key = (t: Tried): readonly number[] => {
    if (t.state === "running") return [];
    const value = Number.isNaN(t.value) ? Infinity : goal === "max" ? -t.value : t.value;
    return t.state === "complete" ? [0, 0, value] : [1, -t.step, value];
  };
  const [left, right] = [key(a), key(b)];
  const i = left.findIndex((v, i) => v !== right[i]);
  return i < 0 ? 0 : left[i]! < right[i]! ? -1 : 1;
}
