/**
 * Reads optimizers and transforms from their text.
 *
 * @module
 */
import { messageOf } from "../../../options/mod.ts";
import { isOptimizerFile } from "../../cli/mod.ts";
import { didYouMean, UsageError } from "../../console/mod.ts";
import { type Argument, type Call, isCall, readCall } from "../../notation/mod.ts";
import { optimizerOptions, withoutSchedules } from "./declared.ts";
import type { OwnRule } from "./own_rule.ts";
import { partitionRecipe } from "./partition_recipe.ts";
import { type Declared, type Place, refuse, shown } from "./read_options.ts";
import { ENDLESS, type Recipe } from "./recipe.ts";
import { numberRecipe, ownRecipe, ruleRecipe } from "./rule_recipe.ts";
import { readSettings } from "./settings.ts";
import { commandLineName, type Entry, NAMES, TRAINERS } from "./table.ts";
import { chainRecipe, type Inside, wrapperRecipe } from "./wrapper_recipe.ts";

/** Where a text stands, and the files that it names, loaded. */
export interface Source extends Place {
  readonly files: ReadonlyMap<string, OwnRule>;
  /** Other names for those of the table; messages use them. */
  readonly aliases?: Readonly<Record<string, string>>;
}

/** Reads an optimizer. @throws {NotationError} for a transform, which trains nothing by itself. */
export function readOptimizer(call: Call, source: Source): Recipe {
  const recipe = readRecipe(call, source);
  if (!recipe.isTransform) return recipe;
  const { name } = recipe.call;
  const remedy = `chain(${name}(…), adam) does`;
  return refuse(source, call.at, `${name} changes gradients, and trains nothing by itself: ${remedy}`);
}

/** Reads an optimizer or a transform. @throws {NotationError} pointing at what is wrong. */
export function readRecipe(call: Call, source: Source): Recipe {
  const recipe = isOptimizerFile(call.name) ? fromFile(call, source) : fromTable(call, source);
  // The function checks what its declarations cannot say, such as options that exclude each other.
  try {
    recipe.make(recipe.learningRate ?? 1e-3, { steps: ENDLESS });
  } catch (error) {
    if (error instanceof UsageError) throw error;
    refuse(source, call.at, messageOf(error));
  }
  return recipe;
}

/** Checks that a name is one of the table, or that of a file. @throws {UsageError} when it is neither. */
export function requireKnown(call: Call, place: Place): void {
  if (!isOptimizerFile(call.name)) entryOf(call, place);
}

/** Optimizers of the library that the command line does not have, and why. */
const LIBRARY_ONLY: Readonly<Record<string, string>> = {
  lbfgs: "compares losses of all examples, while experiments train in smaller batches: " +
    "call fit({ optimizer: lbfgs(), … }) in a script, with batchSize the number of examples",
};

/** Returns the table's entry of a name. @throws {UsageError} when there is none. */
function entryOf({ name: given, at }: Call, place: Place): [name: string, entry: Entry] {
  const name = commandLineName(given);
  const entry = Object.hasOwn(NAMES, name) ? NAMES[name] : undefined;
  if (entry !== undefined) return [name, entry];
  if (given.includes("/")) {
    throw new UsageError(
      `--optimizer ${given} names no file that ends in .ts, .js, .mts or .mjs; a name with a comma cannot be given`,
    );
  }
  const why = Object.hasOwn(LIBRARY_ONLY, name)
    ? `${name} ${LIBRARY_ONLY[name]}`
    : `unknown optimizer "${given}".${didYouMean(name, Object.keys(NAMES))} There are: ${
      TRAINERS.join(", ")
    }, and files: ./my_optimizer.ts`;
  // A text of one name needs no caret.
  if (place.text.trim() === given) throw new UsageError(why);
  return refuse(place, at, why);
}

/** Returns the options of a name that a text can give. */
export function optionsOf({ fn, switches }: Entry): Declared {
  const declared = optimizerOptions(fn);
  // After the switch another rule goes on, which the schedules would not reach.
  return switches ? withoutSchedules(declared) : declared;
}

function fromTable(given: Call, source: Source): Recipe {
  const alias = source.aliases?.[given.name];
  const [known, entry] = entryOf(alias === undefined ? given : { ...given, name: alias }, source);
  const name = alias === undefined ? known : given.name;
  const call = { ...given, name };
  const inside: Inside = { place: source, part: (arg) => readPart(arg, { of: name, source }) };
  const settings = (own: Call) =>
    readSettings({ ...own, args: own.args.filter((a) => a.name !== undefined) }, {
      declared: optionsOf(entry),
      ...(entry.presets === undefined ? {} : { presets: entry.presets }),
      place: source,
    });
  switch (entry.takes) {
    case "groups":
      return partitionRecipe(call, inside);
    case "links":
      return chainRecipe(call, inside);
    case "optimizer":
    case "updater": {
      const byDefault = entry.inner === undefined
        ? undefined
        : readRecipe(readCall(entry.inner, source.what), source);
      return wrapperRecipe(call, { entry, settings: settings(call), byDefault, inside });
    }
    case "nothing":
      requireNames(call, source);
      return ruleRecipe(call, { entry, settings: settings(call) });
    default: {
      const { number } = entry.takes;
      const full = withNumber(call, number, source);
      return numberRecipe(full, { number, entry, settings: settings(full) });
    }
  }
}

/** Reads an argument that must be a rule or a transform. */
function readPart({ value, valueAt }: Argument, { of, source }: { of: string; source: Source }): Recipe {
  if (!isCall(value)) {
    return refuse(source, valueAt, `${of} takes an optimizer, such as adam, got ${shown(value)}`);
  }
  const recipe = readRecipe(value, source);
  if (recipe.switching === undefined) return recipe;
  const why = `${recipe.call.name} changes its rule on the way, and cannot be inside ${of}`;
  return refuse(source, valueAt, why);
}

/** Refuses arguments without a name. */
function requireNames(call: Call, place: Place): void {
  const nameless = call.args.find((a) => a.name === undefined);
  if (nameless === undefined) return;
  refuse(place, nameless.valueAt, `${call.name} takes no ${shown(nameless.value)}: give options by name`);
}

/** Names the number that stands before the options, as in `clip(1)`. */
function withNumber(call: Call, number: string, place: Place): Call {
  const [first, second] = call.args.filter((a) => a.name === undefined);
  if (second !== undefined) {
    refuse(place, second.valueAt, `${call.name} takes one number, its ${number}`);
  }
  if (first === undefined && !call.args.some((a) => a.name === number)) {
    refuse(place, call.at, `${call.name} takes a number: ${call.name}(1)`);
  }
  return { ...call, args: call.args.map((a) => (a === first ? { ...a, name: number } : a)) };
}

/** The learning rate of an own rule: its file makes it at one number. */
const OWN_RATE: Declared = {
  learningRate: { kind: "number", range: "a finite number of at least 0", schedule: false },
};

function fromFile(call: Call, source: Source): Recipe {
  const rule = source.files.get(call.name);
  if (rule === undefined) throw new Error(`${call.name} was not loaded`);
  requireNames(call, source);
  const declared = { ...OWN_RATE, ...rule.declared };
  return ownRecipe(call, { rule, settings: readSettings(call, { declared, place: source }) });
}
