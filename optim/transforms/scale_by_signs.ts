/**
 * The directions of rules of signs and norms as links of a chain.
 *
 * Each is made of the rule itself by `direction`, without its rate, its decay and its sign: `scaleByLearningRate` after it
 * descends, and other links can stand between.
 *
 * @module
 */
import type { Declarations } from "../../options/mod.ts";
import type { Transform } from "../optimizer.ts";
import { lion, LION_OPTIONS, type LionOptions } from "../rules/lion.ts";
import { novograd, NOVOGRAD_OPTIONS, type NovogradOptions } from "../rules/novograd.ts";
import { polyak, POLYAK_OPTIONS, type PolyakOptions } from "../rules/polyak.ts";
import { rprop, RPROP_OPTIONS, type RpropOptions } from "../rules/rprop.ts";
import { signSgd } from "../rules/sign_sgd.ts";
import { type DescentOption, direction, directionOptions } from "./direction.ts";

/**
 * Replaces the gradients by signSGD's direction: the signs of the gradient.
 *
 * ```text
 * u = sign(g)
 * ```
 *
 * State: none.
 *
 * Elsewhere: Optax `scale_by_sign`: the same.
 *
 * @example
 * ```ts
 * import { scaleBySign } from "./scale_by_signs.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const opt = scaleBySign();
 * const params = { w: Float64Array.of(1) };
 * const [updates] = opt.update({ w: Float64Array.of(3) }, opt.init(params), params);
 * assertAlmostEquals(updates.w[0]!, 1, 1e-5);
 * ```
 *
 * @see Bernstein, Wang, Azizzadenesheli, Anandkumar: signSGD: Compressed optimization for non-convex problems,
 * 2018, Algorithm 1. Optax `scale_by_sign`.
 */
export function scaleBySign(): Transform {
  return direction("scaleBySign", {}, { declared: {}, rule: () => signSgd({ learningRate: 1 }) });
}

/** Options of {@linkcode scaleByLion}. */
export type ScaleByLionOptions = Omit<LionOptions, DescentOption>;

export const SCALE_BY_LION_OPTIONS = directionOptions(LION_OPTIONS) satisfies Declarations<
  ScaleByLionOptions
>;

/**
 * Replaces the gradients by Lion's direction: the sign of a momentum.
 *
 * ```text
 * u = sign(beta1 m + (1 - beta1) g);  m = beta2 m + (1 - beta2) g
 * ```
 *
 * State: `m` of the parameter's shape: 4 bytes a float32 parameter.
 *
 * Elsewhere: Optax `scale_by_lion` with `mode="hard"`: the same.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { scaleByLion } from "./scale_by_signs.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const opt = scaleByLion();
 * const params = { w: Float64Array.of(1) };
 * const [updates] = opt.update({ w: Float64Array.of(3) }, opt.init(params), params);
 * assertAlmostEquals(updates.w[0]!, 1, 1e-5);
 * ```
 *
 * @see Chen et al.: Symbolic discovery of optimization algorithms, 2023, Program 1. Optax `scale_by_lion`.
 */
export function scaleByLion(options: ScaleByLionOptions = {}): Transform {
  return direction("scaleByLion", options, {
    declared: SCALE_BY_LION_OPTIONS,
    rule: (o) => lion({ ...o, learningRate: 1 }),
  });
}

/** Options of {@linkcode scaleByRprop}. */
export type ScaleByRpropOptions = Omit<RpropOptions, "maximize">;

const { maximize: ___, ...RPROP } = RPROP_OPTIONS;
export const SCALE_BY_RPROP_OPTIONS = RPROP satisfies Declarations<ScaleByRpropOptions>;

/**
 * Replaces the gradients by Rprop's direction: signs of the gradient times a step size for each element, for full
 * batches.
 *
 * ```text
 * u = sign(g) s         s grows while the sign is kept, and shrinks when it changes, as in rprop
 * ```
 *
 * `learningRate` is the first step size, so no rate follows: `scale(-1)` descends.
 *
 * State: `s` and `p` of the parameter's shape: 8 bytes a float32 parameter.
 *
 * Elsewhere: Optax `scale_by_rprop` is `form: "optax"`.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { scaleByRprop } from "./scale_by_signs.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const opt = scaleByRprop({ learningRate: 0.5 });
 * const params = { w: Float64Array.of(1) };
 * const [updates] = opt.update({ w: Float64Array.of(3) }, opt.init(params), params);
 * assertAlmostEquals(updates.w[0]!, 0.5, 1e-5);
 * ```
 *
 * @see Riedmiller, Braun: A direct adaptive method for faster backpropagation learning: The RPROP algorithm, 1993.
 * Optax `scale_by_rprop`.
 */
export function scaleByRprop(options: ScaleByRpropOptions = {}): Transform {
  return direction("scaleByRprop", options, {
    declared: SCALE_BY_RPROP_OPTIONS,
    rule: rprop,
    linear: false,
  });
}

/** Options of {@linkcode scaleByNovograd}. */
export type ScaleByNovogradOptions = Omit<NovogradOptions, "learningRate" | "maximize">;

const { learningRate: _, maximize: __, ...OWN } = NOVOGRAD_OPTIONS;
export const SCALE_BY_NOVOGRAD_OPTIONS = OWN satisfies Declarations<ScaleByNovogradOptions>;

/**
 * Replaces the gradients by NovoGrad's direction: a momentum of gradients over an average of their norms.
 *
 * ```text
 * v = beta2 v + (1 - beta2) ||g||^2;  m = beta1 m + g / (sqrt(v) + epsilon) + weightDecay w;  u = m
 * ```
 *
 * State: `m` of the parameter's shape and the scalar `v`: 4 bytes a float32 parameter.
 *
 * Elsewhere: Optax `scale_by_novograd`: the same; its default epsilon is 1e-8.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { scaleByNovograd } from "./scale_by_signs.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const opt = scaleByNovograd();
 * const params = { w: Float64Array.of(1) };
 * const [updates] = opt.update({ w: Float64Array.of(3) }, opt.init(params), params);
 * assertAlmostEquals(updates.w[0]!, 1, 1e-5);
 * ```
 *
 * @see Ginsburg et al.: Stochastic gradient methods with layer-wise adaptive moments, 2019, Algorithm 1. Optax
 * `scale_by_novograd`.
 */
export function scaleByNovograd(options: ScaleByNovogradOptions = {}): Transform {
  return direction("scaleByNovograd", options, {
    declared: SCALE_BY_NOVOGRAD_OPTIONS,
    rule: (o) => novograd({ ...o, learningRate: 1 }),
  });
}

/** Options of {@linkcode scaleByPolyak}. */
export type ScaleByPolyakOptions = Omit<PolyakOptions, DescentOption>;

export const SCALE_BY_POLYAK_OPTIONS = directionOptions(POLYAK_OPTIONS) satisfies Declarations<
  ScaleByPolyakOptions
>;

/**
 * Replaces the gradients by Polyak's step: the gradient times the gap of the loss over its squared norm.
 *
 * ```text
 * u = min((f - minimum) / (||all g||^2 + epsilon), maxLearningRate) g
 * ```
 *
 * A rate of 1 follows, or the `scaling` of Optax's `polyak_sgd`. It reads the loss, as `polyak` does.
 *
 * State: none.
 *
 * Elsewhere: Optax `scale_by_polyak`: the same.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { scaleByPolyak } from "./scale_by_signs.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const opt = scaleByPolyak();
 * const params = { w: Float64Array.of(1) };
 * const [updates] = opt.update({ w: Float64Array.of(2) }, opt.init(params), params, { value: 2 });
 * assertAlmostEquals(updates.w[0]!, 1, 1e-5);
 * ```
 *
 * @see Loizou, Vaswani, Laradji, Lacoste-Julien: Stochastic Polyak step-size for SGD, 2021, equation 5. Optax
 * `scale_by_polyak`.
 */
export function scaleByPolyak(options: ScaleByPolyakOptions = {}): Transform {
  return direction("scaleByPolyak", options, {
    declared: SCALE_BY_POLYAK_OPTIONS,
    rule: (o) => polyak({ ...o, learningRate: 1 }),
  });
}
