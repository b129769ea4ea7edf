/**
 * Watching for the step at which to change the optimizer.
 *
 * @module
 */
import type { SwitchCriterion, SwitchState } from "../../schedules/mod.ts";

/**
 * A criterion told of the steps of one run, up to the one at which it fires.
 *
 * @param reports the run's reports, with the statistics of its updates
 * @param before number of steps taken before the run
 * @returns the criterion's state, and how many of the run's steps belong to the first optimizer, where it fired.
 */
export function observe(
  criterion: SwitchCriterion,
  state: SwitchState,
  { reports, before }: { reports: Readonly<Record<string, ArrayLike<number>>>; before: number },
): { state: SwitchState; firedAfter?: number } {
  // Once it has fired there is nothing left to decide.
  if (state.fired) return { state };
  const pp = reports["update-dot-update"]!;
  const pg = reports["update-dot-gradient"]!;
  for (let i = 0; i < pp.length; i++) {
    state = criterion.update(state, { k: before + i + 1, pp: pp[i]!, pg: pg[i]! });
    if (state.fired) return { state, firedAfter: i + 1 };
  }
  return { state };
}
