/**
 * L-BFGS as a method for `minimize` and `fit`.
 *
 * @module
 */
import { LbfgsMethod } from "./lbfgs_method.ts";
import type { LbfgsOptions } from "./lbfgs_options.ts";
import type { Minimizer } from "./minimizer.ts";

/**
 * Returns L-BFGS: a quasi-Newton method that builds the inverse Hessian from its last steps and searches along its
 * direction.
 *
 * ```text
 * s = w - w_before, y = g - g_before, rho = 1/(y's), gamma = y's / y'y
 * H = (1 - rho s y') H (1 - rho y s') + rho s s'      for the pairs kept, from gamma 1
 * d = -H g
 * w = w + t d                                         t by the line search
 * ```
 *
 * Both searches look for the strong Wolfe conditions `f(w + t d) <= f(w) + 1e-4 t g'd` and
 * `|g(w + t d)'d| <= 0.9 |g'd|`. It takes the value and the gradient of the whole function, so it needs all examples in
 * each evaluation: give it to `minimize` for a function of your own, or to `fit` for a model in batches of all examples.
 * Noise or dropout between two evaluations would break the search.
 *
 * State: `gradient`, and `s/0`, `y/0` to `s/k`, `y/k` for the pairs that are kept, all in float64:
 * 8 (2 historySize + 1) bytes a parameter.
 *
 * Elsewhere: PyTorch `LBFGS(line_search_fn="strong_wolfe")` and Optax `lbfgs` with `scale_by_zoom_linesearch`: the same
 * points to 1e-9. PyTorch divides the first rate by the sum of the gradient's absolute values if that is above 1, leaves
 * out pairs with y's <= 1e-10, and ends by its tolerances; Optax divides the first direction by the gradient's norm if
 * that is above 1, keeps all pairs but those with y's = 0, and does not end. PyTorch's `step` does 20 iterations with
 * 25 evaluations; `minimize` counts both itself.
 *
 * A trial point may be NaN or infinite. The zoom search treats it as too far, and stays where it is when nothing else is
 * found. The strong Wolfe search treats an infinite value as too far, too; as in PyTorch, it does not recover from a NaN,
 * neither from one of the function nor from one of its own interpolation, when values above 1e154 overflow if squared.
 *
 * @throws {RangeError} when an option is out of its range, or does not go with the line search.
 *
 * @example
 * ```ts
 * import { lbfgs } from "./lbfgs.ts";
 * import { minimize } from "./minimize.ts";
 * import { assertAlmostEquals, assertEquals } from "@std/assert";
 * // Rosenbrock's function: its minimum is at (1, 1).
 * const { params, iterations } = await minimize(
 *   ({ x: [a = 0, b = 0] }) => ({
 *     value: 100 * (b - a * a) ** 2 + (1 - a) ** 2,
 *     grads: { x: Float64Array.of(-400 * a * (b - a * a) - 2 * (1 - a), 200 * (b - a * a)) },
 *   }),
 *   { x: Float64Array.of(-1.2, 1) },
 *   { method: lbfgs() },
 * );
 * assertAlmostEquals(params.x[1]!, 1, 1e-4);
 * assertEquals(iterations, 34);
 * ```
 *
 * @see Liu, Nocedal: On the limited memory BFGS method for large scale optimization, 1989, Algorithm 2.1.
 * @see Nocedal, Wright: Numerical Optimization, 2006, Algorithms 7.4 and 7.5.
 */
export function lbfgs(options: LbfgsOptions = {}): Minimizer {
  return new LbfgsMethod(options);
}
