import type { Schedule } from "./schedule.ts";

/**
 * Multiplies schedules, all counting from step 0: one gives the value, the others are factors of it.
 *
 * PyTorch's `ChainedScheduler` is this for schedulers that multiply the rate (`StepLR`, `ExponentialLR`, `LinearLR`,
 * `ConstantLR`, …); `CosineAnnealingLR` adds to it, and depends there on what the others did before.
 *
 * @param schedules at least one
 * @throws {RangeError} without a schedule.
 *
 * @example
 * ```ts
 * import { chainSchedules } from "./chain.ts";
 * import { linearSchedule } from "./linear.ts";
 * import { stepDecay } from "./step_decay.ts";
 * import { assertEquals } from "@std/assert";
 * const rise = linearSchedule({ initial: 0.5, final: 1, steps: 4 });
 * const schedule = chainSchedules(stepDecay({ initial: 8, every: 4, factor: 0.5 }), rise);
 * assertEquals([0, 2, 4, 8].map(schedule), [4, 6, 4, 2]);
 * ```
 *
 * @see PyTorch `ChainedScheduler`.
 */
export function chainSchedules(...schedules: readonly Schedule[]): Schedule;
/**
 * Multiplies a list of schedules.
 *
 * @deprecated Give the schedules one after another, as to `chain`: `chainSchedules(a, b)`.
 */
export function chainSchedules(schedules: readonly Schedule[]): Schedule;
export function chainSchedules(...given: readonly (Schedule | readonly Schedule[])[]): Schedule {
  const parts = given.flat() as Schedule[];
  if (parts.length === 0) throw new RangeError("schedules must hold at least 1 schedule, got 0");
  return (step) => parts.reduce((product, schedule) => product * schedule(step), 1);
}
