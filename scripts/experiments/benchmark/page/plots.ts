/**
 * The plots of the benchmark.
 *
 * @module
 */
import { curvePlot, searchPlots } from "../../../comparison/mod.ts";
import { heatMap, type LinePoint, lines, type Plot, points } from "../../../report/mod.ts";
import { mean, quantile } from "../../../statistics/mod.ts";
import { type Aggregate, baselineText, type Gain } from "../results/aggregates.ts";
import type { BenchmarkData, BenchmarkedProblem } from "../data.ts";
import { MOST_RATIO, type Profiles } from "../results/profiles.ts";
import { NORMALIZATION } from "../results/scores.ts";
import { sectionOf } from "./tables.ts";
import type { Tunability } from "../results/tunability.ts";

/** The advice for lines that overlap. */
const CLICK = "Click a name to see its line alone.";

/** The height of an optimizer's row in the heat map, in pixels. */
const ROW = 24;

/** Returns the heat map of gains over SGD; none without SGD or another optimizer. */
export function gainsPlot(gains: readonly Gain[], data: BenchmarkData): Plot[] {
  if (gains.length === 0) return [];
  // Failures lose everything: without an end of the colors, all other differences would look alike.
  const end = Math.max(1, Number(quantile(gains.map((g) => Math.abs(g.gain)), 0.8).toPrecision(2)));
  return [heatMap(
    gains.map(({ problem, optimizer, gain }) => ({
      x: problem,
      y: optimizer,
      value: Number(gain.toFixed(1)),
    })),
    {
      name: "gains",
      title: `Gains over ${baselineText(data)}`,
      caption:
        "How much farther than SGD an optimizer comes, in percent of the way from the untrained model to the target: by " +
        `the final test values, means over the seeds. Blue is better than SGD, red worse; colors end at ±${end} %.`,
      x: "problem",
      y: "optimizer",
      value: "gain in % of the way",
      labels: true,
      diverging: { middle: 0, end },
      height: Math.max(120, ROW * new Set(gains.map((g) => g.optimizer)).size),
    },
  )];
}

/** Returns the performance profiles; none without targets. */
export function profilesPlot(profiles: Profiles | null): Plot[] {
  if (profiles === null) return [];
  const { ratios, shares, problems } = profiles;
  return [lines(
    Object.entries(shares).flatMap(([line, all]) =>
      all.map((y, i): LinePoint => ({ x: ratios[i]!, y, line }))
    ),
    {
      name: "profiles",
      title: "Performance profiles by steps to the target",
      caption:
        `Of ${problems.length} problems, the share whose target an optimizer reaches in at most so many times the steps ` +
        "of the fastest optimizer there, by the medians over the seeds: at 1 the share on which it is the fastest itself, " +
        `at the right end all that it solves in ${MOST_RATIO} times the steps. The profile score is the mean height. ` +
        CLICK,
      x: "times the fewest steps",
      y: "share of problems",
      lines: Object.keys(shares),
      steps: true,
    },
  )];
}

/** Returns the plots of the measures over all problems. */
export function aggregatePlots(aggregates: readonly Aggregate[]): Plot[] {
  if (aggregates.length === 0) return [];
  const versus = aggregates.flatMap(({ optimizer, worseThanAdam }) =>
    worseThanAdam === undefined ? [] : [{ row: optimizer, ...worseThanAdam }]
  );
  return [
    points(aggregates.map(({ optimizer, interquartileMean }) => ({ row: optimizer, ...interquartileMean })), {
      name: "interquartile-means",
      title: "Interquartile means over the problems",
      caption:
        `The mean of the middle half of the scores of all runs. ${NORMALIZATION} Intervals of 95 % by the bootstrap over ` +
        "the seeds of each problem.",
      x: "interquartile mean of the scores",
    }),
    ...(versus.length === 0 ? [] : [points(versus, {
      name: "improvement",
      title: "Probability that a run of Adam beats a run of another optimizer",
      caption:
        "Each run of Adam beside each of the other on the same problem: the share that Adam wins, a mean over the problems " +
        "with its interval of 95 %. Right of 0.5 Adam is better more often than not.",
      x: "probability of improvement",
      reference: 0.5,
    })]),
  ];
}

/** Returns the plot of the expected best of k trials over the problems; none without several trials. */
export function budgetPlot(tunability: readonly Tunability[]): Plot[] {
  const optimizers = [...new Set(tunability.map((t) => t.optimizer))];
  const points = optimizers.flatMap((line): LinePoint[] => {
    const own = tunability.filter((t) => t.optimizer === line);
    const least = Math.min(...own.map((t) => t.expected.length));
    return Array.from(
      { length: least },
      (_, i) => ({ x: i + 1, y: mean(own.map((t) => t.expected[i]!)), line }),
    );
  });
  if (points.length === 0) return [];
  return [lines(points, {
    name: "budget",
    title: "What more trials bring",
    caption:
      "How far the best of so many trials comes by validation, in percent of the way from the untrained model to the target: " +
      "expected for trials drawn at random from those made, means over the problems.",
    x: "trials",
    y: "% of the way to the target",
    lines: optimizers,
    marks: true,
  })];
}

/** Returns the plots of a problem: the metric along the runs, and the trials' losses by their rates. */
export function problemPlots(told: BenchmarkedProblem): Plot[] {
  const { problem, metric, compared, spaces } = told;
  const prefix = problem.toLowerCase().replace(/[^a-z0-9]+/g, "-");
  const curve = curvePlot(compared, {
    name: `${prefix}-test`,
    title: `${problem}: test ${metric}`,
    measure: metric === "accuracy" ? "testAccuracy" : "testLoss",
    log: metric === "loss",
    against: "step",
    caption: CLICK,
  });
  const several = Object.values(compared.trials).some((t) => t.length > 1);
  const searched = several ? searchPlots(compared, { spaces, title: problem }) : [];
  return [curve, ...searched.map((plot) => ({ ...plot, name: `${prefix}-${plot.name}` }))]
    .map((plot) => ({ ...plot, section: sectionOf(told) }));
}
