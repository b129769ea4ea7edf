/**
 * The directions of rules that divide by squares of gradients as links of a chain.
 *
 * Each is made of the rule itself by `direction`, without its rate, its decay and its sign: `scaleByLearningRate` after it
 * descends, and other links can stand between.
 *
 * @module
 */
import type { Declarations } from "../../options/mod.ts";
import type { Transform } from "../optimizer.ts";
import { acprop, ACPROP_OPTIONS, type AcpropOptions } from "../rules/acprop.ts";
import { adadelta, ADADELTA_OPTIONS, type AdadeltaOptions } from "../rules/adadelta.ts";
import { adafactor, ADAFACTOR_OPTIONS, type AdafactorOptions } from "../rules/adafactor.ts";
import { adagrad, ADAGRAD_OPTIONS, type AdagradOptions } from "../rules/adagrad.ts";
import { madgrad, MADGRAD_OPTIONS, type MadgradOptions } from "../rules/madgrad.ts";
import { rmsprop, RMSPROP_OPTIONS, type RmspropOptions } from "../rules/rmsprop.ts";
import { sm3, SM3_OPTIONS, type Sm3Options } from "../rules/sm3.ts";
import { type DescentOption, direction, directionOptions } from "./direction.ts";

/** Options of {@linkcode scaleByRms} and {@linkcode scaleByStddev}. */
export type ScaleByRmsOptions = Pick<
  RmspropOptions,
  "decay" | "epsilon" | "epsilonPlacement" | "initialScale" | "biasCorrection"
>;

export const SCALE_BY_RMS_OPTIONS = {
  decay: RMSPROP_OPTIONS.decay,
  epsilon: RMSPROP_OPTIONS.epsilon,
  epsilonPlacement: RMSPROP_OPTIONS.epsilonPlacement,
  initialScale: RMSPROP_OPTIONS.initialScale,
  biasCorrection: RMSPROP_OPTIONS.biasCorrection,
} satisfies Declarations<ScaleByRmsOptions>;

/**
 * Replaces the gradients by RMSProp's direction: the gradient over its root mean square.
 *
 * ```text
 * v = decay v + (1 - decay) g g;  u = g / (sqrt(v) + epsilon)         inside: g / sqrt(v + epsilon)
 * ```
 *
 * State: `v` of the parameter's shape: 4 bytes a float32 parameter.
 *
 * Elsewhere: Optax `scale_by_rms`: decay 0.9, epsilon inside.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { scaleByRms } from "./scale_by_squares.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const opt = scaleByRms({ decay: 0.75 });
 * const params = { w: Float64Array.of(1) };
 * const [updates] = opt.update({ w: Float64Array.of(3) }, opt.init(params), params);
 * assertAlmostEquals(updates.w[0]!, 2, 1e-5);
 * ```
 *
 * @see Tieleman, Hinton: Lecture 6.5 of Neural networks for machine learning, 2012. Optax `scale_by_rms`.
 */
export function scaleByRms(options: ScaleByRmsOptions = {}): Transform {
  return direction("scaleByRms", options, {
    declared: SCALE_BY_RMS_OPTIONS,
    rule: (o) => rmsprop({ ...o, learningRate: 1 }),
  });
}

/**
 * Replaces the gradients by centered RMSProp's direction: the gradient over its standard deviation.
 *
 * ```text
 * v = decay v + (1 - decay) g g;  a = decay a + (1 - decay) g
 * u = g / (sqrt(v - a a) + epsilon)         inside: g / sqrt(v - a a + epsilon)
 * ```
 *
 * State: `v` and `a` of the parameter's shape: 8 bytes a float32 parameter.
 *
 * Elsewhere: Optax `scale_by_stddev`: decay 0.9, epsilon inside.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { scaleByStddev } from "./scale_by_squares.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const opt = scaleByStddev({ decay: 0.75 });
 * const params = { w: Float64Array.of(1) };
 * const [updates] = opt.update({ w: Float64Array.of(3) }, opt.init(params), params);
 * assertAlmostEquals(updates.w[0]!, 4 / Math.sqrt(3), 1e-5);
 * ```
 *
 * @see Graves: Generating sequences with recurrent neural networks, 2013, equations 38 to 41. Optax
 * `scale_by_stddev`.
 */
export function scaleByStddev(options: ScaleByRmsOptions = {}): Transform {
  return direction("scaleByStddev", options, {
    declared: SCALE_BY_RMS_OPTIONS,
    rule: (o) => rmsprop({ ...o, centered: true, learningRate: 1 }),
  });
}

/** Options of {@linkcode scaleByRss}. */
export type ScaleByRssOptions = Pick<AdagradOptions, "initialAccumulator" | "epsilon" | "epsilonPlacement">;

export const SCALE_BY_RSS_OPTIONS = {
  initialAccumulator: ADAGRAD_OPTIONS.initialAccumulator,
  epsilon: ADAGRAD_OPTIONS.epsilon,
  epsilonPlacement: ADAGRAD_OPTIONS.epsilonPlacement,
} satisfies Declarations<ScaleByRssOptions>;

/**
 * Replaces the gradients by Adagrad's direction: the gradient over the root of the sum of its squares.
 *
 * ```text
 * G = G + g g;  u = g / (sqrt(G) + epsilon)         inside: g / sqrt(G + epsilon)
 * ```
 *
 * State: `G` of the parameter's shape: 4 bytes a float32 parameter.
 *
 * Elsewhere: Optax `scale_by_rss`: epsilon 1e-7 inside, an accumulator that starts at 0.1.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { scaleByRss } from "./scale_by_squares.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const opt = scaleByRss();
 * const params = { w: Float64Array.of(1) };
 * const [updates] = opt.update({ w: Float64Array.of(3) }, opt.init(params), params);
 * assertAlmostEquals(updates.w[0]!, 1, 1e-5);
 * ```
 *
 * @see Duchi, Hazan, Singer: Adaptive subgradient methods for online learning and stochastic optimization, 2011.
 * Optax `scale_by_rss`.
 */
export function scaleByRss(options: ScaleByRssOptions = {}): Transform {
  return direction("scaleByRss", options, {
    declared: SCALE_BY_RSS_OPTIONS,
    rule: (o) => adagrad({ ...o, learningRate: 1 }),
  });
}

/** Options of {@linkcode scaleByAdadelta}. */
export type ScaleByAdadeltaOptions = Omit<AdadeltaOptions, DescentOption>;

export const SCALE_BY_ADADELTA_OPTIONS = directionOptions(ADADELTA_OPTIONS) satisfies Declarations<
  ScaleByAdadeltaOptions
>;

/**
 * Replaces the gradients by Adadelta's direction: the gradient times the root mean square of the steps over its
 * own.
 *
 * ```text
 * v = decay v + (1 - decay) g g;  u = g sqrt(a + epsilon) / sqrt(v + epsilon);  a = decay a + (1 - decay) u u
 * ```
 *
 * State: `v` and `a` of the parameter's shape: 8 bytes a float32 parameter.
 *
 * Elsewhere: Optax `scale_by_adadelta`: the same.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { scaleByAdadelta } from "./scale_by_squares.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const opt = scaleByAdadelta({ decay: 0.75, epsilon: 1e-6 });
 * const params = { w: Float64Array.of(1) };
 * const [updates] = opt.update({ w: Float64Array.of(3) }, opt.init(params), params);
 * assertAlmostEquals(updates.w[0]!, 2e-3, 1e-5);
 * ```
 *
 * @see Zeiler: ADADELTA: An adaptive learning rate method, 2012, Algorithm 1. Optax `scale_by_adadelta`.
 */
export function scaleByAdadelta(options: ScaleByAdadeltaOptions = {}): Transform {
  return direction("scaleByAdadelta", options, {
    declared: SCALE_BY_ADADELTA_OPTIONS,
    rule: (o) => adadelta({ ...o, learningRate: 1 }),
  });
}

/** Options of {@linkcode scaleByFactoredRms}. */
export type ScaleByFactoredRmsOptions = Pick<
  AdafactorOptions,
  "decayPower" | "epsilon" | "minDimSizeToFactor"
>;

export const SCALE_BY_FACTORED_RMS_OPTIONS = {
  decayPower: ADAFACTOR_OPTIONS.decayPower,
  // The default is that of Optax's form: 1e-30.
  epsilon: ADAFACTOR_OPTIONS.epsilon,
  minDimSizeToFactor: ADAFACTOR_OPTIONS.minDimSizeToFactor,
} satisfies Declarations<ScaleByFactoredRmsOptions>;

/**
 * Replaces the gradients by Adafactor's direction: the gradient over the root of a second moment that is kept for
 * rows and columns.
 *
 * ```text
 * u = g / sqrt(row col / mean(row))         where both axes are of at least minDimSizeToFactor; else g / sqrt(v)
 * ```
 *
 * State: `row` and `col`, means of squares over an axis each, or `v` of the parameter's shape if it is not factored.
 *
 * Elsewhere: Optax `scale_by_factored_rms`: the same.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { scaleByFactoredRms } from "./scale_by_squares.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const opt = scaleByFactoredRms();
 * const params = { w: Float64Array.of(1) };
 * const [updates] = opt.update({ w: Float64Array.of(3) }, opt.init(params), params);
 * assertAlmostEquals(updates.w[0]!, 1, 1e-5);
 * ```
 *
 * @see Shazeer, Stern: Adafactor: Adaptive learning rates with sublinear memory cost, 2018, Algorithms 4 and 5.
 * Optax `scale_by_factored_rms`.
 */
export function scaleByFactoredRms(options: ScaleByFactoredRmsOptions = {}): Transform {
  return direction("scaleByFactoredRms", options, {
    declared: SCALE_BY_FACTORED_RMS_OPTIONS,
    rule: (o) =>
      adafactor({ ...o, form: "optax", scaleByParameter: false, clipThreshold: Infinity, learningRate: 1 }),
  });
}

/** Options of {@linkcode scaleBySm3}. */
export type ScaleBySm3Options = Omit<Sm3Options, DescentOption>;

export const SCALE_BY_SM3_OPTIONS = directionOptions(SM3_OPTIONS) satisfies Declarations<ScaleBySm3Options>;

/**
 * Replaces the gradients by SM3's direction: an average of gradients over the roots of sums that are kept for rows
 * and columns.
 *
 * ```text
 * v = min of mu_i + g g;  mu_i = max of v over the other axes;  u = average of g / sqrt(v + epsilon)
 * ```
 *
 * State: as of `sm3`: `m` of the parameter's shape, and one number for each index of each axis.
 *
 * Elsewhere: Optax `scale_by_sm3` with `b2=1`: the same; it takes no scalars.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { scaleBySm3 } from "./scale_by_squares.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const opt = scaleBySm3({ momentum: 0 });
 * const params = { w: Float64Array.of(1) };
 * const [updates] = opt.update({ w: Float64Array.of(3) }, opt.init(params), params);
 * assertAlmostEquals(updates.w[0]!, 1, 1e-5);
 * ```
 *
 * @see Anil, Gupta, Koren, Singer: Memory efficient adaptive optimization, 2019, Algorithm SM3-II. Optax
 * `scale_by_sm3`.
 */
export function scaleBySm3(options: ScaleBySm3Options = {}): Transform {
  return direction("scaleBySm3", options, {
    declared: SCALE_BY_SM3_OPTIONS,
    rule: (o) => sm3({ ...o, learningRate: 1 }),
  });
}

/** Options of {@linkcode scaleByAcprop}. */
export type ScaleByAcpropOptions = Omit<AcpropOptions, DescentOption>;

export const SCALE_BY_ACPROP_OPTIONS = directionOptions(ACPROP_OPTIONS) satisfies Declarations<
  ScaleByAcpropOptions
>;

/**
 * Replaces the gradients by ACProp's direction: the gradient over the root of AdaBelief's second moment of one update
 * before.
 *
 * ```text
 * u = g / (sqrt(s_hat) + epsilon);  m = beta1 m + (1 - beta1) g;  s = beta2 s + (1 - beta2) (g - m)^2 + epsilonRoot
 * ```
 *
 * The first direction is the gradient.
 *
 * State: `m` and `s` of the parameter's shape: 8 bytes a float32 parameter.
 *
 * Elsewhere: Optax `contrib.scale_by_acprop` is `form: "optax"`.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { scaleByAcprop } from "./scale_by_squares.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const opt = scaleByAcprop();
 * const params = { w: Float64Array.of(1) };
 * const [updates] = opt.update({ w: Float64Array.of(3) }, opt.init(params), params);
 * assertAlmostEquals(updates.w[0]!, 3, 1e-5);
 * ```
 *
 * @see Zhuang et al.: Momentum centering and asynchronous update for adaptive gradient methods, 2021. Optax
 * `contrib.scale_by_acprop`.
 */
export function scaleByAcprop(options: ScaleByAcpropOptions = {}): Transform {
  return direction("scaleByAcprop", options, {
    declared: SCALE_BY_ACPROP_OPTIONS,
    rule: (o) => acprop({ ...o, learningRate: 1 }),
  });
}

/** Options of {@linkcode scaleByMadgrad}. */
export type ScaleByMadgradOptions = Pick<MadgradOptions, "learningRate" | "momentum" | "epsilon">;

export const SCALE_BY_MADGRAD_OPTIONS = {
  learningRate: MADGRAD_OPTIONS.learningRate,
  momentum: MADGRAD_OPTIONS.momentum,
  epsilon: MADGRAD_OPTIONS.epsilon,
} satisfies Declarations<ScaleByMadgradOptions>;

/**
 * Replaces the gradients by MADGRAD's direction: from where its dual averaging lands to the parameter.
 *
 * ```text
 * u = (1 - mu) (w - z)         z as in madgrad
 * ```
 *
 * `learningRate` is the one that the sums are made with, because `z` is not proportional to it; a rate of 1 follows, as
 * `scaleByLearningRate(1)`, which the caller's factor acts on.
 *
 * State: as of `madgrad`: `s`, `v` and `start` of the parameter's shape: 12 bytes a float32 parameter; without momentum 8.
 *
 * Elsewhere: Optax `contrib.scale_by_madgrad`: the same with the other sign, because its updates descend. Without
 * momentum, at other rates than 1, it lands at other points: it always keeps the start.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { scaleByMadgrad } from "./scale_by_squares.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const opt = scaleByMadgrad({ learningRate: 1, momentum: 0.5, epsilon: 0 });
 * const params = { w: Float64Array.of(0) };
 * const [updates] = opt.update({ w: Float64Array.of(8) }, opt.init(params), params);
 * assertAlmostEquals(updates.w[0]!, 1, 1e-12);
 * ```
 *
 * @see Defazio, Jelassi: Adaptivity without compromise: A momentumized, adaptive, dual averaged gradient method for
 * stochastic optimization, 2021, Algorithm 1. Optax `contrib.scale_by_madgrad`.
 */
export function scaleByMadgrad(options: ScaleByMadgradOptions = {}): Transform {
  return direction("scaleByMadgrad", options, {
    declared: SCALE_BY_MADGRAD_OPTIONS,
    rule: madgrad,
    linear: false,
  });
}
