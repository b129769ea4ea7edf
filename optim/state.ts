/**
 * An optimiser's state, as plain data.
 *
 * @module
 */
import type { Tensor } from "../onnx/mod.ts";

/** What an optimiser keeps between updates. Serialisable; never changed in place. */
export interface OptimizerState {
  /**
   * The number of updates done; of a rule that takes several gradients for one, those of the calls. `applyIfFinite` does not
   * count what it leaves out.
   */
  readonly count: number;
  /** The tensors of the rule by slot name: `m/w` is the slot `m` of the parameter `w`. */
  readonly slots: Readonly<Record<string, Tensor>>;
}

/**
 * The tensors of a state by name, as checkpoints store them and programs carry them.
 *
 * @example
 * ```ts
 * import { flattenState, unflattenState } from "./state.ts";
 * import { adam } from "./rules/adam.ts";
 * import { assertEquals } from "@std/assert";
 * const state = adam().init({ w: Float64Array.of(1) });
 * assertEquals(Object.keys(flattenState(state)), ["m/w", "v/w"]);
 * ```
 */
export function flattenState(state: OptimizerState): Record<string, Tensor> {
  return { ...state.slots };
}

/**
 * The state with these tensors after `count` updates.
 *
 * @example
 * ```ts
 * import { flattenState, unflattenState } from "./state.ts";
 * import { adam } from "./rules/adam.ts";
 * import { assertEquals } from "@std/assert";
 * const state = adam().init({ w: Float64Array.of(1) });
 * assertEquals(unflattenState(flattenState(state), 0), state);
 * ```
 */
export function unflattenState(slots: Readonly<Record<string, Tensor>>, count: number): OptimizerState {
  return { count, slots };
}
