/**
 * The data of `gallery`.
 *
 * @module
 */
import type { Point } from "../../../lab/problems/mod.ts";

/** A descent. */
export interface GalleryRun {
  /** The name of the picture. */
  readonly picture: string;
  readonly optimizer: string;
  readonly learningRate: number;
  /** The start, and the point after each step. */
  readonly path: readonly Point[];
  /** The height at each point. */
  readonly f: readonly number[];
  /** The height after the last step. */
  readonly final: number;
  /** The length of the path until it is near a minimum, over the straight way there; `null` if it never is. */
  readonly detour: number | null;
  /**
   * The largest distance of the path from the minimum, over that of its start; `null` if the function has no minimum, or
   * the run diverged.
   */
  readonly farthest: number | null;
  /** The first step after which the height is below -0.5; `null` if there is none. */
  readonly escapedAt: number | null;
}

/** The data of `gallery`. */
export interface GalleryData {
  /** Steps of each descent. */
  readonly steps: number;
  readonly runs: readonly GalleryRun[];
}

/** Returns the runs of a picture, in the order of the optimizers. */
export function runsOf(runs: readonly GalleryRun[], picture: string): GalleryRun[] {
  return runs.filter((r) => r.picture === picture);
}

/** Returns a run's detour as tables and claims show it. */
export function detourText({ detour }: GalleryRun): string {
  return detour === null ? "not there" : detour.toFixed(2);
}
