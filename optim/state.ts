/**
 * An optimizer's state, as plain data.
 *
 * @module
 */
import type { Tensor } from "../onnx/tensor/mod.ts";

/** What an optimizer keeps between updates. Serializable; never changed in place. */
export interface OptimizerState {
  /**
   * The number of updates done; for a rule that takes several gradients per update, the number of calls. Updates that
   * `applyIfFinite` leaves out are not counted.
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

/**
 * The kind of rule that made a state. A state that was read from a file or made by hand is not listed: it fits any rule
 * with the same slots.
 */
const MAKERS = new WeakMap<OptimizerState, string>();

/** Returns the state, marked as made by a rule of this kind. */
export function ofRule(kind: string, state: OptimizerState): OptimizerState {
  MAKERS.set(state, kind);
  return state;
}

/** Returns the kind of rule that made a state; `undefined` if it is not known. */
export function ruleOf(state: OptimizerState): string | undefined {
  return MAKERS.get(state);
}

/**
 * Refuses a state of another rule, even if its slots have the same names and shapes, and a count that is no whole
 * number of at least 0.
 *
 * @throws {TypeError} naming both rules, or the count.
 */
export function checkRule(state: OptimizerState, { name, kind }: { name: string; kind: string }): void {
  if (typeof state !== "object" || state === null) {
    throw new TypeError(`${name} needs its state, as init(params) returns it, got ${String(state)}`);
  }
  const maker = MAKERS.get(state);
  if (maker !== undefined && maker !== kind) {
    throw new TypeError(
      `state belongs to ${maker}, not to ${name}: start with init(params)`,
    );
  }
  if (!Number.isSafeInteger(state.count) || state.count < 0) {
    throw new TypeError(
      `state.count must be the number of updates done, an integer of at least 0, got ${String(state.count)}`,
    );
  }
}
