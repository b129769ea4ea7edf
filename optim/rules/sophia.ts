import { type Declarations, fixed } from "../../options/mod.ts";
import {
  above0,
  atLeast0,
  COMMON_OPTIONS,
  type CommonOptions,
  decaying,
  penalized,
  share,
  shrunk,
  tuned,
} from "../common.ts";
import { asSlot, div, each, max, min, mul, neg, type Rule, slotsOf, where } from "../language/mod.ts";
import { type Optimizer, optimizer } from "../optimizer.ts";
import { type Hyperparameter, inStep, ruleOptions, valueAt } from "../scheduled.ts";
import { average } from "./moments.ts";

/** Options of {@linkcode sophia}. */
export interface SophiaOptions extends CommonOptions {
  /** Share of the running average of gradients that is kept: in [0, 1), or a schedule. 0.965 by default. */
  beta1?: Hyperparameter;
  /** Share of the running average of the Hessian's diagonal that is kept: in [0, 1), or a schedule. 0.99 by default. */
  beta2?: Hyperparameter;
  /** The least denominator: above 0, or a schedule. 1e-8 by default. */
  epsilon?: Hyperparameter;
  /** A factor on the Hessian: above 0, or a schedule. 0.01 by default. */
  gamma?: Hyperparameter;
  /** The greatest step before the rate: above 0, or a schedule; `Infinity` for no limit. 1 by default. */
  clipThreshold?: Hyperparameter;
  /** Updates from one look at the Hessian to the next: an integer of at least 1. 10 by default. */
  interval?: number;
  /** Decoupled weight decay: at least 0, or a schedule. 1e-4 by default. */
  weightDecay?: Hyperparameter;
}

export const SOPHIA_OPTIONS = {
  ...COMMON_OPTIONS,
  beta1: share(0.965),
  beta2: share(0.99),
  epsilon: above0(1e-8),
  gamma: above0(0.01),
  clipThreshold: tuned("a number above 0", 1),
  interval: fixed("an integer of at least 1", 10),
  weightDecay: atLeast0(1e-4),
} satisfies Declarations<SophiaOptions>;

/**
 * Sophia: momentum over the Hessian's diagonal, clipped element by element.
 *
 * ```text
 * m = beta1 m + (1 - beta1) g
 * u = -eta (clip(m_hat / max(gamma h, epsilon), clipThreshold) + weightDecay w)
 * h = beta2 h + (1 - beta2) hessian            then, at updates 1, 1 + interval, 1 + 2 interval, …
 * ```
 *
 * It needs estimates of the Hessian's diagonal, such as Hutchinson's: `update(grads, state, params, { hessians })`; read at
 * those updates alone, they must be given at each. Training programs make Hutchinson's, by a second backward pass in every
 * step.
 *
 * State: `m` and `h` of the parameter's shape: 8 bytes a float32 parameter. Default rate 1e-3.
 *
 * Elsewhere: PyTorch has none. Optax `contrib.sophia`: the same.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { sophia } from "./sophia.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const opt = sophia({ learningRate: 0.1, weightDecay: 0 });
 * const params = { w: Float64Array.of(0) };
 * const hessians = { w: Float64Array.of(2) };
 * const [updates] = opt.update({ w: Float64Array.of(3) }, opt.init(params), params, { hessians });
 * assertAlmostEquals(updates.w[0]!, -0.1, 1e-12);
 * ```
 *
 * @see Liu, Li, Hall, Liang, Ma: Sophia: A scalable stochastic second-order optimizer for language model pre-training, 2023,
 * Algorithm 3.
 */
export function sophia(options: SophiaOptions = {}): Optimizer {
  const o = { ...ruleOptions("sophia", options, SOPHIA_OPTIONS), decoupledWeightDecay: true };
  const { clipThreshold, interval } = o;
  const rule: Rule = {
    hessianInterval: interval,
    slots: (params) => slotsOf(params, { m: 0, h: 0 }),
    update({ grads, params, state, hessians, at }) {
      const names = Object.keys(params);
      const g = each(names, (p) => penalized(grads[p]!, params[p]!, { ...o, at, name: p }));
      const m = each(names, (p) => average(state[`m/${p}`]!, g[p]!, o.beta1, { at, name: "beta1" }));
      const correction = at("correction", ({ t }) => 1 / (1 - valueAt(o.beta1, t) ** t));
      const rate = at("rate", (s) => -s.learningRate);
      const [gamma, epsilon] = [inStep(at, "gamma", o.gamma), inStep(at, "epsilon", o.epsilon)];
      const limit = inStep(at, "clipThreshold", clipThreshold);
      const updates = each(names, (p) => {
        const step = div(mul(correction, m[p]!), max(mul(gamma, state[`h/${p}`]!), epsilon));
        const clipped = clipThreshold === Infinity ? step : max(min(step, limit), neg(limit));
        return shrunk(mul(rate, clipped), params[p]!, { ...o, at, name: p });
      });
      const looks = at("looks", ({ t }) => ((t - 1) % interval === 0 ? 1 : 0));
      const h = each(names, (p) => {
        const before = state[`h/${p}`]!;
        return where(looks, average(before, hessians[p]!, o.beta2, { at, name: "beta2" }), before);
      });
      return { updates, state: { ...asSlot("m", m), ...asSlot("h", h) } };
    },
  };
  return optimizer({
    name: "sophia",
    learningRate: o.learningRate,
    rule: decaying(rule, o),
    hyperparameters: o,
  });
}
