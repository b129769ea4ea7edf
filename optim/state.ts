/**
 * An optimizer's state, as plain data.
 *
 * @module
 */
import type { Tensor } from "../onnx/tensor/mod.ts";

/** The state of an optimizer between updates. Serializable; never modified. */
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
 * Returns the tensors of a state by name, as checkpoints store them and programs carry them.
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
 * Makes a state of these tensors after `count` updates.
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

/**
 * Returns the state, marked as made by a rule of this kind.
 *
 * @example
 * ```ts
 * import { ofRule, ruleOf } from "./state.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(ruleOf(ofRule("sgd", { count: 0, slots: {} })), "sgd");
 * ```
 */
export function ofRule(kind: string, state: OptimizerState): OptimizerState {
  MAKERS.set(state, kind);
  return state;
}

/**
 * Returns the kind of rule that made a state; `undefined` if it is not known, as of a state from a file.
 *
 * @example
 * ```ts
 * import { flattenState, ruleOf, unflattenState } from "./state.ts";
 * import { adam } from "./rules/adam.ts";
 * import { assertEquals } from "@std/assert";
 * const state = adam().init({ w: Float64Array.of(1) });
 * assertEquals([ruleOf(state), ruleOf(unflattenState(flattenState(state), 0))], ["adam", undefined]);
 * ```
 */
export function ruleOf(state: OptimizerState): string | undefined {
  return MAKERS.get(state);
}

/**
 * Refuses a state of another rule, even if its slots have the same names and shapes, and a count that is not an
 * integer of at least 0.
 *
 * @throws {TypeError} naming both rules, or the count.
 *
 * @example
 * ```ts
 * import { checkRule } from "./state.ts";
 * import { sgd } from "./rules/sgd.ts";
 * import { assertThrows } from "@std/assert";
 * const state = sgd().init({ w: Float64Array.of(1) });
 * assertThrows(
 *   () => checkRule(state, { name: "adam", kind: "adam" }),
 *   TypeError,
 *   "state belongs to sgd, not to adam: start with init(params)",
 * );
 * ```
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
