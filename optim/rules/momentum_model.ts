/**
 * MoMo's rate: a model of the loss from averages of losses and gradients, and the step to its least value.
 *
 * @module
 */
import {
  add,
  div,
  equal,
  type Expr,
  greater,
  max,
  min,
  mul,
  type RuleInputs,
  sub,
  where,
} from "../language/mod.ts";
import { type Hyperparameter, valueAt } from "../scheduled.ts";

/** The model at the parameters. */
export interface MomentumModel {
  /** The average of the losses. */
  readonly loss: Expr;
  /** The average of the inner products of gradients with the parameters at which they were taken. */
  readonly inner: Expr;
  /** The inner product of the average gradient with the parameters. */
  readonly here: Expr;
  /** The squared norm of the average gradient. */
  readonly norm: Expr;
  /** The lower bound of the loss. */
  readonly bound: Expr;
}

/** Settings of the step. */
export interface MomentumModelSettings {
  readonly at: RuleInputs["at"];
  /** Returns the sum of the weights in the averages after `t` updates. */
  readonly weightOf: (t: number) => number;
  readonly weightDecay: Hyperparameter;
  /** The first lower bound: the least that an estimate falls to. */
  readonly lowerBound: number;
  /** Whether the lower bound is estimated. */
  readonly adaptLowerBound: boolean;
}

/** Returns the step along the average gradient, at most the rate, and the next lower bound. */
export function momentumModelStep(
  { loss, inner, here, norm, bound }: MomentumModel,
  { at, weightOf, weightDecay, lowerBound, adaptLowerBound }: MomentumModelSettings,
): { step: Expr; bound: Expr } {
  const grown = growth(at, weightDecay);
  const weight = at("weight", ({ t }) => weightOf(t));
  const least = mul(grown, weight);
  const top = add(mul(grown, sub(loss, inner)), here);
  const reset = max(div(top, mul(2, least)), lowerBound);
  const below = adaptLowerBound ? where(greater(mul(least, bound), top), reset, bound) : bound;
  const none = equal(norm, 0);
  const gap = max(sub(top, mul(least, below)), 0);
  const found = where(none, 0, div(gap, where(none, 1, norm)));
  const step = min(at("ceiling", ({ t, learningRate }) => learningRate / weightOf(t)), found);
  if (!adaptLowerBound) return { step, bound };
  const reached = sub(add(sub(loss, inner), here), mul(0.5, mul(step, norm)));
  return { step, bound: max(div(reached, weight), lowerBound) };
}

/** Returns `1 + eta weightDecay`, by which a proximal weight decay divides. */
export function growth(at: RuleInputs["at"], weightDecay: Hyperparameter): Expr {
  return at("grown", ({ t, learningRate }) => 1 + learningRate * valueAt(weightDecay, t));
}
