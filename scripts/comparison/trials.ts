/**
 * The trials that chose the settings of a comparison: their results, table and rows.
 *
 * @module
 */
import { type AtEdge, edgesOf, type SearchSpace } from "../lab/search/mod.ts";
import { csvFile, type ResultTable, type RunFile } from "../report/mod.ts";
import { leastBy } from "../statistics/mod.ts";
import type { Compared, Trial } from "./arms.ts";
import { type GoodRates, goodRates, goodRatesText } from "./good_rates.ts";

/** The spaces that trials were drawn from, by optimizer. */
export type SearchSpaces = Readonly<Record<string, SearchSpace>>;

/** The outcome of an optimizer's trials. */
export interface TunedResult {
  readonly optimizer: string;
  /** How many trials were made. */
  readonly count: number;
  /** The trial that is best by validation. */
  readonly best: Trial;
  /** The chosen values near an end of their interval: better ones may lie beyond. */
  readonly edges: readonly AtEdge[];
  /** The rates around the best one that are about as good; `null` where more than the rate was searched. */
  readonly goodRates: GoodRates | null;
}

/**
 * Returns the best trial: that with the highest validation accuracy and, among equal ones or without accuracies, with the
 * lowest validation loss; the first of equal ones. Trials that diverged rank last.
 */
export function bestTrial(trials: readonly Trial[]): Trial {
  const rank = ({ diverged, accuracy = 0 }: Trial) => (diverged ? -Infinity : accuracy);
  const highest = Math.max(...trials.map(rank));
  return leastBy(trials.filter((t) => rank(t) === highest), (t) => t.loss);
}

/** Returns the outcome of each optimizer that was tuned. */
export function tunedResults({ trials }: Compared, spaces: SearchSpaces): TunedResult[] {
  return Object.entries(trials).map(([optimizer, tried]) => {
    const best = bestTrial(tried);
    const edges = edgesOf(best.setting, spaces[optimizer] ?? {});
    return { optimizer, count: tried.length, best, edges, goodRates: goodRates(tried) };
  });
}

const WIDTHS =
  "The wider the rates within 10 % of the lowest loss, the less the optimizer depends on its rate; losses between " +
  "trials are interpolated over the logarithm of the rate.";

/** Returns a table of the chosen settings; none if nothing was tuned. */
export function tunedTable(compared: Compared, spaces: SearchSpaces): ResultTable[] {
  const results = tunedResults(compared, spaces);
  if (results.length === 0) return [];
  const widths = results.some((r) => r.goodRates !== null);
  return [{
    title: "The chosen settings",
    header: [
      "optimizer",
      "trials",
      "diverged",
      "chosen setting",
      "validation loss",
      ...(widths ? ["rates within 10 % of it"] : []),
      "near the edge of its interval",
    ],
    rows: results.map(({ optimizer, count, best, edges, goodRates }) => [
      optimizer,
      String(count),
      String((compared.trials[optimizer] ?? []).filter((t) => t.diverged).length),
      settingText(best.setting),
      best.diverged ? "all diverged" : best.loss.toFixed(4),
      ...(widths ? [goodRatesText(goodRates)] : []),
      edges.map(edgeText).join(", "),
    ]),
    note:
      "Each trial trains with the tuning seeds, which no other run uses. The setting with the lowest mean validation " +
      "loss after the last step is chosen, and trained anew with the seeds above. Trials read nothing of the test set." +
      (widths ? ` ${WIDTHS}` : ""),
  }];
}

/** Returns `learningRate=0.01, beta1=0.95`. */
export function settingText(setting: Trial["setting"]): string {
  return Object.entries(setting).map(([name, value]) => `${name}=${value}`).join(", ");
}

/** Returns `learningRate (0.0001 to 0.1)`. */
function edgeText({ name, interval: { low, high } }: AtEdge): string {
  return `${name} (${low} to ${high})`;
}

/** Returns the file `trials.csv`: a row for each training of each trial; none if nothing was tuned. */
export function trialsFile({ trials }: Compared, tuningSeeds: readonly number[]): RunFile[] {
  const names = searchedNames(Object.values(trials).flat());
  if (names.length === 0) return [];
  return [csvFile("trials.csv", {
    rows: trialRows(trials, { tuningSeeds }),
    columns: ["optimizer", "trial", ...names, "seed", "validationLoss"],
  })];
}

/** Returns the hyper-parameters that were tried, in the order of their first trials. */
export function searchedNames(trials: readonly Trial[]): readonly string[] {
  return [...new Set(trials.flatMap((t) => Object.keys(t.setting)))];
}

/** Returns a row for each training of each trial. @param options.fields further columns, for the `k`-th tuning seed */
export function trialRows(
  trials: Compared["trials"],
  { tuningSeeds, fields }: {
    tuningSeeds: readonly number[];
    fields?: (trial: Trial, k: number) => object;
  },
): object[] {
  return Object.entries(trials).flatMap(([optimizer, tried]) =>
    tried.flatMap((trial) =>
      trial.losses.map((validationLoss, k) => ({
        optimizer,
        trial: trial.trial,
        ...trial.setting,
        seed: tuningSeeds[k],
        validationLoss,
        ...fields?.(trial, k),
      }))
    )
  );
}
