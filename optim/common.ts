/**
 * Options that many rules share, and declarations of hyper-parameters, which may be schedules.
 *
 * @module
 */
import { type Declarations, flag, NAMES, type NumberRange } from "../options/mod.ts";
import { add, type Expr, mul, neg, type Rule, type RuleInputs, sub } from "./language/mod.ts";
import { type Hyperparameter, inStep, type LearningRate, valueAt } from "./scheduled.ts";

/** Declares a hyper-parameter that may be a schedule. @param value the default */
export function tuned(range: NumberRange, value: number) {
  return { kind: "number", range, default: value, schedule: true } as const;
}

/** Declares a learning rate. @param value the default */
export function rate(value: number) {
  return tuned("a finite number of at least 0", value);
}

/** Declares a share that is kept, such as `beta1` or `momentum`: in [0, 1). @param value the default */
export function share(value: number) {
  return tuned("in [0, 1)", value);
}

/** Declares a number of at least 0, such as a weight decay. @param value the default */
export function atLeast0(value: number) {
  return tuned("a finite number of at least 0", value);
}

/** Declares a number above 0. @param value the default */
export function above0(value: number) {
  return tuned("a finite number above 0", value);
}

/** Options that PyTorch's optimizers share. */
export interface CommonOptions {
  /** The learning rate: a finite number of at least 0, or a schedule: a function of the number of updates done. */
  learningRate?: LearningRate;
  /** L2 penalty: `weightDecay * w` is added to the gradient. At least 0, or a schedule; 0 by default. */
  weightDecay?: Hyperparameter;
  /** Returns whether the parameter with this name decays. All decay by default. */
  decayMask?: (name: string) => boolean;
  /** Whether to climb instead of descend. `false` by default. */
  maximize?: boolean;
}

export const COMMON_OPTIONS = {
  learningRate: rate(1e-3),
  weightDecay: atLeast0(0),
  decayMask: NAMES,
  maximize: flag(),
} satisfies Declarations<CommonOptions>;

/** Options of rules that can shrink the parameters directly, not through the gradient. */
export interface DecoupledOptions extends CommonOptions {
  /** Whether the decay is decoupled: `eta weightDecay w` is subtracted from `w`, and the gradient left unchanged. */
  decoupledWeightDecay?: boolean;
}

export const DECOUPLED_OPTIONS = {
  ...COMMON_OPTIONS,
  decoupledWeightDecay: flag(),
} satisfies Declarations<DecoupledOptions>;

/** Settings of a weight decay, and the step. */
interface Decay {
  readonly weightDecay: Hyperparameter;
  readonly decayMask?: (name: string) => boolean;
  readonly decoupledWeightDecay?: boolean;
  readonly maximize?: boolean;
  /** The parameter. */
  readonly name: string;
  readonly at: RuleInputs["at"];
}

/** Returns the gradient after `maximize` and a weight decay that is not decoupled, in PyTorch's order. */
export function penalized(g: Expr, w: Expr, decay: Decay): Expr {
  const signed = decay.maximize ? neg(g) : g;
  return decay.decoupledWeightDecay || !decays(decay) ? signed : add(signed, penalty(w, decay));
}

/** Returns `weightDecay w`. */
export function penalty(w: Expr, { weightDecay, at }: Pick<Decay, "weightDecay" | "at">): Expr {
  return mul(inStep(at, "weightDecay", weightDecay), w);
}

/** Returns the update after decoupled weight decay: `u - eta weightDecay w`. */
export function shrunk(u: Expr, w: Expr, decay: Decay): Expr {
  if (!decay.decoupledWeightDecay || !decays(decay)) return u;
  const { at, weightDecay } = decay;
  return sub(u, mul(at("decay", (s) => s.learningRate * valueAt(weightDecay, s.t)), w));
}

/** Returns whether the parameter decays. A schedule counts as a weight decay other than 0. */
export function decays({ weightDecay, decayMask, name }: Omit<Decay, "at">): boolean {
  return weightDecay !== 0 && (decayMask === undefined || decayMask(name));
}

/**
 * Returns the rule with a check: it refuses parameters when `decayMask` selects none of them, because then no weight
 * would decay. A schedule counts as a weight decay other than 0.
 */
export function decaying(
  rule: Rule,
  { weightDecay, decayMask }: Pick<Decay, "weightDecay" | "decayMask">,
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
