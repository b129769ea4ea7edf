/**
 * Options that many rules share.
 *
 * @module
 */
import { checkNumber, type OptionNames } from "../options/mod.ts";
import { add, type Expr, mul, neg, type Rule, type RuleInputs, sub } from "./language/mod.ts";
import type { LearningRate } from "./scheduled.ts";

/** Options that PyTorch's optimizers share. */
export interface CommonOptions {
  /** The learning rate: a finite number of at least 0, or a schedule: a function of the number of updates done. */
  learningRate?: LearningRate;
  /** L2 penalty: `weightDecay * w` is added to the gradient. At least 0; 0 by default. */
  weightDecay?: number;
  /** Returns whether the parameter with this name decays. All decay by default. */
  decayMask?: (name: string) => boolean;
  /** Whether to climb instead of descend. `false` by default. */
  maximize?: boolean;
}

/** The names of {@linkcode CommonOptions}. */
export const COMMON_OPTIONS = {
  learningRate: false,
  weightDecay: false,
  decayMask: "function",
  maximize: "flag",
} satisfies OptionNames<CommonOptions>;

/** Options of rules that can shrink the parameters directly, not through the gradient. */
export interface DecoupledOptions extends CommonOptions {
  /** Whether the decay is decoupled: `eta weightDecay w` is subtracted from `w`, and the gradient left unchanged. */
  decoupledWeightDecay?: boolean;
}

/** The names of {@linkcode DecoupledOptions}. */
export const DECOUPLED_OPTIONS = {
  ...COMMON_OPTIONS,
  decoupledWeightDecay: "flag",
} satisfies OptionNames<DecoupledOptions>;

/** Returns the gradient after `maximize` and a weight decay that is not decoupled, in PyTorch's order. */
export function penalized(g: Expr, w: Expr, options: DecoupledOptions & { name?: string }): Expr {
  const signed = options.maximize ? neg(g) : g;
  return options.decoupledWeightDecay || !decays(options)
    ? signed
    : add(signed, mul(options.weightDecay!, w));
}

/** Returns the update after decoupled weight decay: `u - eta weightDecay w`. */
export function shrunk(
  u: Expr,
  w: Expr,
  options: DecoupledOptions & { name?: string; at: RuleInputs["at"] },
): Expr {
  if (!options.decoupledWeightDecay || !decays(options)) return u;
  const rate = options.at("decay", (s) => s.learningRate * options.weightDecay!);
  return sub(u, mul(rate, w));
}

function decays({ weightDecay = 0, decayMask, name }: CommonOptions & { name?: string }): boolean {
  return weightDecay !== 0 && (name === undefined || decayMask === undefined || decayMask(name));
}

/**
 * Returns the rule with a check: it refuses parameters when `decayMask` selects none of them, because then no weight
 * would decay. A schedule counts as a weight decay other than 0.
 */
export function decaying(
  rule: Rule,
  { weightDecay = 0, decayMask }: {
    weightDecay?: number | ((count: number) => number);
    decayMask?: (name: string) => boolean;
  },
): Rule {
  if (weightDecay === 0 || decayMask === undefined) return rule;
  return {
    ...rule,
    slots(params) {
      checkNamed("decayMask", {
        names: Object.keys(params),
        chosen: decayMask,
        remedy: "or set weightDecay to 0",
      });
      return rule.slots(params);
    },
  };
}

/** The most names to list in a message. */
const MOST_NAMES = 8;

/** Checks that a predicate selects a name. @throws {RangeError} when there are names and it is true for none. */
export function checkNamed(
  what: string,
  { names, chosen, remedy }: {
    names: readonly string[];
    chosen: (name: string) => boolean;
    remedy: string;
  },
): void {
  if (names.length === 0 || names.some(chosen)) return;
  const more = names.length > MOST_NAMES ? `, and ${names.length - MOST_NAMES} more` : "";
  throw new RangeError(
    `${what} matches none of the parameters (${
      names.slice(0, MOST_NAMES).join(", ")
    }${more}): name one of them, ${remedy}`,
  );
}

/** Checks the options that rules share. @throws {RangeError} if `weightDecay` is negative or not finite. */
export function checkCommon({ weightDecay = 0 }: CommonOptions): void {
  checkNumber("weightDecay", weightDecay, "a finite number of at least 0");
}
