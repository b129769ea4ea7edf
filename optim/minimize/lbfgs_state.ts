/**
 * The state of L-BFGS as plain data.
 *
 * @module
 */
import { tensor } from "../../onnx/tensor/mod.ts";
import { checkRule, ofRule, type OptimizerState } from "../state.ts";
import { type History, historyOf, slotsOfHistory } from "./history.ts";

/** What a state of L-BFGS holds. */
export interface Known extends History {
  readonly count: number;
  readonly value: number;
  readonly gradient: Float64Array;
}

/** The kind of rule that the states belong to. */
const KIND = "lbfgs";

/** Returns what is known as a state. */
export function stateOf({ count, value, gradient, pairs, scale }: Known): OptimizerState {
  return ofRule(KIND, {
    count,
    slots: {
      value: tensor(Float64Array.of(value), []),
      gradient: tensor(gradient),
      ...slotsOfHistory({ pairs, scale }),
    },
  });
}

/**
 * Reads a state of parameters of `length` elements.
 *
 * @throws {TypeError} when it belongs to another method or to other parameters.
 */
export function knownOf(state: OptimizerState, length: number): Known {
  checkRule(state, { name: KIND, kind: KIND });
  const { slots, count } = state;
  const kept = slots.rho?.data.length ?? 0;
  const vectors = Array.from({ length: kept }, (_, i) => [`s/${i}`, `y/${i}`]).flat();
  const sizes = { value: 1, scale: 1, rho: kept, gradient: length };
  const needed = [...Object.entries(sizes), ...vectors.map((name) => [name, length] as const)];
  for (const [name, size] of needed) {
    const data = slots[name]?.data;
    if (data instanceof Float64Array && data.length === size) continue;
    throw new TypeError(
      `lbfgs: the state needs '${name}' as float64 of ${size} elements: start with init(params, evaluate)`,
    );
  }
  return {
    count,
    value: (slots.value!.data as Float64Array)[0]!,
    gradient: slots.gradient!.data as Float64Array,
    ...historyOf(slots),
  };
}
