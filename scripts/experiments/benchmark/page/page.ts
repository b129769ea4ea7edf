/**
 * The page of `benchmark`: claims, tables, plots and files, all of the data alone.
 *
 * @module
 */
import { shownRuns } from "../../../comparison/mod.ts";
import type { Claim, Page } from "../../../report/mod.ts";
import { agreementOf } from "../results/agreement.ts";
import { aggregatesOf, gainsOf } from "../results/aggregates.ts";
import { baselinePlots, baselineTables } from "../baselines.ts";
import type { BenchmarkData } from "../data.ts";
import { metricsFile, resultsFile, trialFiles } from "./files.ts";
import { latexFile } from "./latex.ts";
import { aggregatePlots, budgetPlot, gainsPlot, problemPlots, profilesPlot } from "./plots.ts";
import { overallTable } from "./overall_table.ts";
import { problemRows, profiles } from "../results/rows.ts";
import { scoresOf } from "../results/scores.ts";
import { settingsTable } from "./settings_table.ts";
import { problemTable } from "./tables.ts";
import { tunabilityOf } from "../results/tunability.ts";

/**
 * Lays out the page: what rests on all problems together first, then a section for each problem. Optimizers stand in the
 * order of their interquartile means, the best first. What rests on the test set stands in `results` below `test` and in
 * `final`. The rules of published runs differ from problem to problem, so they are not put in an order.
 */
export function page(data: BenchmarkData, _claims: readonly Claim[] = []): Page {
  const { config, protocol, problems } = data;
  const rows = problemRows(data);
  const over = config.baselines ? undefined : overProblems(data);
  return {
    runs: problems.flatMap(({ problem, compared }) =>
      shownRuns(compared).map((run) => ({ problem, ...run }))
    ),
    config: { ...config, protocol },
    results: { problems: rows, ...over?.results },
    files: [
      metricsFile(data),
      resultsFile(rows),
      latexFile(rows, { seeds: config.seeds.length }),
      ...trialFiles(data),
    ],
    tables: [
      ...(over?.tables ?? []),
      ...baselineTables(data),
      ...problems.flatMap((problem) => [problemTable(problem, { rows, config }), ...settingsTable(problem)]),
    ],
    plots: [
      ...(over?.plots ?? []),
      ...baselinePlots(data),
      // The pictures beside the stored runs show the curves of all rules already.
      ...(config.baselines ? [] : problems.flatMap(problemPlots)),
    ],
  };
}

/** Returns what rests on all problems together. */
function overProblems(data: BenchmarkData): Required<Pick<Page, "results" | "tables" | "plots">> {
  const profile = profiles(data);
  const scores = scoresOf(data);
  const aggregates = aggregatesOf(scores);
  const gains = gainsOf(scores);
  const agreement = agreementOf(data);
  const tunability = tunabilityOf(data);
  // A single problem without a target would be scored by its own best mean.
  const scored = scores.problems.length > 1 || Object.values(scores.norms).some((n) => n.from === "target");
  const ranked = (scored ? aggregates : []).toSorted((a, b) =>
    b.interquartileMean.value - a.interquartileMean.value
  );
  const rankedGains = ranked.flatMap((a) => gains.filter((g) => g.optimizer === a.optimizer));
  return {
    results: {
      profiles: profile,
      tunability,
      test: { aggregates, gains, agreement, scores },
    },
    tables: overallTable({ aggregates: ranked, profiles: profile, agreement, scores, tunability }, data),
    plots: [
      ...gainsPlot(rankedGains, data),
      ...profilesPlot(profile),
      ...aggregatePlots(ranked),
      ...budgetPlot(tunability),
    ],
  };
}
