/**
 * A backtracking line search around an update rule, as a method for `minimize` and `fit`.
 *
 * @module
 */
import { filledOptions } from "../../options/mod.ts";
import { checkOptimizer } from "../check_optimizer.ts";
import type { Optimizer } from "../protocol.ts";
import { BacktrackingMethod } from "./backtracking_method.ts";
import { BACKTRACKING_OPTIONS, type BacktrackingOptions } from "./backtracking_options.ts";
import type { Minimizer } from "./minimizer.ts";

/**
 * Returns a method that takes the direction of an update rule, and searches for its length: it shortens the step until
 * the value falls by enough (Armijo's condition).
 *
 * ```text
 * u = the rule's update at w                             its learning rate included
 * r = min(increaseFactor r, maxLearningRate)             r before the first search: 1
 * while f(w + r u) > (1 + rtol) f(w) + c r g'u + atol:   r = decreaseFactor r
 * w = w + r u
 * ```
 *
 * A value of NaN does not suffice. After `maxBacktrackingSteps` reductions the last point is taken, unless its value is
 * NaN or infinite: then the method stays where it is, and ends with the reason `"step"`.
 *
 * It suits rules whose updates descend, such as `sgd({ learningRate: 1 })`; those of Adam or of momentum may not. The
 * condition compares values of one function, so `fit` takes it for batches of all examples alone. Each trial computes
 * the gradient as well.
 *
 * State: the value, the rate, `gradient` in float64 (8 bytes a parameter), and the slots of the rule.
 *
 * Elsewhere: Optax `chain(rule, scale_by_backtracking_linesearch(15, store_grad=True))`: the same points to 1e-9. There
 * transforms may follow the search, and a search that finds no finite value leaves a rate of 0, with which the training
 * never moves again.
 *
 * @throws {TypeError} when `rule` is no optimizer
 * @throws {RangeError} when an option is out of its range; when the rule takes several gradients an update, those of single
 * examples, or estimates of the Hessian, or evaluates at other parameters than it trains.
 *
 * @example
 * ```ts
 * import { backtracking } from "./backtracking.ts";
 * import { minimize } from "./minimize.ts";
 * import { sgd } from "../rules/sgd.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * // A rate of 1 diverges on 50 x^2; the search finds those that descend.
 * const { params } = await minimize(
 *   ({ x: [a = 0] }) => ({ value: 50 * a * a, grads: { x: Float64Array.of(100 * a) } }),
 *   { x: Float64Array.of(3) },
 *   { method: backtracking(sgd({ learningRate: 1 }), { maxBacktrackingSteps: 40 }), maxIterations: 50 },
 * );
 * assertAlmostEquals(params.x[0]!, 0, 1e-3);
 * ```
 *
 * @see Armijo: Minimization of functions having Lipschitz continuous first partial derivatives, 1966.
 * @see Vaswani et al.: Painless stochastic gradient: interpolation, line-search, and convergence rates, 2019.
 */
export function backtracking(rule: Optimizer, options: BacktrackingOptions = {}): Minimizer {
  checkOptimizer("backtracking: the rule inside", rule);
  return new BacktrackingMethod(rule, filledOptions("backtracking", options, BACKTRACKING_OPTIONS));
}
