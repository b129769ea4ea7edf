/**
 * The optimizers of `compare`.
 *
 * @module
 */
import type { Options } from "../../cli/mod.ts";
import { type Contender, loadedOptimizers, type NamedOptimizer } from "../../lab/mod.ts";
import type { SearchSpace } from "../../lab/search/mod.ts";
import { type Asked, DEFAULTS } from "./options.ts";
import { spacesOf } from "./spaces.ts";

/** Loads the optimizers. @throws {UsageError} for an optimizer or a space that is wrong. */
export async function contendersOf(asked: Asked, options: Options): Promise<readonly Contender[]> {
  const chosen = await loadedOptimizers(options, DEFAULTS.optimizers);
  // A schedule that needs the number of steps is refused before anything runs if seconds end the trainings.
  if (asked.length.seconds !== undefined) {
    for (const { entry } of chosen) entry.make(entry.learningRate, {});
  }
  const spaces = asked.rates === "search" ? spacesOf(chosen, asked.search) : {};
  return chosen.map((optimizer) =>
    contender(optimizer, { rates: asked.rates, space: spaces[optimizer.name] })
  );
}

function contender(
  { name, entry, hyperparameters, learningRate }: NamedOptimizer,
  { rates, space }: { rates: Asked["rates"]; space: SearchSpace | undefined },
): Contender {
  const base = { name, hyperparameters, ...entry };
  if (space !== undefined) return { ...base, rates: null, space };
  // A rate in the optimizer's text counts before all others.
  if (learningRate !== undefined || rates === "own") return { ...base, rates: [entry.learningRate] };
  return { ...base, rates: typeof rates === "string" ? null : rates };
}
