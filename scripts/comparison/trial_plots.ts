/**
 * Plots of the trials that chose the settings of a comparison.
 *
 * @module
 */
import type { SearchInterval, SearchSpace } from "../lab/search/mod.ts";
import { type LinePoint, lines, type Plot } from "../report/mod.ts";
import type { Compared, Trial } from "./arms.ts";
import type { SearchSpaces } from "./trials.ts";

const CAPTION =
  "The validation loss after the last step, a mean over the tuning seeds; settings that diverged are left out.";

/** Returns a plot of the validation loss by rate, for each optimizer that was tuned. */
export function tuningPlot({ trials }: Compared, { name, title }: { name: string; title: string }): Plot {
  return lines(
    Object.entries(trials).flatMap(([line, tried]) =>
      byRate(tried).map((t) => ({ x: t.setting.learningRate, y: t.loss, line }))
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
  { compared: { trials }, spaces, title }: { compared: Compared; spaces: SearchSpaces; title: string },
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
    (trials[line] ?? []).map(({ setting, loss }): LinePoint => {
      const value = Number(setting[name]);
      return { x: rest ? 1 - value : value, y: loss, line };
    })
  );
  const x = name === "learningRate" ? "learning rate" : rest ? `1 - ${name}` : name;
  return lines(points, {
    name: `tuning-${name.replace(/[^a-z0-9]+/gi, "-").replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}`,
    title: `Validation loss by ${x}: ${title}`,
    caption: CAPTION,
    x,
    y: "validation loss",
    log: true,
    logX: scale === "linear" ? false : 10,
    marks: "alone",
  });
}
