/**
 * The optimizers that the command line knows by name, each with a learning rate that suits small classifiers.
 *
 * @module
 */
import * as library from "../../../mod.ts";
import { type CatalogEntry, type Optimizer, OPTIMIZER_FAMILIES } from "../../../mod.ts";

/** What a function of the library takes before its options. */
export type Takes =
  | "nothing"
  /** A rule to wrap. */
  | "optimizer"
  /** A rule or a transform to wrap. */
  | "updater"
  /** Rules and transforms, one after another. */
  | "links"
  /** A rule for each group of parameters. */
  | "groups"
  /** A number. */
  | { readonly number: string };

/** A name of the command line. */
export interface Entry {
  /** The library's function. */
  readonly fn: string;
  readonly takes: Takes;
  /** The learning rate if none is given; absent where it is that of a rule inside, or there is none. */
  readonly rate?: number;
  /** Options that differ from the function's own defaults. */
  readonly presets?: Readonly<Record<string, number | boolean | string>>;
  /** The rule to wrap if none is given, in the notation. */
  readonly inner?: string;
  /** Whether it is a transform, which trains only in a chain with an optimizer. */
  readonly transform?: true;
  /** Whether it is Adam until a criterion switches to SGD, by `fit`'s switching. */
  readonly switches?: true;
}

/** The names of the functions with a rate in the library's table. */
type RatedName = {
  [F in keyof typeof OPTIMIZER_FAMILIES]: {
    [N in keyof typeof OPTIMIZER_FAMILIES[F]]: typeof OPTIMIZER_FAMILIES[F][N] extends { rate: number } ? N
      : never;
  }[keyof typeof OPTIMIZER_FAMILIES[F]];
}[keyof typeof OPTIMIZER_FAMILIES];

/** The functions with a rate: this compiles only if the library exports all of them, and each takes a learning rate. */
const _RATED: Readonly<Record<RatedName, (options: { learningRate: number }) => Optimizer>> = library;

/** Momentum of `momentum`, `nesterov` and the rule in `sam`. */
const MOMENTUM = 0.9;

const rule = (fn: string, rate: number, presets: Entry["presets"] = {}): Entry => ({
  fn,
  takes: "nothing",
  rate,
  presets,
});

const wrapper = (fn: string, takes: Takes, more: Partial<Entry> = {}): Entry => ({ fn, takes, ...more });

const transform = (fn: string, number?: string): Entry => ({
  fn,
  takes: number === undefined ? "nothing" : { number },
  transform: true,
});

/** Names that mean a function with other options than its own defaults. */
const VARIANTS: Readonly<Record<string, Entry>> = {
  momentum: rule("sgd", 0.05, { momentum: MOMENTUM }),
  nesterov: rule("sgd", 0.05, { momentum: MOMENTUM, nesterov: true }),
  muon: rule("muon", 2e-2, { weightDecay: 0 }),
  // With its own first distance it takes thousands of steps to start moving.
  dowg: rule("dowg", 0.3, { squaredDistance: 0.1 }),
  // With its usual epsilon, the first gradient of an input that was always 0 makes a step without bound.
  acprop: rule("acprop", 1e-3, { epsilon: 1e-3 }),
  // `fit`'s switching reports the step of the switch; the steps are those of the rule `swats`.
  swats: { ...rule("swats", 1e-3), switches: true },
  // At the paper's 1e-9 the criterion practically never fires on mini-batches; public implementations use 1e-5.
  "swats-1e-5": { ...rule("swats", 1e-3, { tolerance: 1e-5, requirePositive: true }), switches: true },
};

/** Rules around a rule. */
const WRAPPERS: Readonly<Record<string, Entry>> = {
  lookahead: wrapper("lookahead", "optimizer", { inner: "adam" }),
  sam: wrapper("sam", "optimizer", { inner: `momentum` }),
  "as-matrices": wrapper("asMatrices", "updater"),
  averaged: wrapper("averaged", "optimizer"),
  mechanic: wrapper("mechanic", "optimizer"),
  "schedule-free": wrapper("scheduleFree", "optimizer"),
  "multi-steps": wrapper("multiSteps", "updater"),
  "apply-if-finite": wrapper("applyIfFinite", "updater"),
  "skip-large-updates": wrapper("skipLargeUpdates", "updater"),
  freeze: wrapper("freeze", "updater"),
  masked: wrapper("masked", "updater"),
  partition: wrapper("partition", "groups"),
  chain: wrapper("chain", "links"),
};

/** Command-line names that differ from those of the library. */
const SHORT: Readonly<Record<string, string>> = { "gradient-descent": "gd" };

/** Returns the command line's name of a function: `scheduleFreeSgd` is `schedule-free-sgd`. */
export function commandLineName(name: string): string {
  const kebab = name.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`);
  return SHORT[kebab] ?? kebab;
}

/** The transforms of a family, which take nothing before their options. */
function transformsOf(family: keyof typeof OPTIMIZER_FAMILIES): Record<string, Entry> {
  return Object.fromEntries(
    Object.keys(OPTIMIZER_FAMILIES[family]).map((fn) => [commandLineName(fn), transform(fn)]),
  );
}

/** Links of a chain. */
const TRANSFORMS: Readonly<Record<string, Entry>> = {
  centralize: transform("centralize"),
  clip: transform("clip", "limit"),
  "clip-by-norm": transform("clipByNorm", "limit"),
  "clip-by-global-norm": transform("clipByGlobalNorm", "limit"),
  "clip-by-block-rms": transform("clipByBlockRms", "limit"),
  "adaptive-grad-clip": transform("adaptiveGradClip", "limit"),
  "differentially-private": transform("differentiallyPrivate"),
  ema: transform("ema"),
  "gradient-noise": transform("gradientNoise"),
  "per-example-global-norm-clip": transform("perExampleGlobalNormClip", "limit"),
  "per-example-layer-norm-clip": transform("perExampleLayerNormClip", "limit"),
  scale: transform("scale", "factor"),
  trace: transform("trace"),
  "add-decayed-weights": transform("addDecayedWeights"),
  "decoupled-weight-decay": transform("decoupledWeightDecay"),
  "normalize-by-update-norm": transform("normalizeByUpdateNorm"),
  "scale-by-trust-ratio": transform("scaleByTrustRatio"),
  "scale-by-param-block-norm": transform("scaleByParamBlockNorm"),
  "scale-by-param-block-rms": transform("scaleByParamBlockRms"),
  "scale-by-optimistic-gradient": transform("scaleByOptimisticGradient"),
  "zero-nans": transform("zeroNans"),
  ...transformsOf("Links of a chain: directions of rules"),
  ...transformsOf("Links of a chain: projections of the parameters"),
};

const FAMILIES: readonly (readonly [string, CatalogEntry])[] = Object.values(OPTIMIZER_FAMILIES)
  .flatMap((family) => Object.entries(family));

/** Name to rule: what trains by itself. */
export const RULES: Readonly<Record<string, Entry>> = {
  ...Object.fromEntries(
    FAMILIES.flatMap(([fn, { rate }]) => rate === undefined ? [] : [[commandLineName(fn), rule(fn, rate)]]),
  ),
  ...VARIANTS,
};

/** Every name of an optimizer or a transform. */
export const NAMES: Readonly<Record<string, Entry>> = { ...RULES, ...WRAPPERS, ...TRANSFORMS };

/** The names of what trains by itself, or around a rule. */
export const TRAINERS: readonly string[] = Object.keys(NAMES).filter((name) => !NAMES[name]!.transform);
