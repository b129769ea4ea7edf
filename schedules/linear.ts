import { checkOptions, type OptionNames } from "../options/mod.ts";
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

const LINEAR_SCHEDULE_OPTIONS = { initial: true, final: false, steps: true } satisfies OptionNames<
  LinearScheduleOptions
>;

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
  checkOptions("linearSchedule", options, LINEAR_SCHEDULE_OPTIONS);
  const { initial, final = 0, steps } = options;
  return polynomialDecay({ initial, final, steps });
}
