/**
 * The state of the criterion for a change from Adam to SGD.
 *
 * @module
 */

/** The state of the criterion between steps: plain data that JSON can hold. */
export interface SwitchState {
  /** Whether the criterion has been met; once `true`, the state does not change. */
  readonly fired: boolean;
  /** The step `k` at which it was met; `null` until then. */
  readonly firedAt: number | null;
  /** The latest estimate `p'p / (-p'g)` of SGD's learning rate, `gamma` in the paper. 0 at first. */
  readonly estimate: number;
  /** The running average of the estimates, biased toward its start at 0: `lambda` in the paper. */
  readonly average: number;
  /**
   * The average corrected for that bias, `average / (1 - beta2^k)`: the learning rate of SGD once fired, `Lambda` in the
   * paper. 0 at first.
   */
  readonly learningRate: number;
  /** @deprecated Read {@linkcode SwitchState.average}. */
  readonly lambda?: number;
  /** @deprecated Read {@linkcode SwitchState.learningRate}. */
  readonly Lambda?: number;
  /** @deprecated Read {@linkcode SwitchState.estimate}. */
  readonly gamma?: number;
}

/** A state as checkpoints store it, under the names of the paper. */
export interface StoredSwitchState {
  /** See {@linkcode SwitchState.fired}. */
  readonly fired: boolean;
  /** See {@linkcode SwitchState.firedAt}. */
  readonly firedAt: number | null;
  /** See {@linkcode SwitchState.average}. */
  readonly lambda: number;
  /** See {@linkcode SwitchState.learningRate}. */
  readonly Lambda: number;
  /** See {@linkcode SwitchState.estimate}. */
  readonly gamma: number;
}

/**
 * Returns a state under its present names, from one under these or under those of the paper, as checkpoints and criteria
 * written for 0.1.0 have them. The former names can be read from it, too; JSON and copies leave them out.
 *
 * @example
 * ```ts
 * import { switchStateOf } from "./switch_state.ts";
 * import { assertEquals } from "@std/assert";
 * const stored = { fired: true, firedAt: 7, lambda: 0.1, Lambda: 0.2, gamma: 0.3 };
 * const state = switchStateOf(stored);
 * assertEquals(state, { fired: true, firedAt: 7, estimate: 0.3, average: 0.1, learningRate: 0.2 });
 * assertEquals(state.Lambda, 0.2);
 * ```
 */
export function switchStateOf(state: SwitchState | StoredSwitchState): SwitchState {
  const { fired, firedAt, lambda, Lambda, gamma } = state;
  const now: Partial<SwitchState> = "average" in state ? state : {};
  // A criterion written for 0.1.0 changes a copy under the former names.
  const average = lambda ?? now.average ?? 0;
  const learningRate = Lambda ?? now.learningRate ?? 0;
  const estimate = gamma ?? now.estimate ?? 0;
  return Object.defineProperties({ fired, firedAt, estimate, average, learningRate }, {
    lambda: { value: average },
    Lambda: { value: learningRate },
    gamma: { value: estimate },
  });
}

/**
 * Returns a state as checkpoints store it, the same since 0.1.0.
 *
 * @example
 * ```ts
 * import { storedSwitchState } from "./switch_state.ts";
 * import { assertEquals } from "@std/assert";
 * const state = { fired: false, firedAt: null, estimate: 0.3, average: 0.1, learningRate: 0.2 };
 * assertEquals(storedSwitchState(state), { fired: false, firedAt: null, lambda: 0.1, Lambda: 0.2, gamma: 0.3 });
 * ```
 */
export function storedSwitchState(state: SwitchState): StoredSwitchState {
  const { fired, firedAt, average, learningRate, estimate } = switchStateOf(state);
  return { fired, firedAt, lambda: average, Lambda: learningRate, gamma: estimate };
}
