/**
 * The interface of minimizers: methods that choose where to take their gradients. Types only.
 *
 * @module
 */
import type { Params } from "../params.ts";
import type { OptimizerState } from "../state.ts";

/** The value and the gradient of a function. */
export interface ValueAndGrads {
  /** The value. NaN and infinity are allowed at trial points. */
  readonly value: number;
  /** The gradients, of the names, types and shapes of the parameters. */
  readonly grads: Params;
}

/** A function to minimize: returns its value and gradient, or a promise of them. */
export type Evaluate<P extends Params = Params> = (params: P) => ValueAndGrads | Promise<ValueAndGrads>;

/**
 * The reason to end a minimization.
 *
 * - `"gradient"`: no element of the gradient is above `toleranceGrad`.
 * - `"slope"`: the direction does not descend by more than `toleranceChange`; nothing was evaluated.
 * - `"step"`: no parameter changed by more than `toleranceChange`.
 * - `"value"`: the value changed by less than `toleranceChange`.
 */
export type Converged = "gradient" | "slope" | "step" | "value";

/** The result of one iteration. */
export interface MinimizerStep<P extends Params = Params> {
  /** The parameters after the step, in new arrays. */
  readonly params: P;
  /** The state after the step. */
  readonly state: OptimizerState;
  /** The value at `params`. */
  readonly value: number;
  /** The multiple of the direction that was taken. */
  readonly rate: number;
  /** Evaluations of the function in this step. */
  readonly evaluations: number;
  /** The reason to end here; `null` to continue. */
  readonly converged: Converged | null;
}

/** What a step is bounded by. */
export interface MinimizerLimits {
  /** Evaluations after which the line search of this step ends: at least 1; by default the method's own number. */
  readonly maxEvaluations?: number;
}

/**
 * A method that evaluates the function at points of its own choice, several for an iteration. Its functions are pure, as
 * those of an `Optimizer`; the state is plain data.
 */
export interface Minimizer {
  /** Tells it from an optimizer, which takes the gradients it is given. */
  readonly role: "minimizer";
  /** The method's name, such as `"lbfgs"`. */
  readonly name: string;
  /** The learning rate. */
  readonly learningRate: number;
  /**
   * Evaluates the function at the start and returns the state before the first step.
   *
   * @throws {TypeError} when a parameter is not a float32 or float64 tensor, or the gradients do not match.
   */
  init<P extends Params>(params: P, evaluate: Evaluate<P>): Promise<OptimizerState>;
  /**
   * Does one iteration: chooses a direction, searches along it, and updates the state.
   *
   * @throws {TypeError} when the state belongs to another method or other parameters, or the gradients do not match.
   */
  step<P extends Params>(
    from: { readonly params: P; readonly state: OptimizerState },
    evaluate: Evaluate<P>,
    limits?: MinimizerLimits,
  ): Promise<MinimizerStep<P>>;
}

/** Returns whether a value is a minimizer, such as `lbfgs()`. */
export function isMinimizer(value: unknown): value is Minimizer {
  return typeof value === "object" && value !== null && (value as Partial<Minimizer>).role === "minimizer";
}
