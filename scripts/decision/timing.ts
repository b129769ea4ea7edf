/**
 * Conditions under which times can be compared.
 *
 * @module
 */
import { median, quantile } from "../../stats/mod.ts";
import type { Decision } from "./decision.ts";
import { underConditions } from "./decision.ts";

/** The largest share of its time that a fixed piece of work may wait for other work. */
export const MOST_WAITING = 0.25;

/** The largest ratio of the quartiles of the times of the same work. */
export const MOST_SCATTER = 2;

/** What was measured of the conditions. */
export interface Conditions {
  /** The share of its time that a fixed piece of work waited for other work: 0 to 1. */
  readonly waiting: number;
  /** How many times longer the same work takes when it is slow than when it is fast, at least 1. */
  readonly scatter: number;
}

/** Returns a decision about times; undecided if the load of the machine or the scatter of the times is too great. */
export function timed(decision: Decision, { waiting, scatter }: Conditions): Decision {
  const percent = (share: number) => `${Math.round(100 * share)} %`;
  return underConditions(decision, {
    faults: [
      ...waiting > MOST_WAITING
        ? [
          `The load was too great (other work took ${percent(waiting)} of the time, at most ${
            percent(MOST_WAITING)
          })`,
        ]
        : [],
      ...scatter > MOST_SCATTER
        ? [
          `The times scatter too much (the same work took ${
            scatter.toPrecision(3)
          } times as long when repeated, at most ${MOST_SCATTER})`,
        ]
        : [],
    ],
    remedy: "measure again on a machine with no other work",
  });
}

/** Returns the ratio of the upper quartile of times of the same work to the lower one. */
export function quartileRatio(times: readonly number[]): number {
  return quantile(times, 0.75) / quantile(times, 0.25);
}

/** Returns the median over several works of the ratio of the median of its repeated times to the least. */
export function repeatRatio(works: readonly (readonly number[])[]): number {
  return median(works.map((times) => median(times) / Math.min(...times)));
}
