import type { Declarations } from "../../options/mod.ts";
import { rate, tuned } from "../common.ts";
import type { Optimizer } from "../optimizer.ts";
import { type Hyperparameter, type LearningRate, ruleOptions } from "../scheduled.ts";
import { sgd } from "./sgd.ts";

/** Options of {@linkcode nesterov}. */
export interface NesterovOptions {
  /** The learning rate: a finite number of at least 0, or a schedule. 1e-3 by default. */
  learningRate?: LearningRate;
  /** Share of the buffer that is kept, `mu`: in (0, 1), or a schedule. 0.9 by default. */
  momentum?: Hyperparameter;
}

export const NESTEROV_OPTIONS = {
  learningRate: rate(1e-3),
  momentum: tuned("in (0, 1)", 0.9),
} satisfies Declarations<NesterovOptions>;

/**
 * Nesterov's accelerated gradient: momentum in the form of PyTorch, Optax and tfjs, which takes the gradient where the parameters
 * are: `sgd` with `nesterov`.
 *
 * ```text
 * b = mu b + g;  u = -eta (g + mu b)
 * ```
 *
 * Nesterov's own form takes it at the point looked ahead to; the parameters here are that point.
 *
 * State: `b` of the parameter's shape: 4 bytes a float32 parameter. Default rate 1e-3.
 *
 * Elsewhere: PyTorch `SGD(nesterov=True)`, Optax `sgd(nesterov=True)`: the same.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { nesterov } from "./nesterov.ts";
 * import { assertEquals } from "@std/assert";
 * const opt = nesterov({ learningRate: 1, momentum: 0.5 });
 * const params = { w: Float64Array.of(0) };
 * const [updates] = opt.update({ w: Float64Array.of(1) }, opt.init(params), params);
 * assertEquals(updates.w[0], -1.5);
 * ```
 *
 * @see Nesterov: A method for solving the convex programming problem with convergence rate O(1/k^2), 1983; Sutskever et
 * al., 2013, section 2.
 */
export function nesterov(options: NesterovOptions = {}): Optimizer {
  return sgd({ ...ruleOptions("nesterov", options, NESTEROV_OPTIONS), nesterov: true });
}
