/**
 * The optimizers of `compare`, and the spaces that their trials are drawn from.
 *
 * @module
 */
import type { Options } from "../../cli/mod.ts";
import { type Contender, loadedOptimizers, type NamedOptimizer } from "../../lab/mod.ts";
import type { SearchSpace } from "../../lab/search/mod.ts";
import { type Asked, DEFAULTS } from "./options.ts";

/** How far below and above its usual rate an optimizer without an interval is searched. */
const REACH = 100;

/** Loads the optimizers. @throws {UsageError} for a name or file without one. */
export async function contendersOf(asked: Asked, options: Options): Promise<readonly Contender[]> {
  const chosen = await loadedOptimizers(options, DEFAULTS.optimizers);
  return chosen.map((optimizer) => contender(optimizer, asked));
}

function contender({ name, entry }: NamedOptimizer, { rates }: Asked): Contender {
  const { learningRate } = entry;
  const base = { name, ...entry };
  if (rates === "search") return { ...base, rates: null, space: spaceOf(entry) };
  return { ...base, rates: rates === "own" ? [learningRate] : rates === "tuned" ? null : rates };
}

/** Returns the interval of an optimizer's learning rate, around its usual one. */
function spaceOf({ learningRate }: { learningRate: number }): SearchSpace {
  const end = (factor: number) => Number((learningRate * factor).toPrecision(6));
  return { learningRate: { low: end(1 / REACH), high: end(REACH), scale: "log" } };
}
