/**
 * `tuning`: the lecture's 'tune for the data; no algorithm replaces that'.
 *
 * @module
 */
import { stringify } from "@std/csv";
import {
  COMPARED_COLUMNS,
  comparedRows,
  type ComparedRun,
  compareOptimizers,
  type Contender,
  OPTIMIZERS,
  partsAt,
  perceptron,
} from "../../lab/mod.ts";
import { byTest, type Claim, heatMap, lines } from "../../report/mod.ts";
import type { Experiment } from "../../run/mod.ts";
import { ownOptions, SCALE, seedsFrom, seedsOption, seedsText } from "../../cli/mod.ts";
import { bootstrap, deviation, max, mean, median, plusMinus } from "../../statistics/mod.ts";

const OPTIONS = { scale: SCALE, seeds: seedsOption(4) };
const SIZES = {
  default: { hidden: [64], epochs: 6, batchSize: 32 },
  paper: { hidden: [256], epochs: 3, batchSize: 128 },
};
const NAMES = ["sgd", "momentum", "adagrad", "rmsprop", "adam"];

/** Every optimizer's budget: its usual rate times 4^k. */
const EXPONENTS = [-4, -3, -2, -1, 0, 1, 2, 3, 4];

/** Every optimizer over as many rates, centered at its usual one. */
export const tuningExperiment: Experiment = {
  summary: "an equal-budget tuning study: the spread due to the rate against the spread due to the optimizer",
  defaults: `digits, MLP 64-64-10, ${SIZES.default.epochs} epochs, ${EXPONENTS.length} rates each, 4 seeds; ${
    NAMES.join(", ")
  }`,
  common: ["seed", "device", "data-dir", "out", "resume"],
  options: OPTIONS,
  async prepare(options) {
    const { scale = "default", seeds: n } = ownOptions(OPTIONS, options);
    const seeds = seedsFrom(options, n);
    const parts = await partsAt(scale, options);
    const { hidden, epochs, batchSize } = SIZES[scale];
    const contenders = NAMES.map((name): Contender => {
      const entry = OPTIMIZERS[name]!;
      const rates = EXPONENTS.map((k) => Number((entry.learningRate * 4 ** k).toPrecision(6)));
      return { name, rates, ...entry };
    });
    return async ({ options: { device }, progress }) => {
      const task = perceptron(parts, hidden);
      const compared = await compareOptimizers({
        task,
        contenders,
        seeds,
        tuningSeeds: [],
        epochs,
        batchSize,
        device,
        progress,
      });
      const grid = gridOf(compared.arms.map((a) => a.runs));
      const spread = spreads(grid);
      const all = compared.arms.flatMap((a) => a.runs);
      const diverged = all.filter((r) => r.diverged).length;
      const title = `${parts.name}, MLP ${[parts.features, ...hidden, 10].join("-")}`;
      return {
        runs: all,
        results: { spread },
        config: { scale, seeds, hidden, epochs, batchSize, factors: EXPONENTS.map((k) => 4 ** k) },
        files: [{
          name: "metrics.csv",
          content: stringify(comparedRows(compared), { columns: COMPARED_COLUMNS }),
        }],
        tables: [{
          header: [
            "optimizer",
            "usual rate",
            "best rate",
            "at its best",
            "at the usual",
            "median rate",
            "worst",
            "spread",
            "test at its best",
          ],
          rows: NAMES.map((name, i) => {
            const of = grid[i]!.map((cell) => mean([...cell]));
            const best = of.indexOf(max(of));
            const { learningRate, rates } = contenders[i]!;
            const shown = [of[best]!, of[EXPONENTS.indexOf(0)]!, median(of), Math.min(...of), deviation(of)];
            const test = compared.arms[i * EXPONENTS.length + best]!.runs.map((
              r,
            ) => (r.diverged ? NaN : 100 * r.testAccuracy));
            return [
              name,
              String(learningRate),
              String(rates![best]),
              ...shown.map((v) => `${(100 * v).toFixed(2)}%`),
              plusMinus(test, (v) => v.toFixed(2), { unit: "%" }),
            ];
          }),
          note:
            `Validation accuracy, means over ${
              seedsText(seeds.length)
            }; the spread is the standard deviation over the rates. ` +
            `Between the optimizers, each at its best rate, it is ${(100 * spread.optimizer).toFixed(2)}%. ` +
            (diverged === 0
              ? ""
              : `${diverged} of ${all.length} runs diverged: they count as guessing, 10%.`),
        }],
        plots: [
          heatMap(
            NAMES.flatMap((y, i) =>
              EXPONENTS.map((k, j) => ({ x: 4 ** k, y, value: mean([...grid[i]![j]!]) }))
            ),
            {
              name: "accuracy",
              title: `Validation accuracy by optimizer and rate: ${title}`,
              caption: "Means over the seeds.",
              x: "rate, in units of the optimizer's usual one",
              y: "",
              value: "validation accuracy",
              labels: true,
            },
          ),
          lines(budgetCurves(grid), {
            name: "budget",
            title: `What tuning buys: ${title}`,
            caption:
              "The expected validation accuracy, a mean over the seeds, of the best of so many of the nine rates, " +
              "drawn at random.",
            x: "rates tried",
            y: "expected best validation accuracy",
            lines: NAMES,
            marks: true,
          }),
        ],
        claims: claims(grid, spread),
      };
    };
  },
};

/** Validation accuracies: `[optimizer][rate][seed]`; of a run that came to no number, that of guessing. */
type Grid = readonly (readonly (readonly number[])[])[];

function gridOf(arms: readonly (readonly ComparedRun[])[]): Grid {
  const cell = (runs: readonly ComparedRun[]) => runs.map((r) => (r.diverged ? 0.1 : r.validationAccuracy));
  return NAMES.map((_, i) => EXPONENTS.map((_, j) => cell(arms[i * EXPONENTS.length + j]!)));
}

/** Standard deviations of mean accuracies: over the rates, the mean over optimizers; over the optimizers, each at its best. */
function spreads(grid: Grid): { rate: number; optimizer: number; ratio: number } {
  const means = grid.map((rates) => rates.map((cell) => mean([...cell])));
  const rate = mean(means.map(deviation));
  const optimizer = deviation(means.map((of) => max(of)));
  return { rate, optimizer, ratio: rate / optimizer };
}

/** The expected maximum of n of the rates, drawn without replacement. */
export function budgetCurves(grid: Grid): { x: number; y: number; line: string }[] {
  return grid.flatMap((rates, i) => {
    const means = rates.map((cell) => mean([...cell]));
    return means.map((_, k) => ({ x: k + 1, y: expectedBest(means, k + 1), line: NAMES[i]! }));
  });
}

/** Returns the expected greatest of `n` of the values, drawn without replacement: 1 <= n <= how many there are. */
export function expectedBest(values: readonly number[], n: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  // A value with r values below it is the greatest of n drawn with probability C(r, n - 1) / C(total, n).
  return sorted.reduce((sum, v, r) => sum + v * choose(r, n - 1) / choose(sorted.length, n), 0);
}

function choose(n: number, k: number): number {
  if (k > n) return 0;
  let value = 1;
  for (let i = 0; i < k; i++) value *= (n - i) / (i + 1);
  return value;
}

function claims(grid: Grid, spread: { rate: number; optimizer: number; ratio: number }): Claim[] {
  const seeds = grid[0]![0]!.map((_, k) => k);
  // The seeds are resampled, the same ones for all cells.
  const of = (statistic: (g: Grid) => number) =>
    bootstrap(
      [seeds],
      ([drawn]) => statistic(grid.map((rates) => rates.map((cell) => drawn!.map((k) => cell[k]!)))),
      {
        resamples: 2000,
      },
    );
  const ratio = of((g) => spreads(g).ratio);
  const usual = EXPONENTS.indexOf(0);
  const gain = of((g) =>
    mean(g.map((rates) => {
      const means = rates.map((cell) => mean([...cell]));
      return max(means) - mean(means.filter((_, j) => Math.abs(j - usual) === 1));
    }))
  );
  const between = of((g) => {
    const best = g.map((rates) => max(rates.map((cell) => mean([...cell]))));
    return max(best) - Math.min(...best);
  });
  const percent = (v: number) => (100 * v).toFixed(2);
  return [
    {
      claim: "The learning rate matters more than the optimizer.",
      verdict: byTest(ratio.low > 1),
      evidence:
        `With as many rates for each, validation accuracy spreads by ${
          percent(spread.rate)
        } points over the rates and by ` +
        `${percent(spread.optimizer)} over the optimizers at their best: a ratio of ${
          ratio.value.toPrecision(3)
        } ` +
        `(${ratio.low.toPrecision(3)} to ${
          ratio.high.toPrecision(3)
        }). Test: the interval (95 %, bootstrap over seeds) ` +
        "lies above 1.",
    },
    {
      claim: "A tuned rate gains more than a change of optimizer: no algorithm replaces tuning for the data.",
      verdict: byTest(gain.low > between.high),
      evidence:
        `From rates four times off the usual one to the best, optimizers gain ${
          percent(gain.value)
        } points ` +
        `(${percent(gain.low)} to ${
          percent(gain.high)
        }) on average; from the worst optimizer to the best, both tuned, it is ` +
        `${percent(between.value)} (${percent(between.low)} to ${
          percent(between.high)
        }). Test: the intervals (95 %, ` +
        "bootstrap over seeds) do not overlap.",
    },
  ];
}
