import { checkNumber, checkOptions, type OptionNames } from "../../options/mod.ts";
import {
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

/**
 * Clips each element to `[-limit, limit]`.
 *
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
export function clip(limit: number): Transform {
  checkNumber("limit", limit, "a finite number above 0");
  const rule = perParameter({}, ({ g }) => ({ u: max(min(g, limit), -limit) }));
  return transform({ name: "clip", rule });
}

/** Returns `x`, shrunk to a norm of `limit` if its norm is greater; NaN if the norm is NaN. */
function shrunkTo(x: Expr, { size, limit }: { size: Expr; limit: number }): Expr {
  return where(greater(limit, size), x, mul(div(x, size), limit));
}

/**
 * Clips each parameter's update to a Euclidean norm.
 *
 * ```text
 * u = g min(1, limit / ||g||)
 * ```
 *
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
export function clipByNorm(limit: number): Transform {
  checkNumber("limit", limit, "a finite number above 0");
  const rule = perParameter({}, ({ g }) => ({ u: shrunkTo(g, { size: norm(g), limit }) }));
  return transform({ name: "clipByNorm", rule });
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
export function clipByGlobalNorm(limit: number): Transform {
  checkNumber("limit", limit, "a finite number above 0");
  return transform({
    name: "clipByGlobalNorm",
    rule: {
      slots: () => ({}),
      update({ grads }) {
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
export function clipByBlockRms(limit: number): Transform {
  checkNumber("limit", limit, "a finite number above 0");
  const rule = perParameter({}, ({ g }) => ({ u: div(g, max(1, div(sqrt(mean(square(g))), limit))) }));
  return transform({ name: "clipByBlockRms", rule });
}

/** Options of {@linkcode adaptiveGradClip}. */
export interface AdaptiveGradClipOptions {
  /** @deprecated Give the limit before the options: `adaptiveGradClip(limit, options)`. */
  limit?: number;
  /** The least norm that a unit's weights count with: above 0. 1e-3 by default. */
  epsilon?: number;
  /** The axis of the units, such as a layer's outputs, in a tensor of two or more dimensions. 0 by default. */
  unitAxis?: number;
}

const ADAPTIVE_GRAD_CLIP_OPTIONS = { limit: false, epsilon: false, unitAxis: false } satisfies OptionNames<
  AdaptiveGradClipOptions
>;

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
 * @param limit the greatest ratio of a unit's gradient to its weights: above 0
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
export function adaptiveGradClip(limit: number, options?: AdaptiveGradClipOptions): Transform;
/**
 * Clips each unit's gradient to a share of the norm of its weights.
 *
 * @deprecated Give the limit before the options, as to `clip`: `adaptiveGradClip(limit, options)`.
 */
export function adaptiveGradClip(options: AdaptiveGradClipOptions): Transform;
export function adaptiveGradClip(
  given: number | AdaptiveGradClipOptions,
  more: AdaptiveGradClipOptions = {},
): Transform {
  const options = typeof given === "number" ? { ...more, limit: given } : given;
  checkOptions("adaptiveGradClip", options, ADAPTIVE_GRAD_CLIP_OPTIONS);
  const { limit, epsilon = 1e-3, unitAxis = 0 } = options;
  checkNumber("limit", limit, "a finite number above 0");
  checkNumber("epsilon", epsilon, "a finite number above 0");
  checkNumber("unitAxis", unitAxis, "an integer of at least 0");
  const unitNorm = (x: Expr) => {
    if (x.shape.length < 2) return norm(x);
    return sqrt(sum(square(x), x.shape.flatMap((_, axis) => (axis === unitAxis ? [] : [axis]))));
  };
  const rule = perParameter({}, ({ g, w }) => {
    const [size, greatest] = [unitNorm(g), mul(limit, max(unitNorm(w), epsilon))];
    return { u: where(greater(greatest, size), g, mul(g, div(greatest, max(size, 1e-6)))) };
  });
  return transform({ name: "adaptiveGradClip", rule });
}
