/**
 * The tests of `find-rate`, evaluated.
 *
 * @module
 */
import { median } from "../../statistics/mod.ts";
import type { FindRateData, RangeRun } from "./data.ts";
import { growingRate } from "./growth.ts";
import { type RangeResult, rangeTest, type Suggestion } from "./suggestion.ts";

/** A test and its result. */
export interface TestedRun extends RangeRun {
  readonly result: RangeResult;
}

/** A rate over the seeds. */
export interface Spread {
  readonly median: number;
  readonly low: number;
  readonly high: number;
  /** `log10(high / low)`. */
  readonly decades: number;
  /** The number of seeds with such a rate. */
  readonly seeds: number;
}

/** The suggestions for an optimizer over its seeds; `null` where no seed has one. */
export interface OptimizerSuggestion extends Readonly<Record<keyof Suggestion, Spread | null>> {
  readonly optimizer: string;
  readonly seeds: number;
  /** The rates at which the loss diverged. */
  readonly divergedAt: Spread | null;
  /** The number of seeds whose least loss is that of the last step: a higher `--high` may move their suggestion. */
  readonly leastAtEnd: number;
}

/** Evaluates each test. */
export function testedRuns({ config, runs }: FindRateData): TestedRun[] {
  const rate = growingRate(config);
  const { steps, smoothing } = config;
  return runs.map((run) => ({ ...run, result: rangeTest(run.losses, { rate, steps, smoothing }) }));
}

/** Returns the suggestions for each optimizer, in the order of the runs. */
export function suggestionsOf(runs: readonly TestedRun[]): OptimizerSuggestion[] {
  return [...new Set(runs.map((r) => r.optimizer))].map((optimizer) => {
    const results = runs.filter((r) => r.optimizer === optimizer).map((r) => r.result);
    return {
      optimizer,
      seeds: results.length,
      steepest: spreadOf(results.map((r) => r.suggestion.steepest)),
      minimum: spreadOf(results.map((r) => r.suggestion.minimum)),
      divergedAt: spreadOf(results.map((r) => r.divergedAt)),
      leastAtEnd: results.filter((r) => r.leastAtEnd).length,
    };
  });
}

/** Returns the median, taken on a logarithmic scale, and the range of the rates that there are. */
function spreadOf(rates: readonly (number | null)[]): Spread | null {
  const there = rates.filter((r) => r !== null);
  if (there.length === 0) return null;
  const [low, high] = [Math.min(...there), Math.max(...there)];
  return {
    median: Math.exp(median(there.map(Math.log))),
    low,
    high,
    decades: Math.log10(high / low),
    seeds: there.length,
  };
}
