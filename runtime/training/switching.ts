/**
 * Watching for the step at which to change the optimizer.
 *
 * @module
 */
import { type SwitchCriterion, type SwitchState, switchStateOf } from "../../schedules/mod.ts";

/**
 * Tells a criterion of the steps of one run, up to the one at which it fires.
 *
 * @param reports the run's reports, with the statistics of its updates
 * @param before number of steps taken before the run
 * @returns the criterion's state, and how many of the run's steps belong to the first optimizer, where it fired.
 *
 * @example
 * ```ts
 * import { observe } from "./switching.ts";
 * import { switchCriterion } from "../../schedules/mod.ts";
 * import { assertEquals } from "@std/assert";
 * const criterion = switchCriterion({ tolerance: 1e-9 });
 * // Equal estimates from the first step on; the criterion fires at the second at the earliest.
 * const reports = { "update-dot-update": [1, 1, 1], "update-dot-gradient": [-2, -2, -2] };
 * assertEquals(observe(criterion, criterion.init(), { reports, before: 0 }).firedAfter, 2);
 * ```
 */
export function observe(
  criterion: SwitchCriterion,
  state: SwitchState,
  { reports, before }: { reports: Readonly<Record<string, ArrayLike<number>>>; before: number },
): { state: SwitchState; firedAfter?: number } {
  // After it has fired, nothing is left to decide.
  if (state.fired) return { state };
  const pp = reports["update-dot-update"]!;
  const pg = reports["update-dot-gradient"]!;
  for (let i = 0; i < pp.length; i++) {
    state = switchStateOf(criterion.update(state, { k: before + i + 1, pp: pp[i]!, pg: pg[i]! }));
    if (state.fired) return { state, firedAfter: i + 1 };
  }
  return { state };
}
