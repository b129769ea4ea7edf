import type { Declarations } from "../../options/mod.ts";
import { tuned } from "../common.ts";
import { add, mul, perParameter, sub } from "../language/mod.ts";
import { type Transform, transform } from "../optimizer.ts";
import { type Hyperparameter, inStep, ruleOptions, valueAt } from "../scheduled.ts";

/** Options of {@linkcode scaleByOptimisticGradient}. */
export interface ScaleByOptimisticGradientOptions {
  /** The factor on the gradient, `alpha`: a finite number, or a schedule. 1 by default. */
  alpha?: Hyperparameter;
  /** The factor on its change, `beta`: a finite number, or a schedule. 1 by default. */
  beta?: Hyperparameter;
}

export const SCALE_BY_OPTIMISTIC_GRADIENT_OPTIONS = {
  alpha: tuned("a finite number", 1),
  beta: tuned("a finite number", 1),
} satisfies Declarations<ScaleByOptimisticGradientOptions>;

/**
 * Adds the change of the gradient since the last update: a step ahead of the gradient, for games of several players.
 *
 * ```text
 * u = alpha g + beta (g - g_before);  g_before = g at the first update
 * ```
 *
 * State: `p`, the gradient before, of the parameter's shape: 4 bytes a float32 parameter.
 *
 * Elsewhere: Optax `scale_by_optimistic_gradient`: the same.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { scaleByOptimisticGradient } from "./scale_by_optimistic_gradient.ts";
 * import { assertEquals } from "@std/assert";
 * const opt = scaleByOptimisticGradient({ beta: 0.5 });
 * const params = { w: Float64Array.of(0) };
 * const [first, state] = opt.update({ w: Float64Array.of(1) }, opt.init(params), params);
 * const [second] = opt.update({ w: Float64Array.of(3) }, state, params);
 * assertEquals([first.w[0], second.w[0]], [1, 4]);
 * ```
 *
 * @see Mokhtari, Ozdaglar, Pattathil: A unified analysis of extra-gradient and optimistic gradient methods for saddle
 * point problems, 2020. Optax `scale_by_optimistic_gradient`.
 */
export function scaleByOptimisticGradient(options: ScaleByOptimisticGradientOptions = {}): Transform {
  const { alpha, beta } = ruleOptions(
    "scaleByOptimisticGradient",
    options,
    SCALE_BY_OPTIMISTIC_GRADIENT_OPTIONS,
  );
  const rule = perParameter({ p: 0 }, ({ g, p }, at) => {
    const change = mul(at("beta", ({ t }) => (t === 1 ? 0 : valueAt(beta, t))), sub(g, p));
    return { u: add(mul(inStep(at, "alpha", alpha), g), change), p: g };
  });
  return transform({ name: "scaleByOptimisticGradient", rule, hyperparameters: { alpha, beta } });
}
