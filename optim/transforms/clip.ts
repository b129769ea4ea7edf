import { type Declarations, fixed } from "../../options/mod.ts";
import { above0 } from "../common.ts";
import {
  type Arg,
  div,
  dot,
  each,
  type Expr,
  greater,
  max,
  mean,
  min,
  mul,
  norm,
  perParameter,
  sqrt,
  square,
  sum,
  where,
} from "../language/mod.ts";
import { type Transform, transform } from "../optimizer.ts";
import { type Hyperparameter, inStep, ruleOptions } from "../scheduled.ts";

/** The declaration of the limit of {@linkcode clip} and the other functions that clip. */
export const CLIP_OPTIONS = {
  limit: { kind: "number", range: "a finite number above 0", schedule: true, required: true },
} satisfies Declarations<{ limit: Hyperparameter }>;

/** Returns a limit, checked. */
function limitOf(name: string, limit: Hyperparameter): Hyperparameter {
  return ruleOptions(name, { limit }, CLIP_OPTIONS).limit;
}

/**
 * Clips each element to `[-limit, limit]`.
 *
 * @param limit above 0, or a schedule
 * @throws {RangeError} when the limit is not above 0.
 *
 * @example
 * ```ts
 * import { clip } from "./clip.ts";
 * import { assertEquals } from "@std/assert";
 * const opt = clip(1);
 * const params = { w: Float64Array.of(0, 0) };
 * const [updates] = opt.update({ w: Float64Array.of(-3, 0.5) }, opt.init(params), params);
 * assertEquals(updates.w, Float64Array.of(-1, 0.5));
 * ```
 *
 * @see PyTorch `clip_grad_value_`, Optax `clip`.
 */
export function clip(limit: Hyperparameter): Transform {
  const value = limitOf("clip", limit);
  const rule = perParameter({}, ({ g }, at) => {
    const [most, least] = [inStep(at, "limit", value), inStep(at, "-limit", value, (v) => -v)];
    return { u: max(min(g, most), least) };
  });
  return transform({ name: "clip", rule, hyperparameters: { limit: value } });
}

/** Returns `x`, shrunk to a norm of `limit` if its norm is greater; NaN if the norm is NaN. */
export function shrunkTo(x: Expr, { size, limit }: { size: Expr; limit: Arg }): Expr {
  return where(greater(limit, size), x, mul(div(x, size), limit));
}

/**
 * Clips each parameter's update to a Euclidean norm.
 *
 * ```text
 * u = g min(1, limit / ||g||)
 * ```
 *
 * @param limit above 0, or a schedule
 * @throws {RangeError} when the limit is not above 0.
 *
 * @example
 * ```ts
 * import { clipByNorm } from "./clip.ts";
 * import { assertEquals } from "@std/assert";
 * const opt = clipByNorm(1);
 * const params = { w: Float64Array.of(0, 0) };
 * const [updates] = opt.update({ w: Float64Array.of(0, 4) }, opt.init(params), params);
 * assertEquals(updates.w, Float64Array.of(0, 1));
 * ```
 *
 * @see TensorFlow `clip_by_norm`.
 */
export function clipByNorm(limit: Hyperparameter): Transform {
  const value = limitOf("clipByNorm", limit);
  const rule = perParameter({}, ({ g }, at) => ({
    u: shrunkTo(g, { size: norm(g), limit: inStep(at, "limit", value) }),
  }));
  return transform({ name: "clipByNorm", rule, hyperparameters: { limit: value } });
}

/**
 * Clips all updates together to a Euclidean norm.
 *
 * ```text
 * u = g min(1, limit / ||all g||)
 * ```
 *
 * PyTorch adds 1e-6 to the norm; here, as in Optax, a clipped update has exactly the norm `limit`.
 *
 * @param limit above 0, or a schedule
 * @throws {RangeError} when the limit is not above 0.
 *
 * @example
 * ```ts
 * import { clipByGlobalNorm } from "./clip.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const opt = clipByGlobalNorm(1);
 * const params = { a: Float64Array.of(0), b: Float64Array.of(0) };
 * const [updates] = opt.update({ a: Float64Array.of(3), b: Float64Array.of(4) }, opt.init(params), params);
 * assertAlmostEquals(updates.a[0]!, 0.6, 1e-12);
 * ```
 *
 * @see Pascanu, Mikolov, Bengio: On the difficulty of training recurrent neural networks, 2013, Algorithm 1. PyTorch
 * `clip_grad_norm_`, Optax `clip_by_global_norm`.
 */
export function clipByGlobalNorm(limit: Hyperparameter): Transform {
  const value = limitOf("clipByGlobalNorm", limit);
  return transform({
    name: "clipByGlobalNorm",
    hyperparameters: { limit: value },
    rule: {
      slots: () => ({}),
      update({ grads, at }) {
        const limit = inStep(at, "limit", value);
        const size = sqrt(dot(grads, grads));
        return { updates: each(Object.keys(grads), (p) => shrunkTo(grads[p]!, { size, limit })), state: {} };
      },
    },
  });
}

/**
 * Clips each parameter's update to a root mean square.
 *
 * ```text
 * u = g / max(1, rms(g) / limit)
 * ```
 *
 * @param limit above 0, or a schedule
 * @throws {RangeError} when the limit is not above 0.
 *
 * @example
 * ```ts
 * import { clipByBlockRms } from "./clip.ts";
 * import { assertEquals } from "@std/assert";
 * const opt = clipByBlockRms(1);
 * const params = { w: Float64Array.of(0, 0) };
 * const [updates] = opt.update({ w: Float64Array.of(2, -2) }, opt.init(params), params);
 * assertEquals(updates.w, Float64Array.of(1, -1));
 * ```
 *
 * @see Shazeer, Stern: Adafactor, 2018, section 6. Optax `clip_by_block_rms`.
 */
export function clipByBlockRms(limit: Hyperparameter): Transform {
  const value = limitOf("clipByBlockRms", limit);
  const rule = perParameter({}, ({ g }, at) => ({
    u: div(g, max(1, div(sqrt(mean(square(g))), inStep(at, "limit", value)))),
  }));
  return transform({ name: "clipByBlockRms", rule, hyperparameters: { limit: value } });
}

/** Options of {@linkcode adaptiveGradClip}. */
export interface AdaptiveGradClipOptions {
  /** @deprecated Give the limit before the options: `adaptiveGradClip(limit, options)`. */
  limit?: Hyperparameter;
  /** The least norm that a unit's weights count with: above 0, or a schedule. 1e-3 by default. */
  epsilon?: Hyperparameter;
  /** The axis of the units, such as a layer's outputs, in a tensor of two or more dimensions. 0 by default. */
  unitAxis?: number;
}

export const ADAPTIVE_GRAD_CLIP_OPTIONS = {
  ...CLIP_OPTIONS,
  epsilon: above0(1e-3),
  unitAxis: fixed("an integer of at least 0", 0),
} satisfies Declarations<AdaptiveGradClipOptions>;

/**
 * Clips each unit's gradient to a share of the norm of its weights: adaptive gradient clipping.
 *
 * ```text
 * u = g min(1, limit max(||w_i||, epsilon) / ||g_i||)          i: a unit; a vector or scalar is one unit
 * ```
 *
 * The first dimension counts the outputs, as in PyTorch's layout; Optax's `adaptive_grad_clip` sums over the first
 * dimension, the inputs in JAX's layout: `unitAxis: 1` for matrices.
 *
 * @param limit the greatest ratio of a unit's gradient to its weights: above 0, or a schedule
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { adaptiveGradClip } from "./clip.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const opt = adaptiveGradClip(0.1);
 * const params = { w: Float64Array.of(3, 4) };
 * const [updates] = opt.update({ w: Float64Array.of(0, 7) }, opt.init(params), params);
 * assertAlmostEquals(updates.w[1]!, 0.5, 1e-12);
 * ```
 *
 * @see Brock, De, Smith, Simonyan: High-performance large-scale image recognition without normalization, 2021, equation 3.
 */
export function adaptiveGradClip(limit: Hyperparameter, options?: AdaptiveGradClipOptions): Transform;
/**
 * Clips each unit's gradient to a share of the norm of its weights.
 *
 * @deprecated Give the limit before the options, as to `clip`: `adaptiveGradClip(limit, options)`.
 */
export function adaptiveGradClip(options: AdaptiveGradClipOptions): Transform;
export function adaptiveGradClip(
  given: Hyperparameter | AdaptiveGradClipOptions,
  more: AdaptiveGradClipOptions = {},
): Transform {
  const options = typeof given === "object" ? given : { ...more, limit: given };
  const o = ruleOptions("adaptiveGradClip", options, ADAPTIVE_GRAD_CLIP_OPTIONS);
  const unitNorm = (x: Expr) => {
    if (x.shape.length < 2) return norm(x);
    return sqrt(sum(square(x), x.shape.flatMap((_, axis) => (axis === o.unitAxis ? [] : [axis]))));
  };
  const rule = perParameter({}, ({ g, w }, at) => {
    const least = inStep(at, "epsilon", o.epsilon);
    const [size, greatest] = [unitNorm(g), mul(inStep(at, "limit", o.limit), max(unitNorm(w), least))];
    return { u: where(greater(greatest, size), g, mul(g, div(greatest, max(size, 1e-6)))) };
  });
  return transform({ name: "adaptiveGradClip", rule, hyperparameters: o });
}
