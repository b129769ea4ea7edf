/**
 * A rule, run once on expressions.
 *
 * @module
 */
import type { DType, Graph, StaticShape, Value } from "../onnx/mod.ts";
import { emitExpressions } from "./emit.ts";
import { add, type Expr } from "./expr.ts";
import type { LearningRate } from "./options.ts";
import type { ParamSpec, Rule, Slot, StepInfo } from "./rule.ts";

/** A scalar that the host computes for each step. */
export interface Coefficient {
  /** Its name, unique within the rule. */
  readonly name: string;
  /**
   * Its value.
   *
   * @param count the number of updates done before
   * @param options.learningRateScale a factor on the learning rate; 1 by default
   */
  at(count: number, options?: { learningRateScale?: number }): number;
}

/** A tensor that a program carries from step to step. */
export interface StateSpec extends ParamSpec {
  /** The slot's name. */
  readonly name: string;
}

/** What an update in a graph reads. */
export interface EmitInputs {
  /** The gradients by parameter. */
  readonly grads: Readonly<Record<string, Value>>;
  /** The parameters. */
  readonly params: Readonly<Record<string, Value>>;
  /** The state by slot name. */
  readonly state: Readonly<Record<string, Value>>;
  /** The value of each coefficient, a scalar, by its name. */
  readonly coefficients: Readonly<Record<string, Value>>;
}

/** What an update in a graph computes. */
export interface EmitOutputs {
  /** The new parameters. */
  readonly params: Readonly<Record<string, Value>>;
  /** What was added to the parameters. */
  readonly updates: Readonly<Record<string, Value>>;
  /** The new state. */
  readonly state: Readonly<Record<string, Value>>;
}

/** A rule over parameters of known types and shapes. */
export interface Trace {
  /** The scalars that each step needs from the host. */
  readonly coefficients: readonly Coefficient[];
  /** The state it carries. */
  readonly state: readonly StateSpec[];
  /** Writes one update into a graph. */
  emit(g: Graph, inputs: EmitInputs): EmitOutputs;
}

/** A trace, with what the host's interpretation needs of it. */
export interface FullTrace extends Trace {
  /** The slots with their initial values. */
  readonly slots: Readonly<Record<string, Slot>>;
  /** The expressions of the updates (`u/…`) and of the new slots (`s/…`). */
  readonly outputs: Readonly<Record<string, Expr>>;
}

/** Runs a rule on expressions. */
export function traceRule(
  rule: Rule,
  { specs, learningRate }: { specs: Readonly<Record<string, ParamSpec>>; learningRate: LearningRate },
): FullTrace {
  const slots = rule.slots(specs);
  const functions = new Map<string, (step: StepInfo) => number>();
  const inputs = (prefix: string, shapes: Readonly<Record<string, { shape: StaticShape }>>) =>
    Object.fromEntries(
      Object.entries(shapes).map((
        [n, { shape }],
      ) => [n, { op: "input", name: `${prefix}/${n}`, shape } as const]),
    );
  const params = inputs("p", specs);
  const { updates, state } = rule.update({
    grads: inputs("g", specs),
    params,
    state: inputs("s", slots),
    at(name, coefficient) {
      if (!functions.has(name)) functions.set(name, coefficient);
      return { op: "input", name: `c/${name}`, shape: [] };
    },
  });
  const dtype: DType = Object.values(specs)[0]?.dtype ?? "float32";
  return {
    slots,
    outputs: { ...prefixed("u", updates), ...prefixed("s", state) },
    coefficients: [...functions].map(([name, f]) => ({
      name,
      at: (count, { learningRateScale = 1 } = {}) => {
        const rate = typeof learningRate === "function" ? learningRate(count) : learningRate;
        return f({ t: count + 1, learningRate: rate * learningRateScale });
      },
    })),
    state: Object.entries(slots).map(([name, { shape }]) => ({ name, dtype, shape })),
    emit(g, io) {
      const values = {
        ...prefixed("g", io.grads),
        ...prefixed("p", io.params),
        ...prefixed("s", io.state),
        ...prefixed("c", io.coefficients),
      };
      const next = Object.fromEntries(Object.entries(updates).map(([n, u]) => [n, add(params[n]!, u)]));
      const outputs = { ...prefixed("w", next), ...prefixed("u", updates), ...prefixed("s", state) };
      const emitted = emitExpressions(g, outputs, { inputs: values, dtype });
      return {
        params: unprefixed("w", emitted),
        updates: unprefixed("u", emitted),
        state: unprefixed("s", emitted),
      };
    },
  };
}

function prefixed<T>(prefix: string, record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).map(([n, v]) => [`${prefix}/${n}`, v]));
}

function unprefixed<T>(prefix: string, record: Readonly<Record<string, T>>): Record<string, T> {
  const start = `${prefix}/`;
  return Object.fromEntries(
    Object.entries(record).filter(([n]) => n.startsWith(start)).map(([n, v]) => [n.slice(start.length), v]),
  );
}
