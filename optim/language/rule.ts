/**
 * The definition of an update rule: a pure function on expressions. Types only.
 *
 * @module
 */
import type { DType, StaticShape } from "../../onnx/tensor/mod.ts";
import type { Expr } from "./expr.ts";
import type { FactorRequest } from "./layer.ts";

/** Element type and shape of a parameter. */
export interface ParamSpec {
  /** The element type. */
  readonly dtype: DType;
  /** The dimensions, outermost first. */
  readonly shape: StaticShape;
}

/** A tensor that a rule keeps from one update to the next, of the parameter's element type. */
export interface Slot {
  /** The dimensions. */
  readonly shape: StaticShape;
  /** Its first value: one number everywhere, or the parameter (or running statistic) of that name. */
  readonly init: number | { readonly param: string };
  /**
   * Makes the slot a clock: a float64 scalar that counts updates. Only {@linkcode RuleOutputs.clocks} moves it, forward
   * by at most 1 per call, and back by at most `back`.
   */
  readonly clock?: { readonly back: number };
}

/** The facts that a coefficient may depend on. */
export interface StepInfo {
  /** The number of the update, from 1. */
  readonly t: number;
  /** The learning rate of the update, scaled. */
  readonly learningRate: number;
  /** The caller's factor on every learning rate; 1 unless the caller anneals. */
  readonly learningRateScale: number;
  /** The number of examples that the gradient averages over; 1 by default. */
  readonly examples: number;
}

/** The inputs of a rule: everything by parameter name, the state by slot name. */
export interface RuleInputs {
  /** The gradients; within a chain, the results of the transforms before. */
  readonly grads: Readonly<Record<string, Expr>>;
  /** The parameters. */
  readonly params: Readonly<Record<string, Expr>>;
  /** The slots. */
  readonly state: Readonly<Record<string, Expr>>;
  /** The loss at the parameters, a scalar; a rule that reads it needs it at each update. */
  readonly value: Expr;
  /** Estimates of the Hessian's diagonal; a rule that reads them needs them at each update. */
  readonly hessians: Readonly<Record<string, Expr>>;
  /**
   * Returns a second moment of a layer's inputs, or of the gradients of its outputs: a square matrix. Training programs
   * compute it; on the host, `update` is given it.
   */
  readonly factor: (request: FactorRequest) => Expr;
  /** The running statistics of batch normalizations after the step, by name; empty if the caller gives none. */
  readonly buffers: Readonly<Record<string, Expr>>;
  /**
   * Returns a scalar that depends only on the number of the update and the learning rate. The host computes it in
   * double, for its own loops and for the graph.
   *
   * @param name a name for it, unique within the rule
   * @param clock a clock of the rule (see {@linkcode Slot}): the number of the update is its value plus 1. By default
   * calls are counted
   */
  readonly at: (name: string, coefficient: (step: StepInfo) => number, clock?: string) => Expr;
  /**
   * A tensor of independent standard normal numbers, drawn by the host for each update. They depend on the seed, the
   * name, the number of the update and the place of the element only.
   *
   * @param name a name for it, unique within the rule
   * @param view maps the number of calls, or a clock, to the number of the update; the same number by default
   */
  readonly normal: (
    name: string,
    options: { shape: StaticShape; seed: number },
    view?: { t?: (t: number) => number; clock?: string },
  ) => Expr;
}

/** The results of a rule. */
export interface RuleOutputs {
  /** The change to add to each parameter, or to `home` if that is given. */
  readonly updates: Readonly<Record<string, Expr>>;
  /** The new values of all slots but the clocks. */
  readonly state: Readonly<Record<string, Expr>>;
  /** The distance that each clock moves, as a scalar: 1, 0, or a negative integer to move it back. */
  readonly clocks?: Readonly<Record<string, Expr>>;
  /**
   * For each parameter a scalar: 1 if this call ends an update, 0 if it only gathers or the update is left out. Outer
   * rules count updates by it. Absent if every call ends one.
   */
  readonly ends?: Readonly<Record<string, Expr>>;
  /**
   * The parameters that the updates are added to, for rules such as `sam` that leave the parameters between calls:
   * those at which the current update began. Absent if they are the parameters themselves.
   */
  readonly home?: Readonly<Record<string, Expr>>;
}

/** The gradients of one example, and the values that what replaces them may depend on. */
export type ExampleInputs = Pick<RuleInputs, "grads" | "params" | "at">;

/** An update rule over all parameters: a pure function. */
export interface Rule {
  /**
   * Returns the slots for these parameters, by name: `m/w` for the slot `m` of the parameter `w`.
   *
   * @param buffers the running statistics of batch normalizations, for rules that average them
   */
  slots(
    params: Readonly<Record<string, ParamSpec>>,
    buffers?: Readonly<Record<string, ParamSpec>>,
  ): Record<string, Slot>;
  /** Computes one call: an update, or a part of one. */
  update(inputs: RuleInputs): RuleOutputs;
  /**
   * Returns what replaces one example's own gradients, such as clipped ones. The gradients that `update` receives are the
   * mean of the results over the examples of the batch. Without it they are the gradients of the loss of the batch.
   */
  eachExample?(inputs: ExampleInputs): Readonly<Record<string, Expr>>;
  /**
   * The parameters to evaluate at, for rules that keep better ones than those they take gradients at, such as averages.
   * Without it they are the same.
   */
  evaluation?(inputs: Pick<RuleInputs, "params" | "state">): Readonly<Record<string, Expr>>;
  /**
   * Returns the running statistics to evaluate with, for rules that average them along with the parameters. Without
   * it, the parameters of `evaluation` need statistics of their own, because those of the state belong to the
   * parameters at
   * which gradients are taken.
   */
  evaluationBuffers?(inputs: Pick<RuleInputs, "buffers" | "state">): Readonly<Record<string, Expr>>;
  /**
   * Number of gradients per update, each at other parameters but of the same batch; 1 by default. Before the last of
   * them, the rule may only change state that the first one resets.
   */
  readonly gradientsPerUpdate?: number;
  /** Whether some calls end no update; {@linkcode RuleOutputs.ends} then says which. `false` by default. */
  readonly waits?: boolean;
  /** The clock that the optimizer's own count follows, for rules that leave out updates; by default every call counts. */
  readonly counter?: string;
  /** The number of updates of which only the first reads the Hessian's diagonal; 1 by default: every update reads it. */
  readonly hessianInterval?: number;
}
