import { type Declarations, fixed, flag } from "../../options/mod.ts";
import { atLeast0, rate, share } from "../common.ts";
import { add, asSlot, div, dot, each, type Expr, mul, neg, type Rule, slotsOf } from "../language/mod.ts";
import { type Optimizer, optimizer } from "../optimizer.ts";
import { type Hyperparameter, type LearningRate, ruleOptions, valueAt } from "../scheduled.ts";
import { growth, momentumModelStep } from "./momentum_model.ts";

/** Options of {@linkcode momo}. */
export interface MomoOptions {
  /** The greatest rate: a finite number of at least 0, or a schedule. 1 by default. */
  learningRate?: LearningRate;
  /** Share of the running averages that is kept: in [0, 1), or a schedule. 0.9 by default. */
  beta?: Hyperparameter;
  /** A lower bound of the loss, `f*`: a finite number. 0 by default. */
  lowerBound?: number;
  /** Whether to estimate the lower bound, from `lowerBound` upward. `false` by default. */
  adaptLowerBound?: boolean;
  /** Whether the averages start at 0 and are corrected for it, instead of at the first gradient. `false` by default. */
  biasCorrection?: boolean;
  /** Proximal weight decay: at least 0, or a schedule. 0 by default. */
  weightDecay?: Hyperparameter;
}

export const MOMO_OPTIONS = {
  learningRate: rate(1),
  beta: share(0.9),
  lowerBound: fixed("a finite number", 0),
  adaptLowerBound: flag(),
  biasCorrection: flag(),
  weightDecay: atLeast0(0),
} satisfies Declarations<MomoOptions>;

/**
 * MoMo: momentum whose rate follows from a model of the loss, Polyak's step size for averages.
 *
 * ```text
 * m = beta m + (1 - beta) g                                       m = g at first
 * f = beta f + (1 - beta) loss                                    f = loss at first
 * c = beta c + (1 - beta) <g, w>                                  c = <g, w> at first
 * a = 1 + eta weightDecay
 * s = min(eta, max(a (f - f* - c) + <m, w>, 0) / ||m||^2)         0 where the norm is
 * u = (w - s m) / a - w
 * ```
 *
 * Inner products and the norm are taken over all parameters together. It needs the loss: `update(grads, state, params,
 * { value })`; a training program gives it the batch's. With `biasCorrection`, the averages start at 0, `f*` is multiplied and
 * `eta` divided by `1 - beta^t`.
 *
 * An estimate of the lower bound is raised after each update to the least value of the model, `f - c + <m, w> - s ||m||^2 /
 * 2`, and halved before an update where the model is below it.
 *
 * State: `m` of the parameter's shape, and three scalars: 4 bytes a float32 parameter. Default rate 1.
 *
 * Elsewhere: PyTorch has none; the authors' package `momo-opt`: the same; where the norm is 0 it has the full rate. Optax
 * `contrib.momo`: the same without bias correction; it decays by `w / a` and does not divide `s m`, and takes no step where
 * the squared norm is at most 2^-52.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { momo } from "./momo.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const opt = momo({ learningRate: 10 });
 * const params = { w: Float64Array.of(3) };
 * // f = w^2: the step (9 - 18 + 18) / 36 along the gradient 6.
 * const [updates] = opt.update({ w: Float64Array.of(6) }, opt.init(params), params, { value: 9 });
 * assertAlmostEquals(updates.w[0]!, -1.5, 1e-12);
 * ```
 *
 * @see Schaipp, Ohana, Eickenberg, Defazio, Gower: MoMo: Momentum models for adaptive learning rates, 2023, Algorithm 1.
 */
export function momo(options: MomoOptions = {}): Optimizer {
  const o = ruleOptions("momo", options, MOMO_OPTIONS);
  const { beta, lowerBound, biasCorrection, weightDecay } = o;
  const kept = (t: number) => (t === 1 && !biasCorrection ? 0 : valueAt(beta, t));
  const weightOf = (t: number) => (biasCorrection ? 1 - valueAt(beta, t) ** t : 1);
  const rule: Rule = {
    slots: (params) => ({
      ...slotsOf(params, { m: 0 }),
      loss: { shape: [], init: 0 },
      inner: { shape: [], init: 0 },
      bound: { shape: [], init: lowerBound },
    }),
    update({ grads, params, state, value, at }) {
      const names = Object.keys(params);
      const mixed = (before: Expr, now: Expr) =>
        add(mul(at("kept", ({ t }) => kept(t)), before), mul(at("fresh", ({ t }) => 1 - kept(t)), now));
      const m = each(names, (p) => mixed(state[`m/${p}`]!, grads[p]!));
      const [loss, inner] = [mixed(state.loss!, value), mixed(state.inner!, dot(grads, params))];
      const { step, bound } = momentumModelStep(
        { loss, inner, here: dot(m, params), norm: dot(m, m), bound: state.bound! },
        { ...o, at, weightOf },
      );
      const updates = each(names, (p) => {
        const along = mul(step, m[p]!);
        if (weightDecay === 0) return neg(along);
        const decay = at("decay", ({ t, learningRate }) => learningRate * valueAt(weightDecay, t));
        return neg(div(add(along, mul(decay, params[p]!)), growth(at, weightDecay)));
      });
      return { updates, state: { ...asSlot("m", m), loss, inner, bound } };
    },
  };
  return optimizer({ name: "momo", learningRate: o.learningRate, rule, hyperparameters: o });
}
