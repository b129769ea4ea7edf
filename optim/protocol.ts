/**
 * The interface of optimizers for the rest of the library. Types only.
 *
 * @module
 */
import type { Trace } from "./graph/mod.ts";
import type { ParamSpec, Rule } from "./language/mod.ts";
import type { Param } from "./params.ts";
import type { OptimizerState } from "./state.ts";
import type { StepOptions, UpdateOptions } from "./update_options.ts";

/**
 * An update rule with its settings: the common interface of optimizers and transforms. Its functions are pure, after
 * Optax's protocol: nothing is changed in place.
 */
export interface Updater {
  /** The role; see {@linkcode Optimizer} and {@linkcode Transform}. An optimizer by default. */
  readonly role?: "optimizer" | "transform";
  /** The rule's name, such as `"adam"`. */
  readonly name: string;
  /** The rule, its learning rate included, for `chain` and other combinators. */
  readonly rule: Rule;
  /** Returns the learning rate after a number of updates; `null` for a rule without one, such as most transforms. */
  readonly learningRate: ((count: number) => number) | null;
  /** The options that it was made with, by name, defaults included; absent if it does not tell. */
  readonly hyperparameters?: Readonly<Record<string, unknown>>;
  /**
   * Returns the state before the first update.
   *
   * @param params the parameters
   * @param buffers running statistics of batch normalizations, for rules that average them; none by default
   * @throws {TypeError} when a parameter is not a float32 or float64 tensor.
   */
  init(params: Readonly<Record<string, Param>>, buffers?: Readonly<Record<string, Param>>): OptimizerState;
  /**
   * Does one update on the host.
   *
   * @param grads the gradients, of the names, types and shapes of the parameters
   * @param params the parameters
   * @returns what to add to the parameters, and the new state, all in new arrays
   * @throws {TypeError} when names, types or shapes differ, the state belongs to another rule, or an option that the
   * rule needs is missing
   * @throws {RangeError} when a schedule returns a value out of its range (the message names both and the step), or an
   * option is unknown.
   */
  update<R extends Readonly<Record<string, Param>>>(
    grads: Readonly<Record<string, Param>>,
    state: OptimizerState,
    params: R,
    options?: UpdateOptions,
  ): [updates: { [K in keyof R]: R[K] }, state: OptimizerState];
  /**
   * Does one update on the host and applies it: returns `applyUpdates(params, updates)` and the new state. It reads and
   * writes every number once, and does not round an update before it is added.
   *
   * @returns the new parameters and the new state, in new arrays unless `donate` is set
   * @throws {TypeError} as `update` does.
   */
  step<R extends Readonly<Record<string, Param>>>(
    grads: Readonly<Record<string, Param>>,
    state: OptimizerState,
    params: R,
    options?: StepOptions,
  ): [params: { [K in keyof R]: R[K] }, state: OptimizerState];
  /**
   * Returns the parameters to evaluate at: averages if the rule keeps them (`averaged`, `asgd`, `lookahead`, the schedule-free
   * rules), else the parameters themselves.
   *
   * @param buffers the running statistics that `init` was given; none by default
   * @throws {TypeError} when the state does not belong to the parameters.
   */
  evaluationParams<R extends Readonly<Record<string, Param>>>(
    params: R,
    state: OptimizerState,
    buffers?: Readonly<Record<string, Param>>,
  ): { [K in keyof R]: R[K] };
  /**
   * Returns the running statistics of batch normalizations to evaluate with: averages if the rule keeps them
   * (`averaged` with `useBuffers`), else the given ones. For other averages of parameters they must be computed from
   * data, as `fit` does.
   *
   * @throws {TypeError} when the state does not belong to the parameters.
   */
  evaluationBuffers<R extends Readonly<Record<string, Param>>>(
    params: Readonly<Record<string, Param>>,
    state: OptimizerState,
    buffers: R,
  ): { [K in keyof R]: R[K] };
  /**
   * Returns the rule for parameters of known types and shapes, to be written into a graph.
   *
   * @param buffers types and shapes of the running statistics, for rules that average them; none by default
   */
  trace(
    specs: Readonly<Record<string, ParamSpec>>,
    buffers?: Readonly<Record<string, ParamSpec>>,
  ): Trace;
}

/** A rule that descends: its updates, added to the parameters, train a model. */
export interface Optimizer extends Updater {
  /** Tells it from a {@linkcode Transform}. */
  readonly role?: "optimizer";
}

/**
 * A rule that changes gradients or updates before they reach the parameters, such as `clip`. Its updates point up, as
 * gradients do, so it trains nothing by itself: `chain` it with an optimizer.
 */
export interface Transform extends Updater {
  /** Tells it from an {@linkcode Optimizer}. */
  readonly role: "transform";
}

/** The combination of several optimizers and transforms: a transform if all of them are, else an optimizer. */
export type Combined<T extends Updater> = [T] extends [Transform] ? Transform : Optimizer;
