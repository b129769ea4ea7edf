import { type Declarations, flag } from "../../options/mod.ts";
import { atLeast0, COMMON_OPTIONS, type CommonOptions, decaying, penalized, shrunk } from "../common.ts";
import {
  add,
  div,
  type Expr,
  mul,
  perParameter,
  type RuleInputs,
  type StepInfo,
  sub,
} from "../language/mod.ts";
import { type Optimizer, optimizer } from "../optimizer.ts";
import { type Hyperparameter, ruleOptions, valueAt } from "../scheduled.ts";
import { adamMoments, adamRoot, MOMENT_OPTIONS, type MomentOptions } from "./moments.ts";

/** The two weights of an optimistic step. */
interface Optimism {
  /** Weight of the direction: at least 0, or a schedule. 1 by default. */
  alpha?: Hyperparameter;
  /** Weight of its change since the update before: at least 0, or a schedule. 1 by default. */
  beta?: Hyperparameter;
}

const OPTIMISM = { alpha: atLeast0(1), beta: atLeast0(1) } as const;

/** Returns `-eta (alpha d + beta (d - before))`; at the first update there is no change. */
function optimisticStep(
  d: Expr,
  before: Expr,
  { alpha, beta, at }: Required<Optimism> & Pick<RuleInputs, "at">,
): Expr {
  const here = at("alpha", (s) => -s.learningRate * valueAt(alpha, s.t));
  const ahead = at("beta", (s) => (s.t === 1 ? 0 : -s.learningRate * valueAt(beta, s.t)));
  return add(mul(here, d), mul(ahead, sub(d, before)));
}

/** Options of {@linkcode optimisticGradientDescent}. */
export interface OptimisticGradientDescentOptions extends CommonOptions {
  /** Weight of the gradient: at least 0, or a schedule. 1 by default. */
  alpha?: Hyperparameter;
  /** Weight of its change since the update before: at least 0, or a schedule. 1 by default. */
  beta?: Hyperparameter;
}

export const OPTIMISTIC_GRADIENT_DESCENT_OPTIONS = {
  ...COMMON_OPTIONS,
  ...OPTIMISM,
} satisfies Declarations<OptimisticGradientDescentOptions>;

/**
 * Optimistic gradient descent: steps along the gradient that is expected next, the last change repeated.
 *
 * ```text
 * u = -eta (alpha g + beta (g - g_before))              at first without the change
 * ```
 *
 * It converges in min-max games, where gradient descent goes round in circles.
 *
 * State: `before` of the parameter's shape: 4 bytes a float32 parameter. Default rate 1e-3.
 *
 * Elsewhere: PyTorch has none. Optax `optimistic_gradient_descent`: the same.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { optimisticGradientDescent } from "./optimistic.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const opt = optimisticGradientDescent({ learningRate: 0.1 });
 * const params = { w: Float64Array.of(0) };
 * const [, state] = opt.update({ w: Float64Array.of(5) }, opt.init(params), params);
 * const [updates] = opt.update({ w: Float64Array.of(3) }, state, params);
 * // From 5 to 3, and to 1 if that goes on.
 * assertAlmostEquals(updates.w[0]!, -0.1, 1e-12);
 * ```
 *
 * @see Mokhtari, Ozdaglar, Pattathil: A unified analysis of extra-gradient and optimistic gradient methods for saddle point
 * problems: Proximal point approach, 2019.
 */
export function optimisticGradientDescent(options: OptimisticGradientDescentOptions = {}): Optimizer {
  const o = ruleOptions("optimisticGradientDescent", options, OPTIMISTIC_GRADIENT_DESCENT_OPTIONS);
  const rule = perParameter({ before: 0 }, (slots, at, name) => {
    const g = penalized(slots.g, slots.w, { ...o, at, name });
    return { u: optimisticStep(g, slots.before, { ...o, at }), before: g };
  });
  return optimizer({
    name: "optimisticGradientDescent",
    hyperparameters: o,
    learningRate: o.learningRate,
    rule: decaying(rule, o),
  });
}

/** Options of {@linkcode optimisticAdam}. */
export interface OptimisticAdamOptions extends MomentOptions {
  /** Weight of the direction: at least 0, or a schedule. 1 by default. */
  alpha?: Hyperparameter;
  /** Weight of its change since the update before: at least 0, or a schedule. 1 by default. */
  beta?: Hyperparameter;
  /** Whether to look ahead as Optax's NAdam does. `false` by default. */
  nesterov?: boolean;
}

export const OPTIMISTIC_ADAM_OPTIONS = {
  ...MOMENT_OPTIONS,
  ...OPTIMISM,
  nesterov: flag(),
} satisfies Declarations<OptimisticAdamOptions>;

/**
 * Optimistic Adam: Adam along the direction that is expected next, the last change repeated.
 *
 * ```text
 * m, v as in Adam
 * d = m_hat / (sqrt(v_hat) + epsilon)
 * u = -eta (alpha d + beta (d - d_before))              at first without the change
 * ```
 *
 * With `nesterov`, `m_hat` is that of `nadam({ form: "optax" })`. The paper multiplies each direction by the rate of its
 * own update; here, as in Optax, both have the current one. At a constant rate that is the same.
 *
 * State: `m`, `v` and `before` of the parameter's shape: 12 bytes a float32 parameter. Default rate 1e-3.
 *
 * Elsewhere: PyTorch has none. Optax `optimistic_adam_v2`: the same, `nesterov` being its default. Its deprecated
 * `optimistic_adam` is `learningRate: 1` with its rate as `alpha` and its optimism as `beta`.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { optimisticAdam } from "./optimistic.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const opt = optimisticAdam({ learningRate: 0.1 });
 * const params = { w: Float64Array.of(0) };
 * const [first, state] = opt.update({ w: Float64Array.of(2) }, opt.init(params), params);
 * const [second] = opt.update({ w: Float64Array.of(2) }, state, params);
 * // The direction does not change.
 * assertAlmostEquals(first.w[0]!, -0.1, 1e-8);
 * assertAlmostEquals(second.w[0]!, -0.1, 1e-8);
 * ```
 *
 * @see Daskalakis, Ilyas, Syrgkanis, Zeng: Training GANs with optimism, 2017, Algorithm 1.
 */
export function optimisticAdam(options: OptimisticAdamOptions = {}): Optimizer {
  const o = ruleOptions("optimisticAdam", options, OPTIMISTIC_ADAM_OPTIONS);
  const { beta1, beta2, nesterov } = o;
  const rule = perParameter({ m: 0, v: 0, before: 0 }, (slots, at, name) => {
    const { w } = slots;
    const g = penalized(slots.g, w, { ...o, at, name });
    const { m, v } = adamMoments(g, slots, { ...o, at });
    const root = (t: number) => Math.sqrt(1 - valueAt(beta2, t) ** t);
    const share = (f: (b: number, t: number) => number) => ({ t }: StepInfo) =>
      root(t) * f(valueAt(beta1, t), t);
    const mean = nesterov
      ? add(
        mul(at("ahead", share((b, t) => b / (1 - b ** (t + 1)))), m),
        mul(at("here", share((b, t) => (1 - b) / (1 - b ** t))), g),
      )
      : mul(at("mean", share((b, t) => 1 / (1 - b ** t))), m);
    const d = div(mean, adamRoot(v, { ...o, at }));
    const u = optimisticStep(d, slots.before, { ...o, at });
    return { u: shrunk(u, w, { ...o, at, name }), m, v, before: d };
  });
  return optimizer({
    name: "optimisticAdam",
    learningRate: o.learningRate,
    rule: decaying(rule, o),
    hyperparameters: o,
  });
}
