import { checkOptions, type Declarations } from "../options/mod.ts";
import { checkBoundaries } from "./check_boundaries.ts";
import type { Schedule } from "./schedule.ts";

/** Options of {@linkcode joinSchedules}. */
export interface JoinSchedulesOptions {
  /** The steps at which the next schedule begins: integers of at least 1, ascending, one fewer than schedules. */
  readonly boundaries: readonly number[];
}

/** The declarations of {@linkcode JoinSchedulesOptions}. */
export const JOIN_SCHEDULES_OPTIONS = {
  boundaries: { kind: "other", required: true },
} satisfies Declarations<JoinSchedulesOptions>;

/**
 * Runs one schedule after another, each counting from 0 at its own start.
 *
 * @throws {RangeError} for boundaries out of range, or when there is not one schedule more than boundaries.
 *
 * @example
 * ```ts
 * import { joinSchedules } from "./join.ts";
 * import { constantSchedule } from "./constant.ts";
 * import { linearSchedule } from "./linear.ts";
 * import { assertEquals } from "@std/assert";
 * const schedule = joinSchedules([constantSchedule(1), linearSchedule({ initial: 1, steps: 4 })], { boundaries: [10] });
 * assertEquals([0, 10, 12, 14].map(schedule), [1, 1, 0.5, 0]);
 * ```
 *
 * @see Optax `join_schedules`; PyTorch `SequentialLR`.
 */
export function joinSchedules(schedules: readonly Schedule[], options: JoinSchedulesOptions): Schedule {
  checkOptions("joinSchedules", options, JOIN_SCHEDULES_OPTIONS);
  const [parts, boundaries] = [[...schedules], [...options.boundaries]];
  checkBoundaries("boundaries", boundaries);
  if (parts.length !== boundaries.length + 1) {
    throw new RangeError(
      `schedules must hold ${boundaries.length + 1} schedules, one more than boundaries, got ${parts.length}`,
    );
  }
  return (step) => {
    const i = boundaries.filter((b) => b <= step).length;
    return (parts[i] as Schedule)(step - (boundaries[i - 1] ?? 0));
  };
}
