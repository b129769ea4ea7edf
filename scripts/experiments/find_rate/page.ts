/**
 * The page of `find-rate`.
 *
 * @module
 */
import { csvFile, type Page, type ResultTable } from "../../report/mod.ts";
import type { FindRateData } from "./data.ts";
import { ratePlots } from "./plots.ts";
import {
  type OptimizerSuggestion,
  type Spread,
  suggestionsOf,
  type TestedRun,
  testedRuns,
} from "./tested.ts";
import { shortText } from "../../statistics/mod.ts";

const NOTE =
  "Steepest fall: the rate around which the smoothed loss falls most steeply against the logarithm of the rate, over a " +
  "tenth of the steps, before its minimum. Diverged: the smoothed loss exceeds 4 times the least before it, or a loss is " +
  "not finite. None: after the first tenth of the steps the loss does not fall by more than the noise of batches explains, " +
  "or too few steps lead to its least. Medians over the seeds, with their range. A suggestion is where a search may start, not a tuned rate: it comes from a " +
  "few hundred steps, depends on their number, and knows nothing of validation data.";

/** Lays out the tests: suggestions, pictures, and the losses step by step. */
export function page(data: FindRateData): Page {
  const runs = testedRuns(data);
  const suggestions = suggestionsOf(runs);
  return {
    runs: runs.map(({ optimizer, hyperparameters, seed, result }) => {
      const { points, suggestion, least, leastAtEnd, diverged, divergedAt } = result;
      return {
        optimizer,
        hyperparameters,
        seed,
        steps: points.length,
        suggestion,
        least,
        leastAtEnd,
        diverged,
        divergedAt,
      };
    }),
    results: { suggestions },
    config: data.config,
    files: [metricsFile(runs)],
    tables: [suggestionTable(suggestions, data.title)],
    plots: ratePlots(data, { runs, suggestions }),
  };
}

function metricsFile(runs: readonly TestedRun[]) {
  return csvFile("metrics.csv", {
    rows: runs.flatMap(({ optimizer, seed, result }) =>
      result.points.map(({ step, rate, loss, smoothed }) => ({
        optimizer,
        seed,
        step,
        learningRate: rate,
        loss,
        smoothedLoss: smoothed,
      }))
    ),
    columns: ["optimizer", "seed", "step", "learningRate", "loss", "smoothedLoss"],
  });
}

function suggestionTable(suggestions: readonly OptimizerSuggestion[], title: string): ResultTable {
  return {
    title,
    header: ["optimizer", "seeds", "steepest fall", "a tenth of the minimum", "diverged at", ""],
    rows: suggestions.map(({ optimizer, seeds, steepest, minimum, divergedAt, leastAtEnd }) => [
      optimizer,
      String(seeds),
      spreadText(steepest, seeds),
      spreadText(minimum, seeds),
      divergedAt === null ? "never" : spreadText(divergedAt, seeds),
      leastAtEnd > 0 ? `least at the last step with ${leastAtEnd} of ${seeds}: raise --high` : "",
    ]),
    note: NOTE,
  };
}

/** Returns `0.0123 (0.01 to 0.02)`, with the number of seeds where it is not that of all. */
function spreadText(spread: Spread | null, seeds: number): string {
  if (spread === null) return "none";
  const { median, low, high } = spread;
  const some = spread.seeds < seeds ? `, ${spread.seeds} of ${seeds} seeds` : "";
  return low === high
    ? `${shortText(median)}${some}`
    : `${shortText(median)} (${shortText(low)} to ${shortText(high)}${some})`;
}
