import { checkNumber } from "../options/mod.ts";
import { checkSize } from "./check_sample.ts";
import type { TargetTime } from "./target_time.ts";

/** A step of a {@linkcode kaplanMeier} curve. */
export interface SurvivalStep {
  /** A time at which at least one run reached the target. */
  readonly time: number;
  /** The share of runs that have not reached the target by then, this time included. */
  readonly left: number;
}

/**
 * Returns the Kaplan-Meier curve of runs: the share that has not reached a target, by time. It uses runs that were stopped
 * before as far as they were seen: at each time the share is multiplied by `1 - reached / seen`, over the runs that had
 * neither reached the target nor been stopped earlier. A run stopped at a time counts as seen at that time.
 *
 * This is right if runs are not stopped because of how they do. A run that diverged has not been stopped at random: give
 * it the largest time, unreached.
 *
 * @param times of at least one run
 * @returns the steps in the order of time, none if no run reached the target; before the first the share is 1
 * @throws {RangeError} for no runs, or a time out of range.
 *
 * @example
 * ```ts
 * import { kaplanMeier } from "./kaplan_meier.ts";
 * import { assertEquals } from "@std/assert";
 * const reached = (time: number) => ({ time, reached: true });
 * assertEquals(kaplanMeier([reached(1), { time: 2, reached: false }, reached(3), reached(4)]), [
 *   { time: 1, left: 0.75 },
 *   { time: 3, left: 0.375 },
 *   { time: 4, left: 0 },
 * ]);
 * ```
 *
 * @see Kaplan, Meier: Nonparametric Estimation from Incomplete Observations, 1958.
 */
export function kaplanMeier(times: readonly TargetTime[]): SurvivalStep[] {
  checkSize("times", times);
  times.forEach(({ time }, i) => checkNumber(`times[${i}].time`, time, "a finite number of at least 0"));
  const reached = times.filter((t) => t.reached).map((t) => t.time);
  const events = [...new Set(reached)].sort((a, b) => a - b);
  let left = 1;
  return events.map((time) => {
    const seen = times.filter((t) => t.time >= time).length;
    left *= 1 - reached.filter((t) => t === time).length / seen;
    return { time, left };
  });
}
