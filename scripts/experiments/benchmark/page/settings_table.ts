/**
 * The table of the settings that validation chose on a problem.
 *
 * @module
 */
import { type GoodRates, type TunedResult, tunedResults } from "../../../comparison/mod.ts";
import type { ResultTable } from "../../../report/mod.ts";
import type { BenchmarkedProblem } from "../data.ts";
import { sectionOf } from "./tables.ts";
import { rateOnly } from "../results/tunability.ts";
import { shortText } from "../../../statistics/mod.ts";

/** Returns the table, with a row for each optimizer that has trials; none if nothing was tuned. */
export function settingsTable(problem: BenchmarkedProblem): ResultTable[] {
  const { compared, spaces } = problem;
  const results = tunedResults(compared, spaces).filter((r) => r.count > 1);
  if (results.length === 0) return [];
  const divergedOf = ({ optimizer }: TunedResult) =>
    compared.trials[optimizer]!.filter((t) => t.diverged).length;
  const widths = results.every(({ optimizer }) => rateOnly(compared.trials[optimizer]!));
  const edges = results.some((r) => r.edges.length > 0);
  return [{
    title: `${problem.problem}: the chosen settings`,
    section: sectionOf(problem),
    header: [
      "optimizer",
      "trials",
      "diverged",
      widths ? "learning rate" : "setting",
      ...(widths ? ["good rates"] : []),
      ...(edges ? ["near an end of its interval"] : []),
    ],
    rows: results.map((result) => [
      result.optimizer,
      String(result.count),
      String(divergedOf(result)),
      result.best.diverged ? "all diverged" : chosenText(result, widths),
      ...(widths ? [ratesText(result.goodRates)] : []),
      ...(edges
        ? [result.edges.map(({ name, interval: { low, high } }) => `${name} (${low} to ${high})`).join(", ")]
        : []),
    ]),
    note: [
      `Chosen by the mean validation ${problem.metric} of the trials.`,
      ...(widths
        ? [
          "Good rates: those around the rate of the least validation loss with a loss at most 10 % above it, interpolated " +
          "between trials; beyond an end with words none was tried. The wider, the less a rule depends on its rate.",
        ]
        : []),
      ...(edges ? ["A better value may lie beyond the end of an interval."] : []),
    ].join(" "),
  }];
}

/** Returns what was searched, with three digits; `results.csv` has all, in full. */
function chosenText({ best: { setting } }: TunedResult, rateOnly: boolean): string {
  const text = (value: number | string | boolean) =>
    typeof value === "number" ? shortText(value) : String(value);
  return Object.entries(setting).map(([name, value]) => `${rateOnly ? "" : `${name}=`}${text(value)}`).join(
    ", ",
  );
}

/** Returns an interval of rates, with words at an end beyond which none was tried: `0.0171 to 0.664 or more`. */
function ratesText(good: GoodRates | null): string {
  if (good === null) return "";
  const [low, high] = [good.low, good.high].map((rate) => shortText(rate));
  const [less, more] = [good.openLow ? " or less" : "", good.openHigh ? " or more" : ""];
  return low === high ? `${low}${less === "" ? more : less}` : `${low}${less} to ${high}${more}`;
}
