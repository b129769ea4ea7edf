/**
 * Recipes of a rule for each group of parameters.
 *
 * @module
 */
import { partition, type Updater } from "../../../mod.ts";
import type { Call } from "../../notation/mod.ts";
import { checkedNames, type NamedGlob } from "./checked_names.ts";
import { type Glob, glob } from "./globs.ts";
import { refuse } from "./read_options.ts";
import type { Recipe } from "./recipe.ts";
import { type Inside, inside, prefixed } from "./wrapper_recipe.ts";

/** A rule for the parameters that match a pattern, and no earlier one. */
interface Group {
  readonly key: string;
  readonly glob: Glob;
  readonly recipe: Recipe;
}

/** The group of the parameters that no pattern matches. */
const OTHERS = "others";

/** Returns the recipe of a call such as `partition('*.bias'=sgd(learningRate=0.1), adam)`. */
export function partitionRecipe(call: Call, { place, part }: Inside): Recipe {
  const { name } = call;
  const example = `${name}('*.bias'=…, adam)`;
  const [rest, second] = call.args.filter((a) => a.name === undefined);
  if (rest === undefined) {
    return refuse(place, call.at, `${name} takes a rule for all other parameters, too: ${example}`);
  }
  if (second !== undefined) refuse(place, second.valueAt, `${name} takes one rule without a pattern`);
  const others = part(rest);
  const groups = call.args.filter((a) => a !== rest).map((arg, i): Group => {
    const recipe = part(arg);
    if (!recipe.isTransform && !recipe.fixesRate && recipe.call.name !== others.call.name) {
      const why = `that of ${others.call.name} may not suit it`;
      refuse(place, arg.valueAt, `give ${recipe.call.name} its learningRate: ${why}`);
    }
    return { key: `group${i + 1}`, glob: glob(arg.name!), recipe };
  });
  if (groups.length === 0) refuse(place, call.at, `${name} takes patterns of names: ${example}`);
  const label = (param: string) => groups.find((g) => g.glob.matches(param))?.key ?? OTHERS;
  const all = [{ key: OTHERS, recipe: others }, ...groups];
  return {
    call: { name, args: [...groups.map((g) => inside(g.recipe, g.glob.text)), inside(others)] },
    full: call,
    hyperparameters: Object.assign(
      {},
      ...groups.map((g) => prefixed(g.glob.text, withRate(g.recipe))),
      prefixed(OTHERS, others.hyperparameters),
    ),
    // The names of functions do not tell the groups apart: only the rate of the others is searched.
    search: {},
    rateSearch: others.rateSearch,
    learningRate: others.learningRate,
    fixesRate: others.fixesRate,
    isTransform: others.isTransform,
    make: (learningRate, course) => {
      const made = all.map(({ key, recipe }) => [key, recipe.make(learningRate, course)]);
      const rule = partition<Updater>(Object.fromEntries(made), { label });
      return checkedNames(rule, groups.map((g) => taking(g, { name, label })));
    },
  };
}

/** Returns the hyper-parameters of a group, and its own learning rate if it has one. */
function withRate({ hyperparameters, fixesRate, learningRate }: Recipe): Recipe["hyperparameters"] {
  // A schedule of the rate is a hyper-parameter already.
  return fixesRate && learningRate !== undefined ? { learningRate, ...hyperparameters } : hyperparameters;
}

/** Returns the pattern of a group; it counts as unmatched, too, if earlier patterns take all that it matches. */
function taking(
  { key, glob }: Group,
  { name, label }: { name: string; label: (param: string) => string },
): NamedGlob {
  const unmatched = (names: readonly string[]) =>
    glob.unmatched(names) ?? (names.some((param) => label(param) === key) ? undefined : glob.text);
  return { what: name, glob: { ...glob, unmatched } };
}
