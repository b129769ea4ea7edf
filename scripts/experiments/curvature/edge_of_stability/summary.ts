/**
 * A training of `edge-of-stability` in a few numbers.
 *
 * @module
 */
import { mean } from "../../../statistics/mod.ts";
import { type EdgeRun, EDGES } from "./data.ts";

/** A sharpness at this share of the edge counts as having reached it. */
export const NEAR = 0.9;

/** A training in a few numbers. */
export interface EdgeSummary {
  /** The sharpness at which the rule begins to oscillate. */
  readonly edge: number;
  /** The first sharpness that was measured. */
  readonly first: number;
  /** The step of the first measurement near the edge; `null` if there is none. */
  readonly reachedAt: number | null;
  /** The mean sharpness over the last third of the measurements. */
  readonly last: number;
  /** `last / edge`. */
  readonly ratio: number;
  /** The mean loss over the first and over the second half of the last third. */
  readonly losses: readonly [number, number];
  /** Whether the second of them is less. */
  readonly falls: boolean;
}

/** Returns a training in a few numbers; `null` if it diverged. */
export function summaryOf({ rule, learningRate, points, diverged }: EdgeRun): EdgeSummary | null {
  if (diverged || points.length < 6) return null;
  const edge = EDGES[rule] / learningRate;
  const third = points.slice(-Math.floor(points.length / 3));
  const half = Math.floor(third.length / 2);
  const losses = [third.slice(0, half), third.slice(-half)].map((p) => mean(p.map((q) => q.loss))) as [
    number,
    number,
  ];
  const last = mean(third.map((p) => p.sharpness));
  return {
    edge,
    first: points[0]!.sharpness,
    reachedAt: points.find((p) => p.sharpness >= NEAR * edge)?.step ?? null,
    last,
    ratio: last / edge,
    losses,
    falls: losses[1] < losses[0],
  };
}
