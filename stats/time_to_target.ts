import { checkNumber, checkOptions, type OptionNames } from "../options/mod.ts";
import { kaplanMeier } from "./kaplan_meier.ts";
import type { TargetTime } from "./target_time.ts";
import { displayedResult } from "./display.ts";

/** Options of {@linkcode timeToTarget}. */
export interface TimeToTargetOptions {
  /** The time up to which the mean counts: a finite number above 0, the same for all that are compared. */
  readonly horizon: number;
}

const TIME_TO_TARGET_OPTIONS = { horizon: true } satisfies OptionNames<TimeToTargetOptions>;

/** The result of {@linkcode timeToTarget}. */
export interface TimeToTarget {
  /** The number of runs. */
  readonly runs: number;
  /** How many of them reached the target. */
  readonly reached: number;
  /** The time by which half of the runs reach the target; `Infinity` if fewer do as far as they were seen. */
  readonly median: number;
  /** The mean time to the target, up to the horizon: a run that takes longer counts as the horizon. */
  readonly mean: number;
}

/**
 * Returns how long runs take to reach a target, if some were stopped before they reached it: the median of the Kaplan-Meier
 * curve (the first time at which at most half of the runs are left), and the restricted mean, the area below the curve up
 * to a horizon. Leaving out runs that did not reach the target, or counting the time they were stopped at, would
 * flatter an optimizer that fails.
 *
 * For an interval, use `bootstrap` over the places of the runs.
 *
 * @param times of at least one run; see `targetTime`
 * @throws {RangeError} for no runs, a time out of range, or a horizon up to which no run was seen while some are left: the
 * curve is unknown there.
 *
 * @example
 * ```ts
 * import { timeToTarget } from "./time_to_target.ts";
 * import { assertEquals } from "@std/assert";
 * const times = [{ time: 10, reached: true }, { time: 20, reached: true }, { time: 40, reached: false }];
 * const { median, mean } = timeToTarget(times, { horizon: 40 });
 * assertEquals([median, Math.round(mean)], [20, Math.round((10 + 20 + 40) / 3)]);
 * ```
 *
 * @see Kaplan, Meier: Nonparametric Estimation from Incomplete Observations, 1958.
 * @see Royston, Parmar: Restricted Mean Survival Time, 2013.
 */
export function timeToTarget(times: readonly TargetTime[], options: TimeToTargetOptions): TimeToTarget {
  checkOptions("timeToTarget", options, TIME_TO_TARGET_OPTIONS);
  const { horizon } = options;
  checkNumber("horizon", horizon, "a finite number above 0");
  const curve = kaplanMeier(times);
  const left = curve.at(-1)?.left ?? 1;
  const last = times.reduce((most, t) => Math.max(most, t.time), 0);
  if (left > 0 && horizon > last) {
    throw new RangeError(
      `horizon must be at most ${last}, until which the runs that did not reach the target were seen, got ${horizon}`,
    );
  }
  // At 1/2 up to rounding: the shares are products.
  const median = curve.find((step) => step.left <= 0.5 + 1e-12)?.time ?? Infinity;
  let [mean, from, share] = [0, 0, 1];
  for (const step of [...curve.filter((s) => s.time < horizon), { time: horizon, left: 0 }]) {
    mean += share * (step.time - from);
    [from, share] = [step.time, step.left];
  }
  return displayedResult("timeToTarget", {
    runs: times.length,
    reached: times.filter((t) => t.reached).length,
    median,
    mean,
  });
}
