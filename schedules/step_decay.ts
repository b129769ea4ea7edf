import { type Declarations, filledOptions, fixed, needed } from "../options/mod.ts";
import type { Schedule } from "./schedule.ts";

/** Options of {@linkcode stepDecay}. */
export interface StepDecayOptions {
  /** The value at step 0: a finite number of at least 0. */
  readonly initial: number;
  /** Steps between reductions: an integer of at least 1. */
  readonly every: number;
  /** The factor of each reduction: in (0, 1]. 0.1 by default, as in PyTorch. */
  readonly factor?: number;
  /** The smallest value, Optax's `end_value`: a finite number of at least 0. 0 by default. */
  readonly minimum?: number;
}

/** The declarations of {@linkcode StepDecayOptions}. */
export const STEP_DECAY_OPTIONS = {
  initial: needed("a finite number of at least 0"),
  every: needed("an integer of at least 1"),
  factor: fixed("in (0, 1]", 0.1),
  minimum: fixed("a finite number of at least 0", 0),
} satisfies Declarations<StepDecayOptions>;

/**
 * Falls by a factor every `every` steps: `max(initial * factor^floor(step / every), minimum)`.
 *
 * @throws {RangeError} for an option out of range.
 *
 * @example
 * ```ts
 * import { stepDecay } from "./step_decay.ts";
 * import { assertEquals } from "@std/assert";
 * const schedule = stepDecay({ initial: 1, every: 10, factor: 0.5 });
 * assertEquals([9, 10, 20].map(schedule), [1, 0.5, 0.25]);
 * ```
 *
 * @see PyTorch `StepLR`; Optax `exponential_decay` with `staircase`.
 */
export function stepDecay(options: StepDecayOptions): Schedule {
  const { initial, every, factor, minimum } = filledOptions("stepDecay", options, STEP_DECAY_OPTIONS);
  return (step) => Math.max(initial * factor ** Math.floor(step / every), minimum);
}
