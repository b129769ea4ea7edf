/**
 * The trace of a rule over parameters of known types and shapes, for a graph. Types only.
 *
 * @module
 */
import type { Graph, Value } from "../../onnx/mod.ts";
import type { DType, StaticShape } from "../../onnx/tensor/mod.ts";
import type { Expr, Factor, ParamSpec, RuleInput } from "../language/mod.ts";

/** A scalar that the host computes for each step. */
export interface Coefficient {
  /** Its name, unique within the rule. */
  readonly name: string;
  /** The slot that counts for it; `null` if the optimizer's own count does. */
  readonly clock: string | null;
  /**
   * Its value.
   *
   * @param count the number of updates done before, or what the clock holds
   * @param options.learningRateScale a factor on the learning rate; 1 by default
   * @param options.examples the examples of the batch; 1 by default
   */
  at(count: number, options?: { learningRateScale?: number; examples?: number }): number;
}

/** Random numbers that the host draws for each step. */
export interface Noise {
  /** Its name, unique within the rule. */
  readonly name: string;
  /** The dimensions. */
  readonly shape: StaticShape;
  /** The slot that counts for it; `null` if the optimizer's own count does. */
  readonly clock: string | null;
  /** Its elements; `count` is the number of updates done before, or what the clock holds. */
  at(count: number): Float32Array;
}

/** A tensor that a program carries from step to step. */
export interface StateSpec extends ParamSpec {
  /** The slot's name. */
  readonly name: string;
}

/** The values that an update in a graph reads. */
export interface EmitInputs {
  /** The gradients by parameter. */
  readonly grads: Readonly<Record<string, Value>>;
  /** The parameters. */
  readonly params: Readonly<Record<string, Value>>;
  /** The state by slot name. */
  readonly state: Readonly<Record<string, Value>>;
  /** The value of each coefficient, a scalar, by its name. */
  readonly coefficients: Readonly<Record<string, Value>>;
  /** The random numbers, by name; for rules that draw any. */
  readonly noises?: Readonly<Record<string, Value>>;
  /** The loss, a scalar; for rules that need it. */
  readonly value?: Value;
  /** Estimates of the Hessian's diagonal by parameter; for rules that need them. */
  readonly hessians?: Readonly<Record<string, Value>>;
  /** The second moments of layers, by name; for rules that need them. */
  readonly factors?: Readonly<Record<string, Value>>;
  /** The running statistics after the step, by name; for rules that average them. */
  readonly buffers?: Readonly<Record<string, Value>>;
}

/** The values that an update in a graph computes. */
export interface EmitOutputs {
  /** The new parameters. */
  readonly params: Readonly<Record<string, Value>>;
  /** The changes of the parameters. */
  readonly updates: Readonly<Record<string, Value>>;
  /** The new state. */
  readonly state: Readonly<Record<string, Value>>;
}

/**
 * Writes a node of an update in another way than with the operator of that name: returns its value, or `undefined` if
 * it is to be written as usual. `at` returns the value of an expression that it reads, directly or not.
 */
export type WriteNode = (g: Graph, e: Expr, at: (e: Expr) => Value) => Value | undefined;

/** The settings by which expressions are written. */
export interface EmitContext {
  /** Returns the value of an input of the expressions. */
  readonly inputs: (input: RuleInput) => Value;
  /** The element type of the values. */
  readonly dtype: DType;
  /** Writes some expressions in another way. */
  readonly write?: WriteNode | undefined;
}

/** Writes expressions into a graph and returns their values in the same order. */
export type EmitAll = (g: Graph, outputs: readonly Expr[], context: EmitContext) => Value[];

/** Writes what replaces the gradients of one example into a graph. */
export type EmitExample = (
  g: Graph,
  inputs: Pick<EmitInputs, "grads" | "params" | "coefficients">,
  write?: WriteNode,
) => Record<string, Value>;

/** A rule over parameters of known types and shapes. */
export interface Trace {
  /** The scalars that each step needs from the host. */
  readonly coefficients: readonly Coefficient[];
  /** The random numbers that each step needs from the host. */
  readonly noises: readonly Noise[];
  /** The state it carries. */
  readonly state: readonly StateSpec[];
  /**
   * The largest distance that one call may move each clock back, by slot name; a clock is a slot that counts updates.
   */
  readonly clocks: Readonly<Record<string, number>>;
  /** The clock that the optimizer's count follows; `null` if every call counts. */
  readonly counter: string | null;
  /** Inputs that it needs besides gradients. */
  readonly needs: {
    readonly value: boolean;
    readonly hessians: boolean;
    readonly factors: readonly Factor[];
  };
  /**
   * Writes what replaces the gradients of one example, for rules whose gradients are the mean over examples of that;
   * `null` for those that take the gradients of the batch.
   */
  readonly eachExample: EmitExample | null;
  /**
   * A text that rules share if they write the same graph and read the same inputs. Values of coefficients and random
   * numbers, and what the state begins with, may differ: the host gives them.
   */
  readonly signature: string;
  /** Writes one update into a graph, in operators of `ai.onnx`, but for what `write` and `all` write. */
  emit(g: Graph, inputs: EmitInputs, write?: WriteNode, all?: EmitAll): EmitOutputs;
  /** All expressions of an update. */
  readonly outputs: readonly Expr[];
}
