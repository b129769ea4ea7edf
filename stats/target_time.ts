import { checkNumber, checkOptions, type OptionNames } from "../options/mod.ts";
import { checkSize } from "./check_sample.ts";

/** When a run reached a target, or until when it did not. */
export interface TargetTime {
  /** The time of reaching it, or the last time at which the run was seen: a finite number of at least 0. */
  readonly time: number;
  /** Whether it was reached; `false` if the run ended or was stopped before. */
  readonly reached: boolean;
}

/** Options of {@linkcode targetTime}. */
export interface TargetTimeOptions {
  /** The value to reach: a finite number. */
  readonly target: number;
  /** Whether larger values are better, as of an accuracy; `false` by default, as of a loss. */
  readonly larger?: boolean;
  /** The time of each value, in ascending order: steps, epochs or seconds. 1, 2, 3, ... by default. */
  readonly times?: readonly number[];
}

const TARGET_TIME_OPTIONS = {
  target: true,
  larger: "flag",
  times: false,
} satisfies OptionNames<TargetTimeOptions>;

/**
 * Returns when a run first reaches a target: a value of at most the target, or of at least it with `larger`. `NaN` reaches
 * nothing. A run that does not reach it counts as seen until its last value: "not by then", not "never".
 *
 * @param values of one run, in the order of time; at least one
 * @throws {RangeError} for no values, an option out of range, or times that do not ascend, are negative or not as many.
 *
 * @example
 * ```ts
 * import { targetTime } from "./target_time.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(targetTime([0.9, 0.4, 0.2], { target: 0.5 }), { time: 2, reached: true });
 * assertEquals(targetTime([0.9, 0.8, NaN], { target: 0.5 }), { time: 3, reached: false });
 * ```
 */
export function targetTime(values: readonly number[], options: TargetTimeOptions): TargetTime {
  checkOptions("targetTime", options, TARGET_TIME_OPTIONS);
  const { target, larger = false, times = values.map((_, i) => i + 1) } = options;
  checkNumber("target", target, "a finite number");
  checkSize("values", values);
  checkTimes(times, values.length);
  const at = values.findIndex((v) => (larger ? v >= target : v <= target));
  return at < 0 ? { time: times.at(-1)!, reached: false } : { time: times[at]!, reached: true };
}

function checkTimes(times: readonly number[], size: number): void {
  if (times.length !== size) {
    throw new RangeError(`times must have one number for each of the ${size} values, got ${times.length}`);
  }
  times.forEach((t, i) => {
    checkNumber(`times[${i}]`, t, "a finite number of at least 0");
    if (i > 0 && t < times[i - 1]!) {
      throw new RangeError(`times must ascend, times[${i}] is ${t} after ${times[i - 1]}`);
    }
  });
}
