/**
 * The ends of trials, and the trials that follow from them.
 *
 * @module
 */
import type { Trial } from "./space.ts";

/** The end of a trial. */
export interface TrialEnd {
  /** The metric; `null` if the trial failed, or the metric is not finite. */
  readonly score: number | null;
  /** The epoch after which the trial was pruned; its score is the metric there. */
  readonly prunedAfter?: number;
}

/** The end of each trial that has ended, by id. */
export type Ends = ReadonlyMap<string, TrialEnd>;

/** The trials known so far. */
export interface Schedule {
  /** The trials decided so far, without duplicates. */
  readonly trials: readonly Trial[];
  /** Whether no others will follow. */
  readonly complete: boolean;
  /** The trials, by the id of each trial, whose values may prune it; absent if no trial is pruned. */
  readonly earlier?: ReadonlyMap<string, readonly string[]>;
}
