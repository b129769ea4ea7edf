import { type Declarations, fixed, flag } from "../../options/mod.ts";
import { atLeast0, rate, share } from "../common.ts";
import { add, asSlot, div, dot, each, mul, neg, type Rule, slotsOf, sqrt, square } from "../language/mod.ts";
import { type Optimizer, optimizer } from "../optimizer.ts";
import { type Hyperparameter, inStep, type LearningRate, ruleOptions, valueAt } from "../scheduled.ts";
import { average } from "./moments.ts";
import { growth, momentumModelStep } from "./momentum_model.ts";

/** Options of {@linkcode momoAdam}. */
export interface MomoAdamOptions {
  /** The greatest rate: a finite number of at least 0, or a schedule. 1e-2 by default. */
  learningRate?: LearningRate;
  /** Share of the running averages of gradients and losses that is kept: in [0, 1), or a schedule. 0.9 by default. */
  beta1?: Hyperparameter;
  /** Share of the running average of squares that is kept: in [0, 1), or a schedule. 0.999 by default. */
  beta2?: Hyperparameter;
  /** Added to the root: at least 0, or a schedule. 1e-8 by default. */
  epsilon?: Hyperparameter;
  /** A lower bound of the loss, `f*`: a finite number. 0 by default. */
  lowerBound?: number;
  /** Whether to estimate the lower bound, from `lowerBound` upward. `false` by default. */
  adaptLowerBound?: boolean;
  /** Weight decay: at least 0, or a schedule. 0 by default. */
  weightDecay?: Hyperparameter;
  /** Whether the decay is proximal; else it is AdamW's. `true` by default. */
  proximalDecay?: boolean;
}

export const MOMO_ADAM_OPTIONS = {
  learningRate: rate(1e-2),
  beta1: share(0.9),
  beta2: share(0.999),
  epsilon: atLeast0(1e-8),
  lowerBound: fixed("a finite number", 0),
  adaptLowerBound: flag(),
  weightDecay: atLeast0(0),
  proximalDecay: flag(true),
} satisfies Declarations<MomoAdamOptions>;

/**
 * MoMo-Adam: Adam whose rate follows from a model of the loss, as that of `momo` does.
 *
 * ```text
 * m, v as in Adam;  D = sqrt(v_hat) + epsilon
 * f = beta1 f + (1 - beta1) loss;  c = beta1 c + (1 - beta1) <g, w>
 * a = 1 + eta weightDecay;  b = 1 - beta1^t
 * s = min(eta / b, max(a (f - b f* - c) + <m, w>, 0) / <m, m / D>)         0 where the denominator is
 * u = (w - s m / D) / a - w
 * ```
 *
 * Inner products are taken over all parameters together. It needs the loss: `update(grads, state, params, { value })`; a
 * training program gives it the batch's. Without `proximalDecay`, `u = -s m / D - eta weightDecay w`. The lower bound is
 * estimated as by `momo`.
 *
 * State: `m` and `v` of the parameter's shape, and three scalars: 8 bytes a float32 parameter. Default rate 1e-2.
 *
 * Elsewhere: PyTorch has none; the authors' package `momo-opt`: the same; where the denominator is 0 it has the full rate.
 * Optax `contrib.momo_adam`: the same with proximal decay, but it decays by `w / a` and does not divide `s m / D`, and takes no
 * step where the denominator is at most 2^-52.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { momoAdam } from "./momo_adam.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const opt = momoAdam({ learningRate: 10 });
 * const params = { w: Float64Array.of(3) };
 * // f = w^2: m = 0.6 and D = 6, so the step is (0.9 - 1.8 + 1.8) / (0.6 0.1) = 15 along 0.1.
 * const [updates] = opt.update({ w: Float64Array.of(6) }, opt.init(params), params, { value: 9 });
 * assertAlmostEquals(updates.w[0]!, -1.5, 1e-7);
 * ```
 *
 * @see Schaipp, Ohana, Eickenberg, Defazio, Gower: MoMo: Momentum models for adaptive learning rates, 2023, Algorithm 2.
 */
export function momoAdam(options: MomoAdamOptions = {}): Optimizer {
  const o = ruleOptions("momoAdam", options, MOMO_ADAM_OPTIONS);
  const { beta1, beta2, epsilon, lowerBound, weightDecay, proximalDecay } = o;
  const rule: Rule = {
    slots: (params) => ({
      ...slotsOf(params, { m: 0, v: 0 }),
      loss: { shape: [], init: 0 },
      inner: { shape: [], init: 0 },
      bound: { shape: [], init: lowerBound },
    }),
    update({ grads, params, state, value, at }) {
      const names = Object.keys(params);
      const first = { at, name: "beta1" };
      const m = each(names, (p) => average(state[`m/${p}`]!, grads[p]!, beta1, first));
      const v = each(
        names,
        (p) => average(state[`v/${p}`]!, square(grads[p]!), beta2, { at, name: "beta2" }),
      );
      const loss = average(state.loss!, value, beta1, first);
      const inner = average(state.inner!, dot(grads, params), beta1, first);
      const correction = at("correction", ({ t }) => 1 / (1 - valueAt(beta2, t) ** t));
      const directions = each(
        names,
        (p) => div(m[p]!, add(sqrt(mul(correction, v[p]!)), inStep(at, "epsilon", epsilon))),
      );
      const { step, bound } = momentumModelStep(
        { loss, inner, here: dot(m, params), norm: dot(m, directions), bound: state.bound! },
        { ...o, at, weightOf: (t) => 1 - valueAt(beta1, t) ** t },
      );
      const updates = each(names, (p) => {
        const along = mul(step, directions[p]!);
        if (weightDecay === 0) return neg(along);
        const decay = at("decay", ({ t, learningRate }) => learningRate * valueAt(weightDecay, t));
        const both = add(along, mul(decay, params[p]!));
        return neg(proximalDecay ? div(both, growth(at, weightDecay)) : both);
      });
      return { updates, state: { ...asSlot("m", m), ...asSlot("v", v), loss, inner, bound } };
    },
  };
  return optimizer({ name: "momoAdam", learningRate: o.learningRate, rule, hyperparameters: o });
}
