/**
 * The search method and the pruner of a sweep file.
 *
 * @module
 */
import { isInRange, SEED } from "../../options/mod.ts";
import { FieldError, number, oneOf, optionName, type Range, record, text, trials } from "./fields.ts";

/** The option that sets the budget of a trial, and its bounds. */
export interface Budget {
  readonly resource: string;
  readonly min: number;
  readonly max: number;
  /** One of `eta` settings is kept each time the budget grows by this factor. */
  readonly eta: number;
}

/** What decides the proposals of the tree-structured Parzen estimator, as in Optuna. */
export interface Tpe {
  /** The number of ended settings before which settings are drawn at random. */
  readonly startup: number;
  /** The number of draws among which a proposal is chosen. */
  readonly candidates: number;
  /** The share of the ended settings that count as good. */
  readonly gamma: number;
  /** The number of settings that may run at once: setting k is proposed once setting k - parallel has ended. */
  readonly parallel: number;
}

/** The order of settings that are known from the start; there is one only with a pruner. */
interface InOrder {
  /** The number of settings that may run at once. */
  readonly parallel?: number;
}

/** Stops trials that are worse than the median of earlier ones, as Optuna's `MedianPruner`. */
export interface Pruner {
  readonly method: "median";
  /** The number of finished trials before which none is pruned. */
  readonly startup: number;
  /** The number of first epochs after which no trial is pruned. */
  readonly warmUp: number;
  /** The number of epochs from one check to the next. */
  readonly interval: number;
}

/** The search method. */
export type Search =
  | { readonly method: "grid" } & InOrder
  | { readonly method: "random" | "quasi-random"; readonly count: number; readonly seed: number } & InOrder
  | { readonly method: "tpe"; readonly count: number; readonly seed: number } & Tpe
  | { readonly method: "halving"; readonly count: number; readonly seed: number } & Budget
  | { readonly method: "hyperband"; readonly seed: number } & Budget;

const METHODS = ["grid", "random", "quasi-random", "tpe", "halving", "hyperband"] as const;

/** The number of settings that may run at once. */
const PARALLEL = 4;

/** Returns the pruner, `undefined` if there is none. @throws {UsageError} naming the field. */
export function prunerOf(value: unknown): Pruner | undefined {
  if (value === undefined) return undefined;
  const of = record(value, "pruner", ["method", "startup", "warmUp", "interval"]);
  return {
    method: oneOf(of.method, ["median"], "pruner.method"),
    startup: number(of.startup ?? 5, "pruner.startup", counts),
    warmUp: number(of.warmUp ?? 0, "pruner.warmUp", counts),
    interval: number(of.interval ?? 1, "pruner.interval", trials),
  };
}

/** Returns the search method. @throws {UsageError} naming the field. */
export function searchOf(value: unknown, { pruned }: { pruned: boolean }): Search {
  const { method: given } = record(value, "search");
  const method = oneOf(given, METHODS, "search.method");
  const fields = {
    grid: ["method", "parallel"],
    random: ["method", "count", "seed", "parallel"],
    "quasi-random": ["method", "count", "seed", "parallel"],
    tpe: ["method", "count", "seed", "startup", "candidates", "gamma", "parallel"],
    halving: ["method", "count", "seed", "resource", "min", "max", "eta"],
    hyperband: ["method", "seed", "resource", "min", "max", "eta"],
  }[method];
  const of = record(value, "search", fields);
  if (pruned && (method === "halving" || method === "hyperband")) {
    throw new FieldError(
      `pruner is not for ${method}, which stops trials itself: remove one of them`,
      "pruner",
    );
  }
  if (method === "grid") return { method, ...inOrder(of, pruned) };
  const seed = number(of.seed ?? 0, "search.seed", seeds);
  const count = () => number(of.count, "search.count", trials);
  if (method === "random" || method === "quasi-random") {
    return { method, count: count(), seed, ...inOrder(of, pruned) };
  }
  if (method === "tpe") return { method, count: count(), seed, ...tpeOf(of) };
  const resource = text(of.resource, "search.resource");
  optionName(resource, { field: "search.resource =", at: "search.resource" });
  const min = number(of.min ?? 1, "search.min", budgets);
  const max = number(of.max, "search.max", budgets);
  if (max < min) {
    throw new FieldError(`search.max must be at least search.min (${min}), got ${max}`, "search.max");
  }
  const eta = number(of.eta ?? 3, "search.eta", etas);
  const budget = { resource, min, max, eta };
  return method === "halving" ? { method, count: count(), seed, ...budget } : { method, seed, ...budget };
}

function inOrder({ parallel }: Record<string, unknown>, pruned: boolean): InOrder {
  if (pruned) return { parallel: number(parallel ?? PARALLEL, "search.parallel", trials) };
  if (parallel === undefined) return {};
  throw new FieldError(
    "search.parallel is for tpe, or with a pruner: --jobs sets the number of trials at a time",
    "search.parallel",
  );
}

function tpeOf(of: Record<string, unknown>): Tpe {
  return {
    startup: number(of.startup ?? 10, "search.startup", trials),
    candidates: number(of.candidates ?? 24, "search.candidates", draws),
    gamma: number(of.gamma ?? 0.1, "search.gamma", shares),
    parallel: number(of.parallel ?? PARALLEL, "search.parallel", trials),
  };
}

/** The seeds of draws and trials. */
export const seeds: Range = { text: SEED, test: (v) => isInRange(v, SEED) };
const budgets: Range = {
  text: "an integer from 1 to 1000000000",
  test: (v) => Number.isInteger(v) && v >= 1 && v <= 1e9,
};
const counts: Range = {
  text: "an integer from 0 to 1000000000",
  test: (v) => Number.isInteger(v) && v >= 0 && v <= 1e9,
};
const draws: Range = {
  text: "an integer from 1 to 10000",
  test: (v) => Number.isInteger(v) && v >= 1 && v <= 1e4,
};
const shares: Range = { text: "a number above 0, at most 1", test: (v) => v > 0 && v <= 1 };
const etas: Range = { text: "a number from 2 to 100", test: (v) => v >= 2 && v <= 100 };
