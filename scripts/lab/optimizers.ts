/**
 * The optimizers that the command line knows by name, each with a learning rate that suits small classifiers.
 *
 * @module
 */
import * as library from "../../mod.ts";
import { type Optimizer, OPTIMIZER_FAMILIES, type Switch } from "../../mod.ts";

const { adam, dowg, lookahead, muon, sam, sgd, switchCriterion } = library;

/** An optimizer of an experiment. */
export interface OptimizerEntry {
  /** The learning rate if none is given. */
  readonly learningRate: number;
  /** Makes the update rule at a learning rate. */
  readonly make: (learningRate: number) => Optimizer;
  /** Returns the switch to another rule. */
  readonly switching?: () => Switch;
}

/** The names of the functions with a rate in the library's table. */
type RatedName = {
  [F in keyof typeof OPTIMIZER_FAMILIES]: {
    [N in keyof typeof OPTIMIZER_FAMILIES[F]]: typeof OPTIMIZER_FAMILIES[F][N] extends { rate: number } ? N
      : never;
  }[keyof typeof OPTIMIZER_FAMILIES[F]];
}[keyof typeof OPTIMIZER_FAMILIES];

type MakeAtRate = (options: { learningRate: number }) => Optimizer;

/** The functions with a rate: this compiles only if the library exports all of them, and each takes a learning rate. */
const RATED: Readonly<Record<RatedName, MakeAtRate>> = library;

/** Momentum of `momentum`, `nesterov` and of SGD after a switch. */
const MOMENTUM = 0.9;

/**
 * The tolerance at which SWATS switches in practice: at the paper's 1e-9 the criterion practically never fires on
 * mini-batches; public implementations use this.
 */
const SWATS_TOLERANCE = 1e-5;

/** Returns the entry of a rule that takes its learning rate as an option. */
function at(learningRate: number, make: MakeAtRate): OptimizerEntry {
  return { learningRate, make: (learningRate) => make({ learningRate }) };
}

/** Returns SWATS by `fit`'s switching, which reports the step of the switch; the steps are those of the rule `swats`. */
function swatsEntry(options: { tolerance?: number; requirePositive?: boolean }): OptimizerEntry {
  return {
    ...at(1e-3, (o) => adam({ ...o, epsilon: 1e-9, epsilonPlacement: "scaled" })),
    switching: () => ({
      criterion: switchCriterion(options),
      // The paper's SGD: v = beta1 v + g, w = w - (1 - beta1) rate v.
      to: (rate) => sgd({ learningRate: (1 - MOMENTUM) * rate, momentum: MOMENTUM }),
    }),
  };
}

/** Names that mean a function with other options than its own defaults. */
const VARIANTS: Readonly<Record<string, OptimizerEntry>> = {
  momentum: at(0.05, (o) => sgd({ ...o, momentum: MOMENTUM })),
  nesterov: at(0.05, (o) => sgd({ ...o, momentum: MOMENTUM, nesterov: true })),
  muon: at(2e-2, (o) => muon({ ...o, weightDecay: 0 })),
  // With its own first distance it takes thousands of steps to start moving.
  dowg: at(0.3, (o) => dowg({ ...o, squaredDistance: 0.1 })),
  lookahead: at(1e-3, (o) => lookahead(adam(o))),
  sam: at(0.05, (o) => sam(sgd({ ...o, momentum: MOMENTUM }))),
  swats: swatsEntry({}),
  "swats-1e-5": swatsEntry({ tolerance: SWATS_TOLERANCE, requirePositive: true }),
};

/** Command-line names that differ from those of the library. */
const SHORT: Readonly<Record<string, string>> = { "gradient-descent": "gd" };

/** Returns the command line's name of a function: `scheduleFreeSgd` is `schedule-free-sgd`. */
export function commandLineName(name: string): string {
  const kebab = name.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`);
  return SHORT[kebab] ?? kebab;
}

/** Name to optimizer. */
export const OPTIMIZERS: Readonly<Record<string, OptimizerEntry>> = {
  ...Object.fromEntries(
    Object.values(OPTIMIZER_FAMILIES).flatMap((family) =>
      Object.entries(family).flatMap(([name, { rate }]: [string, library.CatalogEntry]) =>
        rate === undefined ? [] : [[commandLineName(name), at(rate, RATED[name as RatedName])] as const]
      )
    ),
  ),
  ...VARIANTS,
};
