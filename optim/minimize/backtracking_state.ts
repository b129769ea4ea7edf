/**
 * The state of a backtracking line search as plain data.
 *
 * @module
 */
import { tensor } from "../../onnx/tensor/mod.ts";
import { checkRule, flattenState, ofRule, type OptimizerState, unflattenState } from "../state.ts";

/** The content of a state. */
export interface Known {
  readonly count: number;
  readonly value: number;
  /** The rate that the last search found. */
  readonly rate: number;
  readonly gradient: Float64Array;
  /** The state of the rule. */
  readonly inner: OptimizerState;
}

/** The kind of rule that the states belong to. */
const KIND = "backtracking";

/** The prefix of the rule's slots. */
const INNER = "inner/";

/** Returns what is known as a state. */
export function stateOf({ count, value, rate, gradient, inner }: Known): OptimizerState {
  const scalar = (v: number) => tensor(Float64Array.of(v), []);
  return ofRule(KIND, {
    count,
    slots: {
      value: scalar(value),
      rate: scalar(rate),
      gradient: tensor(gradient),
      updates: scalar(inner.count),
      ...Object.fromEntries(Object.entries(flattenState(inner)).map(([n, t]) => [`${INNER}${n}`, t])),
    },
  });
}

/**
 * Reads a state of parameters of `length` elements.
 *
 * @throws {TypeError} when it belongs to another method or to other parameters.
 */
export function knownOf(state: OptimizerState, { name, length }: { name: string; length: number }): Known {
  checkRule(state, { name, kind: KIND });
  const { slots, count } = state;
  for (const [slot, size] of Object.entries({ value: 1, rate: 1, updates: 1, gradient: length })) {
    const data = slots[slot]?.data;
    if (data instanceof Float64Array && data.length === size) continue;
    throw new TypeError(
      `${name}: the state needs '${slot}' as float64 of ${size} elements: start with init(params, evaluate)`,
    );
  }
  const numbers = (slot: string) => slots[slot]!.data as Float64Array;
  const inner = Object.entries(slots).filter(([n]) => n.startsWith(INNER))
    .map(([n, t]) => [n.slice(INNER.length), t] as const);
  return {
    count,
    value: numbers("value")[0]!,
    rate: numbers("rate")[0]!,
    gradient: numbers("gradient"),
    inner: unflattenState(Object.fromEntries(inner), numbers("updates")[0]!),
  };
}
