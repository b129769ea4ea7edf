/**
 * The claims of `tuning`.
 *
 * @module
 */
import { byTest, type Claim } from "../../../report/mod.ts";
import { bootstrap, type Estimate, max, mean } from "../../../statistics/mod.ts";
import type { TuningData } from "./data.ts";
import { type Grid, gridOf, meansOf, spreadOf } from "./grid.ts";

/** Decides the claims. */
export function claims(data: TuningData): Claim[] {
  const grid = gridOf(data);
  return [rateClaim(grid), gainClaim(grid, data.config.factors.indexOf(1))];
}

/** Returns a statistic of the grid and its bootstrap interval: the same seeds are drawn for all cells. */
function estimate(grid: Grid, statistic: (grid: Grid) => number): Estimate {
  const seeds = grid[0]?.[0]?.map((_, k) => k) ?? [];
  return bootstrap(
    [seeds],
    ([drawn]) => statistic(grid.map((rates) => rates.map((cell) => drawn!.map((k) => cell[k]!)))),
    { resamples: 2000 },
  );
}

const percent = (v: number) => (100 * v).toFixed(2);

function rateClaim(grid: Grid): Claim {
  const spread = spreadOf(grid);
  const { value, low, high } = estimate(grid, (g) => spreadOf(g).ratio);
  return {
    claim: "The learning rate matters more than the optimizer.",
    verdict: byTest(low > 1),
    evidence: `With as many rates for each, validation accuracy spreads by ${
      percent(spread.rate)
    } points over the rates and by ${
      percent(spread.optimizer)
    } over the optimizers at their best: a ratio of ${value.toPrecision(3)} (${low.toPrecision(3)} to ${
      high.toPrecision(3)
    }). Test: the interval (95 %, bootstrap over seeds) lies above 1.`,
  };
}

/** Returns the gain of the best rate over the two next to the usual one; a mean over the optimizers. */
function gainOf(grid: Grid, usual: number): number {
  return mean(
    meansOf(grid).map((means) => max(means) - mean(means.filter((_, j) => Math.abs(j - usual) === 1))),
  );
}

/** Returns how far the best optimizer is above the worst, each at its best rate. */
function betweenOf(grid: Grid): number {
  const best = meansOf(grid).map((means) => max(means));
  return max(best) - Math.min(...best);
}

function gainClaim(grid: Grid, usual: number): Claim {
  const gain = estimate(grid, (g) => gainOf(g, usual));
  const between = estimate(grid, betweenOf);
  return {
    claim: "A tuned rate gains more than a change of optimizer: no algorithm replaces tuning for the data.",
    verdict: byTest(gain.low > between.high),
    evidence: `From rates four times off the usual one to the best, optimizers gain ${
      percent(gain.value)
    } points (${percent(gain.low)} to ${
      percent(gain.high)
    }) on average; from the worst optimizer to the best, both tuned, it is ${percent(between.value)} (${
      percent(between.low)
    } to ${percent(between.high)}). Test: the intervals (95 %, bootstrap over seeds) do not overlap.`,
  };
}
