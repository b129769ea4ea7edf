import { type Declarations, filledOptions, fixed, needed } from "../options/mod.ts";
import { polynomialDecay } from "./polynomial_decay.ts";
import type { Schedule } from "./schedule.ts";

/** Options of {@linkcode linearSchedule}. */
export interface LinearScheduleOptions {
  /** The value at step 0: a finite number of at least 0. */
  readonly initial: number;
  /** The value from step `steps` on: a finite number of at least 0. 0 by default. */
  readonly final?: number;
  /** Steps to reach `final`: an integer of at least 1. */
  readonly steps: number;
}

/** The declarations of {@linkcode LinearScheduleOptions}. */
export const LINEAR_SCHEDULE_OPTIONS = {
  initial: needed("a finite number of at least 0"),
  final: fixed("a finite number of at least 0", 0),
  steps: needed("an integer of at least 1"),
} satisfies Declarations<LinearScheduleOptions>;

/**
 * Follows a straight line from `initial` at step 0 to `final` at step `steps`, then stays at `final`; it may rise or
 * fall.
 *
 * @throws {RangeError} for an option out of range.
 *
 * @example
 * ```ts
 * import { linearSchedule } from "./linear.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals([0, 1, 4, 9].map(linearSchedule({ initial: 1, final: 3, steps: 4 })), [1, 1.5, 3, 3]);
 * ```
 *
 * @see PyTorch `LinearLR`; Optax `linear_schedule`.
 */
export function linearSchedule(options: LinearScheduleOptions): Schedule {
  const { initial, final, steps } = filledOptions("linearSchedule", options, LINEAR_SCHEDULE_OPTIONS);
  return polynomialDecay({ initial, final, steps });
}
