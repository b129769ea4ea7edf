import type { Declarations } from "../../options/mod.ts";
import { above0, atLeast0 } from "../common.ts";
import { add, div, dot, each, equal, mul, sqrt, where } from "../language/mod.ts";
import { type Transform, transform } from "../optimizer.ts";
import { type Hyperparameter, inStep, ruleOptions } from "../scheduled.ts";

/** Options of {@linkcode normalizeByUpdateNorm}. */
export interface NormalizeByUpdateNormOptions {
  /** The norm of the result: above 0, or a schedule. 1 by default. */
  scaleFactor?: Hyperparameter;
  /** Added to the norm: at least 0, or a schedule. 1e-6 by default. */
  epsilon?: Hyperparameter;
}

export const NORMALIZE_BY_UPDATE_NORM_OPTIONS = {
  scaleFactor: above0(1),
  epsilon: atLeast0(1e-6),
} satisfies Declarations<NormalizeByUpdateNormOptions>;

/**
 * Divides all updates together by their Euclidean norm: normalized gradient descent as a link.
 *
 * ```text
 * u = scaleFactor g / (||all g|| + epsilon);  0 where the divisor is 0
 * ```
 *
 * State: none.
 *
 * Elsewhere: Optax `normalize_by_update_norm`: the same. Optax `contrib.normalize` is `epsilon: 0`, but is NaN where all
 * gradients are zero.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { normalizeByUpdateNorm } from "./normalize.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const opt = normalizeByUpdateNorm({ scaleFactor: 10, epsilon: 0 });
 * const params = { a: Float64Array.of(0), b: Float64Array.of(0) };
 * const [updates] = opt.update({ a: Float64Array.of(3), b: Float64Array.of(4) }, opt.init(params), params);
 * assertAlmostEquals(updates.a[0]!, 6, 1e-12);
 * ```
 *
 * @see Hazan, Levy, Shalev-Shwartz: Beyond convexity: Stochastic quasi-convex optimization, 2015, Algorithm 1. Optax
 * `normalize_by_update_norm`.
 */
export function normalizeByUpdateNorm(options: NormalizeByUpdateNormOptions = {}): Transform {
  const o = ruleOptions("normalizeByUpdateNorm", options, NORMALIZE_BY_UPDATE_NORM_OPTIONS);
  return transform({
    name: "normalizeByUpdateNorm",
    hyperparameters: o,
    rule: {
      slots: () => ({}),
      update({ grads, at }) {
        const divisor = add(sqrt(dot(grads, grads)), inStep(at, "epsilon", o.epsilon));
        const scale = div(inStep(at, "scaleFactor", o.scaleFactor), where(equal(divisor, 0), 1, divisor));
        return { updates: each(Object.keys(grads), (p) => mul(scale, grads[p]!)), state: {} };
      },
    },
  });
}
