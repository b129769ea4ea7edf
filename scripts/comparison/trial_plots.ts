/**
 * Plots of the trials that chose the settings of a comparison.
 *
 * @module
 */
import type { SearchInterval, SearchSpace } from "../lab/search/mod.ts";
import { type LinePoint, lines, type Marker, type Plot } from "../report/mod.ts";
import { expectedBest, mean } from "../../stats/mod.ts";
import type { Compared, Trial } from "./arms.ts";
import { bestTrial, type SearchSpaces } from "./trials.ts";

const CAPTION =
  "The validation loss after the last step, a mean over the tuning seeds. Circles: the chosen settings. Triangles at the " +
  "upper border, a row for each optimizer: settings that diverged, or ended at more than twice the loss before training.";

/** The marks of trials. */
const CHOSEN = { kind: "chosen", shape: "circle" } as const;
const BEYOND = {
  kind: "diverged, or more than twice the loss before training",
  shape: "triangle-up",
} as const;

/** Returns the mean validation loss before training; infinite without runs. */
function untrainedLoss({ arms }: Compared): number {
  const first = arms.flatMap((a) => a.points.flatMap(([point]) => point?.scores.validation?.loss ?? []));
  return first.length === 0 ? Infinity : mean(first);
}

/** The trials of an optimizer, as they are drawn. */
interface Drawn {
  /** Those whose loss is drawn. A loss of many times that before training would flatten all others. */
  readonly within: readonly Trial[];
  /** The others, at the upper border. */
  readonly beyond: readonly Trial[];
  /** The best of those that are drawn; `undefined` if there is none. */
  readonly chosen: Trial | undefined;
}

function drawn(compared: Compared, optimizer: string): Drawn {
  const most = 2 * untrainedLoss(compared);
  const tried = compared.trials[optimizer] ?? [];
  const isWithin = (t: Trial) => !t.diverged && t.loss <= most;
  const within = tried.filter(isWithin);
  return {
    within,
    beyond: tried.filter((t) => !isWithin(t)),
    chosen: within.length === 0 ? undefined : bestTrial(within),
  };
}

/** Returns the marks of an optimizer's trials. @param options.place the place of a trial on the horizontal axis */
function marksOf(
  line: string,
  { trials: { beyond, chosen }, place }: { trials: Drawn; place: (trial: Trial) => number },
): Marker[] {
  return [
    ...(chosen === undefined ? [] : [{ x: place(chosen), y: chosen.loss, line, ...CHOSEN }]),
    ...beyond.map((t) => ({ x: place(t), line, ...BEYOND })),
  ];
}

/** Returns a plot of the validation loss by rate, for each optimizer that was tuned. */
export function tuningPlot(compared: Compared, { name, title }: { name: string; title: string }): Plot {
  const names = Object.keys(compared.trials);
  const rate = ({ setting }: Trial) => setting.learningRate;
  const trials = names.map((line) => ({ line, trials: drawn(compared, line) }));
  return lines(
    trials.flatMap(({ line, trials }) => byRate(trials.within).map((t) => ({ x: rate(t), y: t.loss, line }))),
    {
      name,
      title,
      caption: CAPTION,
      x: "learning rate",
      y: "validation loss",
      lines: names,
      log: true,
      logX: 10,
      marks: true,
      markers: trials.flatMap(({ line, trials }) => marksOf(line, { trials, place: rate })),
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
  const place = ({ setting }: Trial) => {
    const value = Number(setting[name]);
    return rest ? 1 - value : value;
  };
  const trials = searched.map(({ line }) => ({ line, trials: drawn(compared, line) }));
  const points = trials.flatMap(({ line, trials: { within } }) =>
    within.map((t): LinePoint => ({ x: place(t), y: t.loss, line }))
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
    markers: trials.flatMap(({ line, trials }) => marksOf(line, { trials, place })),
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
