/**
 * The plots of a sweep's report.
 *
 * @module
 */
import { bars, INK, parallel, type ParallelAxis, type Plot, type PlotSpec } from "../report/mod.ts";
import { positionOf, type SearchInterval, valueAt } from "../lab/search/mod.ts";
import type { TrialState } from "./collect.ts";
import { finishedSettings, importanceOf } from "./importance.ts";
import { searchedOptions } from "./tpe_settings.ts";
import type { Sweep } from "./sweep_file.ts";

/** The largest number of options in plots. */
const MOST_PLOTS = 6;
const MOST_AXES = 8;

/** Explains the importance of options. */
export const IMPORTANCE =
  "PED-ANOVA: how much the best tenth of the settings differs from all of them in each option. " +
  "With fewer than 50 settings it is rough.";

/** Returns the plots of a sweep. */
export function sweepPlots({ sweep, states }: { sweep: Sweep; states: readonly TrialState[] }): Plot[] {
  const importance = importanceOf(sweep, states);
  return [
    ...parallelPlot(sweep, states),
    ...(importance === undefined ? [] : [bars(importance, {
      name: "importance",
      title: "Importance of the options",
      caption: IMPORTANCE,
      x: `share in the importance for ${sweep.metric}`,
    })]),
    ...optionPlots(sweep, states),
  ];
}

/** Plots a line for each finished setting across the options and the metric; none if fewer than two options vary. */
function parallelPlot(sweep: Sweep, states: readonly TrialState[]): Plot[] {
  const { metric, goal, space, search } = sweep;
  const settings = finishedSettings(states);
  const budget = "resource" in search
    ? [{ name: search.resource, ...budgetAxis(settings, search.resource) }]
    : [];
  const options = searchedOptions(space).slice(0, MOST_AXES).map(({ name, values }): ParallelAxis =>
    "min" in values
      ? { name, interval: intervalOf({ low: values.min, high: values.max, scale: values.scale }) }
      : { name, values }
  );
  if (options.length + budget.length < 2 || settings.length < 2) return [];
  const scores = settings.map((s) => s.score);
  const [low, high] = [Math.min(...scores), Math.max(...scores)];
  const log = low > 0 && high >= 10 * low;
  const axes = [...options, ...budget, {
    name: metric,
    interval: intervalOf({ low, high, scale: log ? "log" : "linear" }),
  }];
  const lines = settings.map(({ setting, score }) => ({ values: { ...setting, [metric]: score }, score }));
  return [parallel(lines, {
    name: "settings",
    title: "Settings",
    caption: `A line for each finished setting. The better its ${metric}, the stronger its color.`,
    axes,
    score: metric,
    goal,
    log,
  })];
}

/** Returns an axis with labels at its ends and in its middle. */
function intervalOf(of: SearchInterval): Required<ParallelAxis>["interval"] {
  return { labels: [of.low, Number(valueAt(of, 0.5)), of.high], position: (v) => positionOf(of, v) };
}

function budgetAxis(settings: readonly { setting: Readonly<Record<string, unknown>> }[], resource: string) {
  return { values: [...new Set(settings.map((s) => Number(s.setting[resource])))].sort((a, b) => a - b) };
}

/** Plots the metric over each option that has several numeric values. */
function optionPlots(sweep: Sweep, states: readonly TrialState[]): Plot[] {
  const names = [...new Set(states.flatMap((s) => Object.keys(s.trial.setting)))];
  const numeric = names.filter((name) => {
    const values = states.map((s) => s.trial.setting[name]);
    return values.every((v) => typeof v === "number") && new Set(values).size > 1;
  });
  return numeric.slice(0, MOST_PLOTS).map((name) => {
    const values = states.flatMap(({ trial, state, score }) =>
      score === null || state !== "finished"
        ? []
        : [{ x: Number(trial.setting[name]), y: score, trial: trial.id }]
    );
    const xs = values.map((v) => v.x);
    const log = Math.min(...xs) > 0 && Math.max(...xs) >= 10 * Math.min(...xs);
    const scale = { zero: false, nice: false, padding: 12 };
    const spec = {
      data: { values },
      mark: { type: "point", filled: true, size: 50, opacity: 0.6, color: INK },
      encoding: {
        x: {
          field: "x",
          type: "quantitative",
          title: name,
          scale: log ? { type: "log", nice: false, padding: 12 } : scale,
        },
        y: { field: "y", type: "quantitative", title: sweep.metric, scale },
        tooltip: [
          { field: "x", type: "quantitative", title: name },
          { field: "y", type: "quantitative", title: sweep.metric, format: ".4~g" },
          { field: "trial", type: "nominal" },
        ],
      },
    } as unknown as PlotSpec;
    return {
      name: name.toLowerCase().replace(/[^a-z0-9]+/g, "-"),
      title: `${sweep.metric} by ${name}`,
      caption: "A dot for each finished trial.",
      spec,
    };
  });
}
