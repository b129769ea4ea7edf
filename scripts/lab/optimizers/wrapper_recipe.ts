/**
 * Recipes of rules around rules: wrappers and chains.
 *
 * @module
 */
import { chain } from "../../../mod.ts";
import type { Argument, Call } from "../../notation/mod.ts";
import { checkedNames } from "./checked_names.ts";
import { type Place, refuse } from "./read_options.ts";
import { argument, type Recipe } from "./recipe.ts";
import { FUNCTIONS } from "./rule_recipe.ts";
import type { Settings } from "./settings.ts";
import type { Entry } from "./table.ts";

/** How the rules inside are read. */
export interface Inside {
  readonly place: Place;
  /** Reads an argument that must be a rule or a transform. */
  readonly part: (arg: Argument) => Recipe;
}

/** Returns the recipe of a rule around another. @param options.byDefault the rule inside if the text names none */
export function wrapperRecipe(
  call: Call,
  { entry, settings, byDefault, inside: { place, part } }: {
    entry: Entry;
    settings: Settings;
    byDefault: Recipe | undefined;
    inside: Inside;
  },
): Recipe {
  const { name } = call;
  const [first, second] = call.args.filter((a) => a.name === undefined);
  if (second !== undefined) refuse(place, second.valueAt, `${name} takes one optimizer`);
  const inner = first === undefined ? byDefault : part(first);
  if (inner === undefined) return refuse(place, call.at, `${name} takes an optimizer: ${name}(adam)`);
  if (inner.isTransform && entry.takes === "optimizer") {
    const at = first?.valueAt ?? call.at;
    refuse(place, at, `${name} takes an optimizer, got the transform ${inner.call.name}`);
  }
  const isDefault = JSON.stringify(inner.call) === JSON.stringify(byDefault?.call);
  // The updates of multiSteps are fewer than the steps of the training.
  const each = entry.fn === "multiSteps" ? Number(settings.shown.every) : 1;
  if (Number.isNaN(each)) {
    refuse(place, call.at, `every of ${name} must be a number here: a schedule of it needs the library`);
  }
  return {
    call: { name, args: [...(isDefault ? [] : [inside(inner)]), ...settings.args] },
    full: { ...call, args: [argument(inner.full), ...call.args.filter((a) => a.name !== undefined)] },
    hyperparameters: { ...settings.shown, ...prefixed(inner.call.name, inner.hyperparameters) },
    search: { ...settings.search, ...prefixed(inner.call.name, inner.search) },
    rateSearch: inner.rateSearch,
    learningRate: inner.learningRate,
    fixesRate: inner.fixesRate,
    isTransform: inner.isTransform,
    make: (learningRate, { steps }) => {
      const within = { steps: steps === undefined ? steps : Math.max(1, Math.floor(steps / each)) };
      const made = FUNCTIONS[entry.fn]!(
        inner.make(learningRate, within),
        settings.options(learningRate, { steps }),
      );
      return checkedNames(made, settings.patterns);
    },
  };
}

/** Returns a recipe as an argument of the canonical form. */
export function inside({ call }: Recipe, name?: string): Argument {
  return argument({ ...call, at: 0 }, name);
}

/** Returns a record of a rule inside another, under its name. */
export function prefixed<T>(name: string, record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).map(([n, v]) => [`${name}.${n}`, v]));
}

/** Returns the recipe of transforms around one optimizer, or of transforms alone. */
export function chainRecipe(call: Call, { place, part }: Inside): Recipe {
  const { name } = call;
  const named = call.args.find((a) => a.name !== undefined);
  if (named !== undefined) refuse(place, named.at, `${name} has no option '${named.name}'. It takes none`);
  const links = call.args.map(part);
  const rules = links.filter((l) => !l.isTransform);
  if (links.length === 0) refuse(place, call.at, `${name} takes rules: ${name}(clip(1), adam)`);
  if (rules.length > 1) refuse(place, call.at, `${name} takes one optimizer and any transforms, got more`);
  const joined = <T>(of: (link: Recipe) => Readonly<Record<string, T>>): Record<string, T> =>
    Object.assign({}, ...links.map((l) => prefixed(l.call.name, of(l))));
  return {
    call: { name, args: links.map((l) => inside(l)) },
    full: { ...call, args: links.map((l) => argument(l.full)) },
    hyperparameters: joined((l) => l.hyperparameters),
    search: joined((l) => l.search),
    rateSearch: rules[0]?.rateSearch,
    learningRate: rules[0]?.learningRate,
    fixesRate: rules[0]?.fixesRate ?? false,
    isTransform: rules.length === 0,
    make: (learningRate, course) => chain(...links.map((l) => l.make(learningRate, course))),
  };
}
