/**
 * The loss around an end in a few numbers.
 *
 * @module
 */
import { mean } from "../../../statistics/mod.ts";
import { type LandscapeRun, RISE } from "./data.ts";

/** The loss around an end in two shares; NaN if the training diverged. */
export interface LandscapeSummary {
  /** The share of the points of the plane at which the loss is at most {@linkcode RISE} above that of the end. */
  readonly near: number;
  /** The mean over points of the size of the least eigenvalue, if negative, over the sum of it and the largest one. */
  readonly negative: number;
}

/** Returns the shares of a run. */
export function summaryOf({ loss, plane, extremes, diverged }: LandscapeRun): LandscapeSummary {
  if (diverged) return { near: NaN, negative: NaN };
  const points = plane.flat();
  return {
    near: points.filter((v) => v - loss <= RISE).length / points.length,
    negative: mean(extremes.map(({ least, largest }) => {
      const below = Math.max(0, -least);
      return below === 0 ? 0 : below / (below + Math.max(0, largest));
    })),
  };
}
