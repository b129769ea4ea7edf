/**
 * Plots of the trials that chose the settings of a comparison.
 *
 * @module
 */
import type { SearchInterval, SearchSpace } from "../lab/search/mod.ts";
import { type LinePoint, lines, type Plot } from "../report/mod.ts";
import { expectedBest, mean } from "../../stats/mod.ts";
import type { Compared, Trial } from "./arms.ts";
import type { SearchSpaces } from "./trials.ts";

const CAPTION =
  "The validation loss after the last step, a mean over the tuning seeds; settings that diverged, or ended far above the " +
  "loss before training, are left out.";

/** Returns the mean validation loss before training; infinite without runs. */
function untrainedLoss({ arms }: Compared): number {
  const first = arms.flatMap((a) => a.points.flatMap(([point]) => point?.scores.validation?.loss ?? []));
  return first.length === 0 ? Infinity : mean(first);
}

/** Returns the trials to draw. A loss of many times that before training would flatten all others. */
function drawn(compared: Compared, optimizer: string): readonly Trial[] {
  const most = 2 * untrainedLoss(compared);
  return (compared.trials[optimizer] ?? []).filter((t) => !t.diverged && t.loss <= most);
}

/** Returns a plot of the validation loss by rate, for each optimizer that was tuned. */
export function tuningPlot(compared: Compared, { name, title }: { name: string; title: string }): Plot {
  return lines(
    Object.keys(compared.trials).flatMap((line) =>
      byRate(drawn(compared, line)).map((t) => ({ x: t.setting.learningRate, y: t.loss, line }))
    ),
    {
      name,
      title,
      caption: CAPTION,
      x: "learning rate",
      y: "validation loss",
      log: true,
      logX: 10,
      marks: true,
    },
  );
}

function byRate(trials: readonly Trial[]): Trial[] {
  return [...trials].sort((a, b) => a.setting.learningRate - b.setting.learningRate);
}

/**
 * Returns a plot of the validation loss by each number that was searched: a line where an optimizer's rate alone was,
 * otherwise points, because the other numbers change from one trial to the next.
 */
export function searchPlots(
  compared: Compared,
  { spaces, title }: { spaces: SearchSpaces; title: string },
): Plot[] {
  const numbers = Object.values(spaces).flatMap((space) => Object.keys(intervalsOf(space)));
  if (numbers.every((name) => name === "learningRate")) {
    return [tuningPlot(compared, { name: "tuning", title: `Validation loss by learning rate: ${title}` })];
  }
  return [...new Set(numbers)].map((name) => numberPlot(name, { compared, spaces, title }));
}

/** Returns the intervals of a space, without its choices. */
function intervalsOf(space: SearchSpace): Record<string, SearchInterval> {
  return Object.fromEntries(
    Object.entries(space).filter((entry): entry is [string, SearchInterval] => !("choices" in entry[1])),
  );
}

function numberPlot(
  name: string,
  { compared, spaces, title }: { compared: Compared; spaces: SearchSpaces; title: string },
): Plot {
  const searched = Object.entries(spaces).flatMap(([line, space]) => {
    const interval = intervalsOf(space)[name];
    return interval === undefined ? [] : [{ line, interval }];
  });
  const scales = new Set(searched.map((s) => s.interval.scale));
  const [scale] = scales.size === 1 ? scales : ["linear"];
  // Numbers just below 1 are told apart by their distance from it.
  const rest = scale === "one-minus-log";
  const points = searched.flatMap(({ line }) =>
    drawn(compared, line).map(({ setting, loss }): LinePoint => {
      const value = Number(setting[name]);
      return { x: rest ? 1 - value : value, y: loss, line };
    })
  );
  const x = name === "learningRate" ? "learning rate" : rest ? `1 - ${name}` : name;
  // A plot of one optimizer has no legend.
  const [one, ...others] = searched;
  const whose = one !== undefined && others.length === 0 ? ` of ${one.line}` : "";
  return lines(points, {
    name: `tuning-${name.replace(/[^a-z0-9]+/gi, "-").replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}`,
    title: `Validation loss by ${x}${whose}: ${title}`,
    caption: CAPTION,
    x,
    y: "validation loss",
    // Each optimizer has one color in all plots.
    lines: Object.keys(compared.trials),
    log: true,
    logX: scale === "linear" ? false : 10,
    marks: "alone",
  });
}

/**
 * Returns a plot of the expected best validation loss of k trials, for each optimizer that was tuned: what a smaller
 * budget would have found on average. A trial that ended above the loss before training, or diverged, counts as that.
 */
export function budgetPlot(compared: Compared, { name, title }: { name: string; title: string }): Plot {
  const untrained = untrainedLoss(compared);
  return lines(
    Object.entries(compared.trials).flatMap(([line, tried]) =>
      budgetCurve(tried, untrained).map((point) => ({ ...point, line }))
    ),
    {
      name,
      title,
      caption:
        "The expected lowest validation loss of that many of the trials, drawn at random; one that diverged, or " +
        "ended above the loss before training, counts as the latter.",
      x: "trials",
      y: "validation loss",
      lines: Object.keys(compared.trials),
      log: true,
      marks: true,
    },
  );
}

function budgetCurve(tried: readonly Trial[], untrained: number): { x: number; y: number }[] {
  const losses = tried.map((t) => (t.diverged ? untrained : Math.min(t.loss, untrained)));
  if (!losses.every(Number.isFinite)) return [];
  return losses.map((_, i) => ({ x: i + 1, y: expectedBest(losses, { trials: i + 1, best: "least" }) }));
}
