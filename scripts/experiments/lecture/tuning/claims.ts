/**
 * The claims of `tuning`.
 *
 * @module
 */
import { type Asked, decideAbove, decided } from "../../../decision/mod.ts";
import type { Claim } from "../../../report/mod.ts";
import { leastBy, mean } from "../../../statistics/mod.ts";
import type { TuningData } from "./data.ts";
import { type Grid, gridOf } from "./grid.ts";
import { gainText, measureOf, quantityOf } from "./quantity.ts";

/** Decides the claim. */
export function claims(data: TuningData, asked: Asked = {}): Claim[] {
  return [gainClaim(data, asked)];
}

/** Returns the place of the largest mean. */
function bestOf(cells: readonly (readonly number[])[]): number {
  return leastBy(cells.map((_, i) => i), (i) => -mean([...cells[i]!]));
}

/**
 * Returns, seed by seed, what the best rate gains over the two next to the usual one, a mean over the optimizers. The best
 * rate is that of the mean over all seeds.
 */
function gainsOf(grid: Grid, { usual, seeds }: { usual: number; seeds: number }): number[] {
  return Array.from({ length: seeds }, (_, seed) =>
    mean(grid.map((rates) => {
      const beside = rates.filter((_, j) => Math.abs(j - usual) === 1).map((cell) => cell[seed]!);
      return rates[bestOf(rates)]![seed]! - mean(beside);
    })));
}

/**
 * Returns, seed by seed, how far the best optimizer is above the worst, each at its best rate. Best and worst are those of
 * the means over all seeds.
 */
function betweenOf(grid: Grid, seeds: number): number[] {
  const tuned = grid.map((rates) => rates[bestOf(rates)]!);
  const best = tuned[bestOf(tuned)]!;
  const worst = leastBy(tuned, (cell) => mean([...cell]));
  return Array.from({ length: seeds }, (_, seed) => best[seed]! - worst[seed]!);
}

function gainClaim(data: TuningData, asked: Asked): Claim {
  const grid = gridOf(data);
  const { factors, seeds: { length: seeds } } = data.config;
  const gains = gainsOf(grid, { usual: factors.indexOf(1), seeds });
  const between = betweenOf(grid, seeds);
  const measure = measureOf(data);
  const text = (gains: readonly number[]) => gainText(measure, mean([...gains]));
  // Differences of logarithms are compared as ratios.
  const compared = (gains: readonly number[]) => (measure === "accuracy" ? gains : gains.map(Math.exp));
  const [verb, name] = measure === "accuracy"
    ? ["gain", "of validation accuracy on average"]
    : ["lower the validation loss", "on average"];
  return decided(
    "A tuned rate gains more than a change of optimizer: no algorithm replaces tuning for the data.",
    decideAbove([{ name: "the second", a: compared(gains), b: compared(between) }], {
      quantity: quantityOf(measure, asked),
      toward: 1,
    }),
    `From rates four times off the usual one to the best, optimizers ${verb} ${
      text(gains)
    } ${name}; from the worst optimizer to the best, both tuned, it is ${text(between)}. The first ${
      measure === "accuracy" ? "less" : "over"
    }`,
  );
}
