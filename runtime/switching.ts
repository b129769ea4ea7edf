/**
 * Watching for the step at which to change the optimiser.
 *
 * @module
 */
import type { Optimizer } from "../optim/optimizer.ts";
import type { SwitchState } from "../schedules/switch_criterion.ts";
import type { Switch } from "./fit.ts";

/** A criterion followed over a whole training. */
export interface SwitchingRun {
  /**
   * Reads the steps of one run.
   *
   * @param reports the run's reports, with the statistics of its updates
   * @param before number of steps taken before the run
   * @returns how many of the run's steps belong to the first optimiser, where the criterion fired; else `undefined`.
   */
  observe(reports: Readonly<Record<string, ArrayLike<number>>>, before: number): number | undefined;
  /** The optimiser to go on with. */
  next(): Optimizer;
  /** What to tell of it at the end. */
  result(): { switchState: SwitchState; switchedAtStep?: number };
}

/** Follows a criterion. */
export function switchingRun({ criterion, to }: Switch): SwitchingRun {
  let state = criterion.init();
  return {
    observe(reports, before) {
      // Once it has fired there is nothing left to decide.
      if (state.fired) return undefined;
      const pp = reports["update-dot-update"]!;
      const pg = reports["update-dot-gradient"]!;
      for (let i = 0; i < pp.length; i++) {
        state = criterion.update(state, { k: before + i + 1, pp: pp[i]!, pg: pg[i]! });
        if (state.fired) return i + 1;
      }
      return undefined;
    },
    next: () => to(state.Lambda),
    result: () => ({
      switchState: state,
      ...(state.firedAt === null ? {} : { switchedAtStep: state.firedAt }),
    }),
  };
}
