/**
 * The page of `benchmark`: claims, tables, plots and files, all of the data alone.
 *
 * @module
 */
import { shownRuns } from "../../comparison/mod.ts";
import type { Claim, Page } from "../../report/mod.ts";
import { agreementOf } from "./agreement.ts";
import { aggregatesOf, gainsOf } from "./aggregates.ts";
import type { BenchmarkData } from "./data.ts";
import { metricsFile, resultsFile, trialFiles } from "./files.ts";
import { latexFile } from "./latex.ts";
import { aggregatePlots, budgetPlot, gainsPlot, problemPlots, profilesPlot } from "./plots.ts";
import { problemRows, profiles } from "./rows.ts";
import { scoresOf } from "./scores.ts";
import { overallTable, problemTable } from "./tables.ts";
import { tunabilityOf } from "./tunability.ts";

/** Lays out the page. What rests on the test set stands in `results` below `test` and in `final`. */
export function page(data: BenchmarkData, _claims: readonly Claim[] = []): Page {
  const { config, protocol, problems } = data;
  const rows = problemRows(data);
  const profile = profiles(data);
  const scores = scoresOf(data);
  const aggregates = aggregatesOf(scores);
  const gains = gainsOf(scores);
  const agreement = agreementOf(data);
  const tunability = tunabilityOf(data);
  return {
    runs: problems.flatMap(({ problem, compared }) =>
      shownRuns(compared).map((run) => ({ problem, ...run }))
    ),
    config: { ...config, protocol },
    results: {
      problems: rows,
      profiles: profile,
      tunability,
      test: { aggregates, gains, agreement, scores },
    },
    files: [
      metricsFile(data),
      resultsFile(rows),
      latexFile(rows, { seeds: config.seeds.length }),
      ...trialFiles(data),
    ],
    tables: [
      ...overallTable({ aggregates, profiles: profile, agreement, scores, tunability }),
      ...problems.map((problem) => problemTable(problem, { rows, config })),
    ],
    plots: [
      ...gainsPlot(gains, data),
      ...profilesPlot(profile),
      ...aggregatePlots(aggregates),
      ...budgetPlot(tunability),
      ...problems.flatMap(problemPlots),
    ],
  };
}
