/**
 * The plots of the benchmark.
 *
 * @module
 */
import { curvePlot, searchPlots } from "../../comparison/mod.ts";
import { heatMap, type LinePoint, lines, type Plot, points } from "../../report/mod.ts";
import { mean, quantile } from "../../statistics/mod.ts";
import { type Aggregate, baselineText, type Gain } from "./aggregates.ts";
import type { BenchmarkData, BenchmarkedProblem } from "./data.ts";
import { MOST_RATIO, type Profiles } from "./profiles.ts";
import { NORMALIZATION } from "./scores.ts";
import type { Tunability } from "./tunability.ts";

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
        `Hundredths of the way from the untrained model to the target, by the final test values, means over the ` +
        `seeds; above 0 is better than SGD. Colors end at ±${end}.`,
      x: "problem",
      y: "optimizer",
      value: "gain in hundredths of the way",
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
        `The share of ${problems.length} problems whose target an optimizer reaches within that many times the fewest ` +
        `steps of any, by the medians over the seeds. The profile score is the mean height from 1 to ${MOST_RATIO}.`,
      x: "times the fewest steps",
      y: "share of problems",
      lines: Object.keys(shares),
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
      caption: `${NORMALIZATION} Intervals of 95 % by the bootstrap over the seeds of each problem.`,
      x: "interquartile mean of the scores",
    }),
    ...(versus.length === 0 ? [] : [points(versus, {
      name: "improvement",
      title: "Probability that a run of Adam beats a run of another optimizer",
      caption: "Means over the problems, with intervals of 95 %; at 0.5 neither is better.",
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
    title: "Expected best validation score by number of trials",
    caption:
      "The best of that many of the trials, drawn at random, in hundredths of the way from the untrained model to the target; " +
      "means over the problems.",
    x: "trials",
    y: "hundredths of the way",
    lines: optimizers,
    marks: true,
  })];
}

/** Returns the plots of a problem: the metric along the runs, and the trials' losses by their rates. */
export function problemPlots({ problem, title, metric, compared, spaces }: BenchmarkedProblem): Plot[] {
  const prefix = problem.toLowerCase().replace(/[^a-z0-9]+/g, "-");
  const curve = curvePlot(compared, {
    name: `${prefix}-test`,
    title: `${problem}: test ${metric}`,
    measure: metric === "accuracy" ? "testAccuracy" : "testLoss",
    log: metric === "loss",
    against: "step",
    caption: `${title}.`,
  });
  const several = Object.values(compared.trials).some((t) => t.length > 1);
  const searched = several ? searchPlots(compared, { spaces, title: problem }) : [];
  return [curve, ...searched.map((plot) => ({ ...plot, name: `${prefix}-${plot.name}` }))];
}
