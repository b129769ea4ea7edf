/**
 * The options of a backtracking line search.
 *
 * @module
 */
import { type Declarations, fixed } from "../../options/mod.ts";

/** Options of `backtracking`. */
export interface BacktrackingOptions {
  /** The most reductions of the rate in one search: an integer of at least 0. 15 by default. */
  maxBacktrackingSteps?: number;
  /** The share of the decrease along the slope that a step must reach, `c`: at least 0. 1e-4 by default. */
  slopeRtol?: number;
  /** The factor of the rate after a trial that does not suffice: in (0, 1). 0.8 by default. */
  decreaseFactor?: number;
  /**
   * The factor of the last rate for the first trial of the next search: above 0. With `Infinity` each search
   * begins at `maxLearningRate`. 1.5 by default.
   */
  increaseFactor?: number;
  /** The largest rate: above 0. 1 by default. */
  maxLearningRate?: number;
  /** The largest excess of the value over the bound: at least 0. 0 by default. */
  atol?: number;
  /** The largest excess of the value over the bound, in values of the start: at least 0. 0 by default. */
  rtol?: number;
}

/** The options with their ranges and defaults. */
export const BACKTRACKING_OPTIONS = {
  maxBacktrackingSteps: fixed("an integer of at least 0", 15),
  slopeRtol: fixed("a finite number of at least 0", 1e-4),
  decreaseFactor: fixed("in (0, 1)", 0.8),
  increaseFactor: fixed("a number above 0", 1.5),
  maxLearningRate: fixed("a finite number above 0", 1),
  atol: fixed("a finite number of at least 0", 0),
  rtol: fixed("a finite number of at least 0", 0),
} satisfies Declarations<BacktrackingOptions>;
