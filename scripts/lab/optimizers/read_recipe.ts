/**
 * Reads optimizers and transforms from their text.
 *
 * @module
 */
import * as library from "../../../mod.ts";
import { type Optimizer, partition, type Switch, switchCriterion, type Updater } from "../../../mod.ts";
import { messageOf } from "../../../options/mod.ts";
import { isOptimizerFile } from "../../cli/mod.ts";
import { didYouMean, UsageError } from "../../console/mod.ts";
import { type Argument, type Call, isCall, readCall } from "../../notation/mod.ts";
import { checkedNames, type NamedGlob } from "./checked_names.ts";
import { optimizerOptions, withoutSchedules } from "./declared.ts";
import { glob } from "./globs.ts";
import type { OwnRule } from "./own_rule.ts";
import { type Declared, type Place, refuse, shown } from "./read_options.ts";
import { argument, ENDLESS, type Plain, type Recipe } from "./recipe.ts";
import { readSettings, type Settings } from "./settings.ts";
import { commandLineName, type Entry, NAMES, TRAINERS } from "./table.ts";

/** Where a text stands, and the files that it names, loaded. */
export interface Source extends Place {
  readonly files: ReadonlyMap<string, OwnRule>;
}

type Make = (...given: unknown[]) => Updater;

const FUNCTIONS = library as unknown as Readonly<Record<string, Make>>;

/** Reads an optimizer or a transform. @throws {NotationError} pointing at what is wrong. */
export function readRecipe(call: Call, source: Source): Recipe {
  const recipe = isOptimizerFile(call.name) ? ownRecipe(call, source) : namedRecipe(call, source);
  // The function checks what its declarations cannot say, such as options that exclude each other.
  try {
    recipe.make(recipe.learningRate ?? 1e-3, { steps: ENDLESS });
  } catch (error) {
    if (error instanceof UsageError) throw error;
    refuse(source, call.at, messageOf(error));
  }
  return recipe;
}

/** Reads an optimizer. @throws {NotationError} for a transform, which trains nothing by itself. */
export function readOptimizer(call: Call, source: Source): Recipe {
  const recipe = readRecipe(call, source);
  if (!recipe.isTransform) return recipe;
  const { name } = recipe.call;
  return refuse(
    source,
    call.at,
    `${name} changes gradients, and trains nothing by itself: chain(${name}(…), adam) does`,
  );
}

/** Checks that a name is one of the table, or that of a file. @throws {UsageError} when it is neither. */
export function requireKnown(call: Call, place: Place): void {
  if (!isOptimizerFile(call.name)) entryOf(call, place);
}

/** Returns the table's entry of a name. @throws {UsageError} when there is none. */
function entryOf({ name: given, at }: Call, source: Place): [name: string, entry: Entry] {
  const name = commandLineName(given);
  const entry = Object.hasOwn(NAMES, name) ? NAMES[name] : undefined;
  if (entry !== undefined) return [name, entry];
  if (given.includes("/")) {
    throw new UsageError(
      `--optimizer ${given} names no file that ends in .ts, .js, .mts or .mjs; a name with a comma cannot be given`,
    );
  }
  const why = `unknown optimizer "${given}".${didYouMean(name, Object.keys(NAMES))} There are: ${
    TRAINERS.join(", ")
  }, and files: ./my_optimizer.ts`;
  // A text of one name needs no caret.
  if (source.text.trim() === given) throw new UsageError(why);
  return refuse(source, at, why);
}

function namedRecipe(call: Call, source: Source): Recipe {
  const [name, entry] = entryOf(call, source);
  const named = { ...call, name };
  if (entry.takes === "groups") return partitionRecipe(named, source);
  const settings = (own: Call) =>
    readSettings(own, {
      declared: optionsOf(entry),
      ...(entry.presets === undefined ? {} : { presets: entry.presets }),
      place: source,
    });
  const options = { ...named, args: named.args.filter((a) => a.name !== undefined) };
  const positional = named.args.filter((a) => a.name === undefined);
  if (entry.takes === "nothing") {
    const [first] = positional;
    if (first !== undefined) {
      refuse(source, first.valueAt, `${name} takes no ${shown(first.value)}: give options by name`);
    }
    return ruleRecipe(name, { entry, settings: settings(options), source });
  }
  if (entry.takes === "links") return chainRecipe(named, { options, positional, source });
  if (typeof entry.takes === "object") {
    const { number } = entry.takes;
    return numberRecipe(name, { number, entry, settings: settings(withNumber(named, number, source)) });
  }
  return wrapperRecipe(named, { entry, settings: settings(options), positional, source });
}

/** Returns the options of a name that a text can give. */
export function optionsOf({ fn, switches }: Entry): Declared {
  const declared = optimizerOptions(fn);
  // After the switch another rule goes on, which the schedules would not reach.
  return switches ? withoutSchedules(declared) : declared;
}

interface Parts {
  readonly entry: Entry;
  readonly settings: Settings;
  readonly positional: readonly Argument[];
  readonly source: Source;
}

/** A rule, or a transform without arguments of its own. */
function ruleRecipe(
  name: string,
  { entry, settings }: Pick<Parts, "entry" | "settings" | "source">,
): Recipe {
  const { fn, rate, switches } = entry;
  const make: Recipe["make"] = (learningRate, course) => {
    const options = settings.options(settings.learningRate ?? learningRate, course);
    return checkedNames(switches ? adamOf(options) : FUNCTIONS[fn]!(options), settings.patterns);
  };
  return {
    call: { name, args: settings.args },
    hyperparameters: settings.shown,
    learningRate: settings.learningRate ?? rate,
    fixesRate: settings.learningRate !== undefined,
    isTransform: entry.transform ?? false,
    make,
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

/** Names the number that stands before the options, as in `clip(1)`. */
function withNumber(call: Call, number: string, source: Source): Call {
  const [first, second] = call.args.filter((a) => a.name === undefined);
  if (second !== undefined) refuse(source, second.valueAt, `${call.name} takes one number, its ${number}`);
  if (first === undefined && !call.args.some((a) => a.name === number)) {
    refuse(source, call.at, `${call.name} takes a number: ${call.name}(1)`);
  }
  return { ...call, args: call.args.map((a) => (a === first ? { ...a, name: number } : a)) };
}

/** A transform with a number before its options, such as `clip(1)`. */
function numberRecipe(
  name: string,
  { number, entry, settings }: Pick<Parts, "entry" | "settings"> & { number: string },
): Recipe {
  const args = settings.args.map((a) => (a.name === number ? argument(a.value) : a));
  return {
    call: {
      name,
      args: args.toSorted((a, b) => Number(b.name === undefined) - Number(a.name === undefined)),
    },
    hyperparameters: settings.shown,
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

/** Reads an argument that must be a rule or a transform. */
function part({ value, valueAt }: Argument, { of, source }: { of: string; source: Source }): Recipe {
  if (!isCall(value)) {
    return refuse(source, valueAt, `${of} takes an optimizer, such as adam, got ${shown(value)}`);
  }
  const recipe = readRecipe(value, source);
  if (recipe.switching === undefined) return recipe;
  return refuse(
    source,
    valueAt,
    `${recipe.call.name} changes its rule on the way, and cannot be inside ${of}`,
  );
}

/** A rule around another. */
function wrapperRecipe(call: Call, { entry, settings, positional, source }: Parts): Recipe {
  const [first, second] = positional;
  if (second !== undefined) refuse(source, second.valueAt, `${call.name} takes one optimizer`);
  const byDefault = entry.inner === undefined ? undefined : readRecipe(readCall(entry.inner, ""), source);
  const inner = first === undefined ? byDefault : part(first, { of: call.name, source });
  if (inner === undefined) {
    return refuse(source, call.at, `${call.name} takes an optimizer: ${call.name}(adam)`);
  }
  if (inner.isTransform && entry.takes === "optimizer") {
    refuse(
      source,
      first?.valueAt ?? call.at,
      `${call.name} takes an optimizer, got the transform ${inner.call.name}`,
    );
  }
  const isDefault = byDefault !== undefined && sameCall(inner, byDefault);
  // Updates of multiSteps are fewer than the steps of the training.
  const { every } = settings.shown;
  const each = entry.fn === "multiSteps" ? Number(every) : 1;
  return {
    call: {
      name: call.name,
      args: [...(isDefault ? [] : [argument({ ...inner.call, at: 0 })]), ...settings.args],
    },
    hyperparameters: { ...settings.shown, ...prefixed(inner.call.name, inner) },
    learningRate: inner.learningRate,
    fixesRate: inner.fixesRate,
    isTransform: inner.isTransform,
    make: (learningRate, course) => {
      const { steps } = course;
      const within = {
        ...course,
        steps: steps === undefined ? steps : Math.max(1, Math.floor(steps / each)),
      };
      const made = FUNCTIONS[entry.fn]!(
        inner.make(learningRate, within),
        settings.options(learningRate, course),
      );
      return checkedNames(made, settings.patterns);
    },
  };
}

function sameCall(a: Recipe, b: Recipe): boolean {
  return JSON.stringify(a.call) === JSON.stringify(b.call);
}

/** Returns the hyper-parameters of a rule inside another. */
function prefixed(name: string, { hyperparameters }: Recipe): Record<string, Plain> {
  return Object.fromEntries(Object.entries(hyperparameters).map(([n, v]) => [`${name}.${n}`, v]));
}

/** Transforms around one optimizer. */
function chainRecipe(
  call: Call,
  { options, positional, source }: { options: Call } & Pick<Parts, "positional" | "source">,
): Recipe {
  const [named] = options.args;
  if (named !== undefined) {
    refuse(source, named.at, `${call.name} has no option '${named.name}'. It takes none`);
  }
  const links = positional.map((arg) => part(arg, { of: call.name, source }));
  const rules = links.filter((l) => !l.isTransform);
  if (links.length === 0) refuse(source, call.at, "chain takes rules: chain(clip(1), adam)");
  if (rules.length > 1) {
    refuse(source, call.at, "chain takes one optimizer and any transforms, got more optimizers");
  }
  return {
    call: { name: call.name, args: links.map((l) => argument({ ...l.call, at: 0 })) },
    hyperparameters: Object.assign({}, ...links.map((l) => prefixed(l.call.name, l))),
    learningRate: rules[0]?.learningRate,
    fixesRate: rules[0]?.fixesRate ?? false,
    isTransform: rules.length === 0,
    make: (learningRate, course) => library.chain(...links.map((l) => l.make(learningRate, course))),
  };
}

/** The group of the parameters that no pattern matches. */
const OTHERS = "others";

/** A rule for each group of parameters: `partition('*.bias'=sgd(learningRate=0.1), adam)`. */
function partitionRecipe(call: Call, source: Source): Recipe {
  const [rest, second] = call.args.filter((a) => a.name === undefined);
  if (rest === undefined) {
    return refuse(
      source,
      call.at,
      `${call.name} takes a rule for all other parameters, too: ${call.name}('*.bias'=…, adam)`,
    );
  }
  if (second !== undefined) refuse(source, second.valueAt, `${call.name} takes one rule without a pattern`);
  const others = part(rest, { of: call.name, source });
  const groups = call.args.filter((a) => a !== rest).map((arg, i) => {
    const recipe = part(arg, { of: call.name, source });
    if (!recipe.isTransform && !recipe.fixesRate && recipe.call.name !== others.call.name) {
      refuse(
        source,
        arg.valueAt,
        `give ${recipe.call.name} its learningRate: that of ${others.call.name} may not suit it`,
      );
    }
    return { key: `group${i + 1}`, glob: glob(arg.name!), recipe };
  });
  if (groups.length === 0) {
    refuse(source, call.at, `${call.name} takes patterns of names: ${call.name}('*.bias'=…, adam)`);
  }
  const label = (name: string) => groups.find((g) => g.glob.matches(name))?.key ?? OTHERS;
  const patterns: NamedGlob[] = groups.map(({ glob, key }) => ({
    what: call.name,
    glob: {
      ...glob,
      unmatched: (names) =>
        glob.unmatched(names) ?? takenBefore(names.filter(glob.matches), { glob, key, label }),
    },
  }));
  return {
    call: {
      name: call.name,
      args: [
        ...groups.map(({ glob, recipe }) => argument({ ...recipe.call, at: 0 }, glob.text)),
        argument({ ...others.call, at: 0 }),
      ],
    },
    hyperparameters: Object.assign(
      {},
      ...groups.map(({ glob, recipe }) => prefixed(glob.text, recipe)),
      prefixed(OTHERS, others),
    ),
    learningRate: others.learningRate,
    fixesRate: others.fixesRate,
    isTransform: others.isTransform,
    make: (learningRate, course) => {
      const made = [[OTHERS, others] as const, ...groups.map(({ key, recipe }) => [key, recipe] as const)]
        .map(([key, recipe]) => [key, recipe.make(learningRate, course)]);
      return checkedNames(partition<Updater>(Object.fromEntries(made), { label }), patterns);
    },
  };
}

/** Returns the text of a pattern if earlier ones take all parameters that it matches. */
function takenBefore(
  names: readonly string[],
  { glob, key, label }: { glob: NamedGlob["glob"]; key: string; label: (name: string) => string },
): string | undefined {
  return names.some((name) => label(name) === key) ? undefined : glob.text;
}

/** A rule from a file. */
function ownRecipe(call: Call, source: Source): Recipe {
  const rule = source.files.get(call.name);
  if (rule === undefined) throw new Error(`${call.name} was not loaded`);
  const [positional] = call.args.filter((a) => a.name === undefined);
  if (positional !== undefined) {
    refuse(
      source,
      positional.valueAt,
      `${call.name} takes options with their names, got ${shown(positional.value)}`,
    );
  }
  const declared = {
    learningRate: { kind: "number", range: "a finite number of at least 0", schedule: false } as const,
    ...rule.declared,
  };
  const settings = readSettings({ ...call, name: call.name }, { declared, place: source });
  const rate = settings.learningRate;
  return {
    call: { name: rule.name, args: settings.args },
    hyperparameters: settings.shown,
    learningRate: rate ?? rule.learningRate,
    fixesRate: rate !== undefined,
    isTransform: false,
    make: (given, course) => {
      const { learningRate, ...options } = settings.options(rate ?? given, course);
      const { exclude: _, ...byDefault } = settings.shown;
      const all = { ...byDefault, ...options };
      return checkedNames(rule.make(Number(learningRate), all), settings.patterns);
    },
  };
}
