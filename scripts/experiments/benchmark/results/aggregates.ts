/**
 * One number for all problems, by optimizer, and gains over plain SGD.
 *
 * @module
 */
import {
  type Estimate,
  interquartileMean,
  mean,
  optimalityGap,
  probabilityOfImprovement,
  stratifiedBootstrap,
} from "../../../statistics/mod.ts";
import { BEST } from "../claims/best_rule.ts";
import type { BenchmarkData } from "../data.ts";
import type { ProblemScores } from "./scores.ts";

/** The rule that gains are over: SGD, tuned as the others. */
export const BASELINE = "sgd";

/** The measures of an optimizer over the problems. */
export interface Aggregate {
  readonly optimizer: string;
  /** Interquartile mean of the scores of all runs, with its interval (95 %, stratified bootstrap over the seeds). */
  readonly interquartileMean: Estimate;
  /** Mean distance of the scores to 1, those above counting as 1. */
  readonly optimalityGap: Estimate;
  /** Probability that a run of Adam is better than one of this optimizer; absent for Adam, and without it. */
  readonly worseThanAdam?: Estimate;
}

const RESAMPLES = 1000;

/** Returns the measures; none without problems that have scores. */
export function aggregatesOf({ problems, scores }: ProblemScores): Aggregate[] {
  if (problems.length === 0) return [];
  const adam = scores[BEST];
  return Object.entries(scores).map(([optimizer, own]) => ({
    optimizer,
    interquartileMean: stratifiedBootstrap([own], ([s]) => interquartileMean(s!.flat()), {
      resamples: RESAMPLES,
    }),
    optimalityGap: stratifiedBootstrap([own], ([s]) => optimalityGap(s!.flat()), { resamples: RESAMPLES }),
    ...(adam === undefined || optimizer === BEST ? {} : {
      worseThanAdam: stratifiedBootstrap(
        [adam, own],
        ([a, b]) => probabilityOfImprovement(a!, b!),
        { resamples: RESAMPLES },
      ),
    }),
  }));
}

/** The gain of an optimizer over SGD on a problem, in percent of the way from the untrained model to the target. */
export interface Gain {
  readonly problem: string;
  readonly optimizer: string;
  readonly gain: number;
}

/** Returns the gains over SGD, means over the seeds; none without SGD. */
export function gainsOf({ problems, scores }: ProblemScores): Gain[] {
  const baseline = scores[BASELINE];
  if (baseline === undefined) return [];
  return Object.entries(scores).filter(([o]) => o !== BASELINE).flatMap(([optimizer, own]) =>
    problems.map((problem, i) => ({
      problem,
      optimizer,
      gain: 100 * (mean(own[i]!) - mean(baseline[i]!)),
    }))
  );
}

/** Returns what gains are over, in words. */
export function baselineText({ config: { schedule } }: Pick<BenchmarkData, "config">): string {
  return schedule === "constant"
    ? "SGD with a tuned constant rate"
    : `SGD with a tuned rate and the schedule ${schedule}`;
}
