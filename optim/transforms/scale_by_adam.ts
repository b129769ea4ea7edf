/**
 * The directions of Adam and of its kin as links of a chain.
 *
 * Each is made of the rule itself by `direction`, without its rate, its decay and its sign: `scaleByLearningRate` after it
 * descends, and other links can stand between.
 *
 * @module
 */
import type { Declarations } from "../../options/mod.ts";
import type { Transform } from "../optimizer.ts";
import { adabelief, ADABELIEF_OPTIONS, type AdabeliefOptions } from "../rules/adabelief.ts";
import { adam, ADAM_OPTIONS, type AdamOptions } from "../rules/adam.ts";
import { adamax, ADAMAX_OPTIONS, type AdamaxOptions } from "../rules/adamax.ts";
import { amsgrad, AMSGRAD_OPTIONS, type AmsgradOptions } from "../rules/amsgrad.ts";
import { nadam, NADAM_OPTIONS, type NadamOptions } from "../rules/nadam.ts";
import { radam, RADAM_OPTIONS, type RadamOptions } from "../rules/radam.ts";
import { yogi, YOGI_OPTIONS, type YogiOptions } from "../rules/yogi.ts";
import { type DescentOption, direction, directionOptions } from "./direction.ts";

/** Options of {@linkcode scaleByAdam}. */
export type ScaleByAdamOptions = Omit<AdamOptions, DescentOption>;

export const SCALE_BY_ADAM_OPTIONS = directionOptions(ADAM_OPTIONS) satisfies Declarations<
  ScaleByAdamOptions
>;

/**
 * Replaces the gradients by Adam's direction: the corrected momentum over the corrected root mean square.
 *
 * ```text
 * u = m_hat / (sqrt(v_hat) + epsilon)         epsilon's place as in adam
 * ```
 *
 * State: `m` and `v` of the parameter's shape, as `adam` keeps them: 8 bytes a float32 parameter.
 *
 * Elsewhere: Optax `scale_by_adam`: the same; with `nesterov` it is {@linkcode scaleByNadam}.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { scaleByAdam } from "./scale_by_adam.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const opt = scaleByAdam();
 * const params = { w: Float64Array.of(1) };
 * const [updates] = opt.update({ w: Float64Array.of(5) }, opt.init(params), params);
 * assertAlmostEquals(updates.w[0]!, 1, 1e-5);
 * ```
 *
 * @see Kingma, Ba: Adam: A method for stochastic optimization, 2015, Algorithm 1. Optax `scale_by_adam`.
 */
export function scaleByAdam(options: ScaleByAdamOptions = {}): Transform {
  return direction("scaleByAdam", options, {
    declared: SCALE_BY_ADAM_OPTIONS,
    rule: (o) => adam({ ...o, learningRate: 1 }),
  });
}

/** Options of {@linkcode scaleByNadam}. */
export type ScaleByNadamOptions = Omit<NadamOptions, DescentOption>;

export const SCALE_BY_NADAM_OPTIONS = directionOptions(NADAM_OPTIONS) satisfies Declarations<
  ScaleByNadamOptions
>;

/**
 * Replaces the gradients by NAdam's direction: Adam's with a look ahead.
 *
 * ```text
 * u = (a m + b g) / (sqrt(v_hat) + epsilon)         a, b: the corrected weights of nadam
 * ```
 *
 * State: `m` and `v` of the parameter's shape: 8 bytes a float32 parameter.
 *
 * Elsewhere: Optax `scale_by_adam` with `nesterov=True` is `form: "optax"`.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { scaleByNadam } from "./scale_by_adam.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const opt = scaleByNadam({ beta1: 0, form: "optax" });
 * const params = { w: Float64Array.of(1) };
 * const [updates] = opt.update({ w: Float64Array.of(5) }, opt.init(params), params);
 * assertAlmostEquals(updates.w[0]!, 1, 1e-5);
 * ```
 *
 * @see Dozat: Incorporating Nesterov momentum into Adam, 2016, Algorithm 2. Optax `scale_by_adam`.
 */
export function scaleByNadam(options: ScaleByNadamOptions = {}): Transform {
  return direction("scaleByNadam", options, {
    declared: SCALE_BY_NADAM_OPTIONS,
    rule: (o) => nadam({ ...o, learningRate: 1 }),
  });
}

/** Options of {@linkcode scaleByAmsgrad}. */
export type ScaleByAmsgradOptions = Omit<AmsgradOptions, DescentOption>;

export const SCALE_BY_AMSGRAD_OPTIONS = directionOptions(AMSGRAD_OPTIONS) satisfies Declarations<
  ScaleByAmsgradOptions
>;

/**
 * Replaces the gradients by AMSGrad's direction: Adam's with the greatest second moment so far.
 *
 * ```text
 * x = max(x, v);  u = m_hat / (sqrt(x_hat) + epsilon)         corrections as in amsgrad
 * ```
 *
 * State: `m`, `v` and `x` of the parameter's shape: 12 bytes a float32 parameter.
 *
 * Elsewhere: Optax `scale_by_amsgrad` is `variant: "optax"`.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { scaleByAmsgrad } from "./scale_by_adam.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const opt = scaleByAmsgrad();
 * const params = { w: Float64Array.of(1) };
 * const [updates] = opt.update({ w: Float64Array.of(5) }, opt.init(params), params);
 * assertAlmostEquals(updates.w[0]!, 1, 1e-5);
 * ```
 *
 * @see Reddi, Kale, Kumar: On the convergence of Adam and beyond, 2018, Algorithm 2. Optax `scale_by_amsgrad`.
 */
export function scaleByAmsgrad(options: ScaleByAmsgradOptions = {}): Transform {
  return direction("scaleByAmsgrad", options, {
    declared: SCALE_BY_AMSGRAD_OPTIONS,
    rule: (o) => amsgrad({ ...o, learningRate: 1 }),
  });
}

/** Options of {@linkcode scaleByAdamax}. */
export type ScaleByAdamaxOptions = Omit<AdamaxOptions, DescentOption>;

export const SCALE_BY_ADAMAX_OPTIONS = directionOptions(ADAMAX_OPTIONS) satisfies Declarations<
  ScaleByAdamaxOptions
>;

/**
 * Replaces the gradients by AdaMax's direction: the corrected momentum over a decaying maximum.
 *
 * ```text
 * v = max(beta2 v, |g| + epsilon);  u = m_hat / v
 * ```
 *
 * State: `m` and `v` of the parameter's shape: 8 bytes a float32 parameter.
 *
 * Elsewhere: Optax `scale_by_adamax`: the same.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { scaleByAdamax } from "./scale_by_adam.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const opt = scaleByAdamax();
 * const params = { w: Float64Array.of(1) };
 * const [updates] = opt.update({ w: Float64Array.of(5) }, opt.init(params), params);
 * assertAlmostEquals(updates.w[0]!, 1, 1e-5);
 * ```
 *
 * @see Kingma, Ba: Adam: A method for stochastic optimization, 2015, Algorithm 2. Optax `scale_by_adamax`.
 */
export function scaleByAdamax(options: ScaleByAdamaxOptions = {}): Transform {
  return direction("scaleByAdamax", options, {
    declared: SCALE_BY_ADAMAX_OPTIONS,
    rule: (o) => adamax({ ...o, learningRate: 1 }),
  });
}

/** Options of {@linkcode scaleByRadam}. */
export type ScaleByRadamOptions = Omit<RadamOptions, DescentOption>;

export const SCALE_BY_RADAM_OPTIONS = directionOptions(RADAM_OPTIONS) satisfies Declarations<
  ScaleByRadamOptions
>;

/**
 * Replaces the gradients by RAdam's direction: Adam's with a rectified variance, and the momentum alone while the
 * variance is unknown.
 *
 * ```text
 * u = r m_hat / (sqrt(v_hat) + epsilon);  m_hat in the first updates
 * ```
 *
 * State: `m` and `v` of the parameter's shape: 8 bytes a float32 parameter.
 *
 * Elsewhere: Optax `scale_by_radam` is `form: "optax"`; there is no `nesterov`.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { scaleByRadam } from "./scale_by_adam.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const opt = scaleByRadam();
 * const params = { w: Float64Array.of(1) };
 * const [updates] = opt.update({ w: Float64Array.of(5) }, opt.init(params), params);
 * assertAlmostEquals(updates.w[0]!, 5, 1e-5);
 * ```
 *
 * @see Liu, Jiang, He, Chen, Liu, Gao, Han: On the variance of the adaptive learning rate and beyond, 2020,
 * Algorithm 2. Optax `scale_by_radam`.
 */
export function scaleByRadam(options: ScaleByRadamOptions = {}): Transform {
  return direction("scaleByRadam", options, {
    declared: SCALE_BY_RADAM_OPTIONS,
    rule: (o) => radam({ ...o, learningRate: 1 }),
  });
}

/** Options of {@linkcode scaleByBelief}. */
export type ScaleByBeliefOptions = Omit<AdabeliefOptions, DescentOption>;

export const SCALE_BY_BELIEF_OPTIONS = directionOptions(ADABELIEF_OPTIONS) satisfies Declarations<
  ScaleByBeliefOptions
>;

/**
 * Replaces the gradients by AdaBelief's direction: the momentum over the gradient's distance from it.
 *
 * ```text
 * s = beta2 s + (1 - beta2) (g - m)^2 + epsilonRoot;  u = m_hat / (sqrt(s_hat) + epsilon)
 * ```
 *
 * State: `m` and `s` of the parameter's shape: 8 bytes a float32 parameter.
 *
 * Elsewhere: Optax `scale_by_belief`: the same.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { scaleByBelief } from "./scale_by_adam.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const opt = scaleByBelief({ beta1: 0.5 });
 * const params = { w: Float64Array.of(1) };
 * const [updates] = opt.update({ w: Float64Array.of(4) }, opt.init(params), params);
 * assertAlmostEquals(updates.w[0]!, 2, 1e-5);
 * ```
 *
 * @see Zhuang et al.: AdaBelief optimizer: Adapting stepsizes by the belief in observed gradients, 2020, Algorithm
 * 2. Optax `scale_by_belief`.
 */
export function scaleByBelief(options: ScaleByBeliefOptions = {}): Transform {
  return direction("scaleByBelief", options, {
    declared: SCALE_BY_BELIEF_OPTIONS,
    rule: (o) => adabelief({ ...o, learningRate: 1 }),
  });
}

/** Options of {@linkcode scaleByYogi}. */
export type ScaleByYogiOptions = Omit<YogiOptions, DescentOption>;

export const SCALE_BY_YOGI_OPTIONS = directionOptions(YOGI_OPTIONS) satisfies Declarations<
  ScaleByYogiOptions
>;

/**
 * Replaces the gradients by Yogi's direction: Adam's with a second moment that grows and shrinks by at most a share
 * of the squared gradient.
 *
 * ```text
 * v = v - (1 - beta2) sign(v - g g) g g;  u = m_hat / (sqrt(v_hat) + epsilon)
 * ```
 *
 * State: `m` and `v` of the parameter's shape: 8 bytes a float32 parameter.
 *
 * Elsewhere: Optax `scale_by_yogi`: the same.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { scaleByYogi } from "./scale_by_adam.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const opt = scaleByYogi({ epsilon: 0, initialAccumulator: 0 });
 * const params = { w: Float64Array.of(1) };
 * const [updates] = opt.update({ w: Float64Array.of(5) }, opt.init(params), params);
 * assertAlmostEquals(updates.w[0]!, 1, 1e-5);
 * ```
 *
 * @see Zaheer, Reddi, Sachan, Kale, Kumar: Adaptive methods for nonconvex optimization, 2018, Algorithm 2. Optax
 * `scale_by_yogi`.
 */
export function scaleByYogi(options: ScaleByYogiOptions = {}): Transform {
  return direction("scaleByYogi", options, {
    declared: SCALE_BY_YOGI_OPTIONS,
    rule: (o) => yogi({ ...o, learningRate: 1 }),
  });
}
