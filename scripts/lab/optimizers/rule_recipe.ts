/**
 * Recipes of rules that stand alone: from the table, from a file, and transforms.
 *
 * @module
 */
import * as library from "../../../mod.ts";
import { type Optimizer, type Switch, switchCriterion, type Updater } from "../../../mod.ts";
import type { Call } from "../../notation/mod.ts";
import { checkedNames } from "./checked_names.ts";
import type { OwnRule } from "./own_rule.ts";
import { argument, type Plain, type Recipe } from "./recipe.ts";
import type { Settings } from "./settings.ts";
import type { Entry } from "./table.ts";

type Make = (...given: unknown[]) => Updater;

/** The functions of the library by name. */
export const FUNCTIONS = library as unknown as Readonly<Record<string, Make>>;

/** Returns the recipe of a rule, or of a transform, with nothing before its options. */
export function ruleRecipe(full: Call, { entry, settings }: { entry: Entry; settings: Settings }): Recipe {
  const { fn, rate, switches, transform = false } = entry;
  const { learningRate: rateSearch, ...search } = settings.search;
  return {
    call: { name: full.name, args: settings.args },
    full,
    hyperparameters: settings.shown,
    search,
    rateSearch,
    learningRate: settings.learningRate ?? rate,
    fixesRate: settings.learningRate !== undefined,
    isTransform: transform,
    make: (learningRate, course) => {
      const options = settings.options(settings.learningRate ?? learningRate, course);
      return checkedNames(switches ? adamOf(options) : FUNCTIONS[fn]!(options), settings.patterns);
    },
    ...(switches ? { switching: () => switchOf(settings.shown) } : {}),
  };
}

/** Returns the first rule of SWATS. */
function adamOf({ tolerance: _, requirePositive: __, ...options }: Record<string, unknown>): Optimizer {
  return library.adam({ epsilon: 1e-9, ...options, epsilonPlacement: "scaled" });
}

/** Returns the switch of SWATS. */
function switchOf(
  { beta1 = 0.9, beta2, tolerance, requirePositive }: Readonly<Record<string, Plain>>,
): Switch {
  const momentum = Number(beta1);
  return {
    criterion: switchCriterion({
      ...(beta2 === undefined ? {} : { beta2: Number(beta2) }),
      ...(tolerance === undefined ? {} : { tolerance: Number(tolerance) }),
      requirePositive: requirePositive === true,
    }),
    // The paper's SGD: v = beta1 v + g, w = w - (1 - beta1) rate v.
    to: (rate) => library.sgd({ learningRate: (1 - momentum) * rate, momentum }),
  };
}

/** Returns the recipe of a transform with a number before its options, such as `clip(1)`. */
export function numberRecipe(
  full: Call,
  { number, entry, settings }: { number: string; entry: Entry; settings: Settings },
): Recipe {
  const first = settings.args.filter((a) => a.name === number).map((a) => argument(a.value));
  return {
    call: { name: full.name, args: [...first, ...settings.args.filter((a) => a.name !== number)] },
    full,
    hyperparameters: settings.shown,
    search: settings.search,
    learningRate: undefined,
    fixesRate: false,
    isTransform: true,
    make: (learningRate, course) => {
      const { [number]: value, ...options } = settings.options(learningRate, course);
      const given = Object.keys(options).length === 0 ? [value] : [value, options];
      return checkedNames(FUNCTIONS[entry.fn]!(...given), settings.patterns);
    },
  };
}

/** Returns the recipe of a rule from a file. */
export function ownRecipe(full: Call, { rule, settings }: { rule: OwnRule; settings: Settings }): Recipe {
  const { learningRate: rate } = settings;
  return {
    call: { name: rule.name, args: settings.args },
    full,
    hyperparameters: settings.shown,
    search: settings.search,
    learningRate: rate ?? rule.learningRate,
    fixesRate: rate !== undefined,
    isTransform: false,
    make: (given, course) => {
      const { learningRate, ...options } = settings.options(rate ?? given, course);
      const { exclude: _, ...byDefault } = settings.shown;
      return checkedNames(rule.make(Number(learningRate), { ...byDefault, ...options }), settings.patterns);
    },
  };
}
