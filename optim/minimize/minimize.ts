/**
 * Minimization of functions on the host.
 *
 * @module
 */
import { checkNumber, checkOptions, type OptionNames } from "../../options/mod.ts";
import type { Params } from "../params.ts";
import type { OptimizerState } from "../state.ts";
import { lbfgs } from "./lbfgs.ts";
import { type Converged, type Evaluate, isMinimizer, type Minimizer } from "./minimizer.ts";

/** An iteration, as {@linkcode minimize} reports it. */
export interface MinimizeProgress<P extends Params = Params> {
  /** Iterations done, from 1. */
  readonly iteration: number;
  /** Evaluations of the function, the one at the start included. */
  readonly evaluations: number;
  /** The parameters after it. */
  readonly params: P;
  /** The value there. */
  readonly value: number;
  /** The multiple of the direction that was taken. */
  readonly rate: number;
}

/** Options of {@linkcode minimize}. */
export interface MinimizeOptions<P extends Params = Params> {
  /** The method; `lbfgs()` by default. */
  method?: Minimizer;
  /** The most iterations, at least 1; 1000 by default. */
  maxIterations?: number;
  /**
   * Evaluations after which it ends, at least 1; without a limit by default. A line search that has begun may take one
   * more.
   */
  maxEvaluations?: number;
  /** Called after each iteration. */
  onIteration?: (progress: MinimizeProgress<P>) => void;
}

const MINIMIZE_OPTIONS = {
  method: false,
  maxIterations: false,
  maxEvaluations: false,
  onIteration: "function",
} satisfies OptionNames<MinimizeOptions>;

/** The result of {@linkcode minimize}. */
export interface MinimizeResult<P extends Params = Params> {
  /** The parameters that were reached. */
  readonly params: P;
  /** The value there. */
  readonly value: number;
  /** The method's state there. */
  readonly state: OptimizerState;
  /** Iterations done. */
  readonly iterations: number;
  /** Evaluations of the function. */
  readonly evaluations: number;
  /**
   * Why it ended: a rule of the method, a limit (`"iterations"`, `"evaluations"`), or a step to a value that is NaN or
   * infinite (`"not finite"`): `params` are then those before that step.
   */
  readonly reason: Converged | "iterations" | "evaluations" | "not finite";
}

/**
 * Minimizes a function whose value and gradient can be computed, from given parameters, in float64 on the host.
 *
 * Parameters of float32 are rounded at every point that is evaluated; the method's own numbers are float64.
 *
 * @param evaluate returns the value and the gradients at parameters, which it must not change
 * @throws {RangeError} when an option is unknown or out of its range
 * @throws {TypeError} when `method` is no minimizer, or gradients do not match the parameters.
 *
 * @example
 * ```ts
 * import { minimize } from "./minimize.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const { params, reason } = await minimize(
 *   ({ w }) => ({ value: (w[0]! - 3) ** 2, grads: { w: Float64Array.of(2 * (w[0]! - 3)) } }),
 *   { w: Float64Array.of(10) },
 * );
 * assertAlmostEquals(params.w[0]!, 3, 1e-9);
 * console.log(reason); // gradient
 * ```
 */
export async function minimize<P extends Params>(
  evaluate: Evaluate<P>,
  params: P,
  options: MinimizeOptions<P> = {},
): Promise<MinimizeResult<P>> {
  checkOptions<MinimizeOptions<P>, typeof MINIMIZE_OPTIONS>("minimize", options, MINIMIZE_OPTIONS);
  const { method = lbfgs(), maxIterations = 1000, maxEvaluations = Infinity, onIteration } = options;
  if (!isMinimizer(method)) throw new TypeError("minimize: method must be a minimizer, such as lbfgs()");
  checkNumber("maxIterations", maxIterations, "an integer of at least 1");
  if (maxEvaluations !== Infinity) checkNumber("maxEvaluations", maxEvaluations, "an integer of at least 1");
  let reached = { params, state: await method.init(params, evaluate) };
  let [value, evaluations, iterations] = [valueOf(reached.state), 1, 0];
  const result = (reason: MinimizeResult["reason"]) => ({
    ...reached,
    value,
    iterations,
    evaluations,
    reason,
  });
  if (!Number.isFinite(value)) return result("not finite");
  while (true) {
    const left = { maxEvaluations: maxEvaluations - evaluations };
    const step = await method.step(reached, evaluate, left);
    evaluations += step.evaluations;
    if (step.evaluations === 0) return result(step.converged!);
    iterations++;
    if (!Number.isFinite(step.value)) return result("not finite");
    reached = { params: step.params, state: step.state };
    value = step.value;
    onIteration?.({ iteration: iterations, evaluations, params: step.params, value, rate: step.rate });
    if (iterations >= maxIterations) return result("iterations");
    if (evaluations >= maxEvaluations) return result("evaluations");
    if (step.converged !== null) return result(step.converged);
  }
}

function valueOf({ slots }: OptimizerState): number {
  return Number(slots.value!.data[0]);
}
