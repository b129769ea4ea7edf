/**
 * An optimiser's state, as plain data.
 *
 * @module
 */
import type { Tensor } from "../onnx/mod.ts";

/** What an optimiser keeps between updates. Serialisable; never changed in place. */
export interface OptimizerState {
  /** The number of updates done. */
  readonly count: number;
  /** The tensors of the rule by slot name: `m/w` is the slot `m` of the parameter `w`. */
  readonly slots: Readonly<Record<string, Tensor>>;
}

/** The tensors of a state by name, as checkpoints store them and programs carry them. */
export function flattenState(state: OptimizerState): Record<string, Tensor> {
  return { ...state.slots };
}

/** The state with these tensors after `count` updates. */
export function unflattenState(slots: Readonly<Record<string, Tensor>>, count: number): OptimizerState {
  return { count, slots };
}
