/**
 * The page of `landscape`.
 *
 * @module
 */
import {
  contours,
  csvFile,
  type LinePoint,
  lines,
  type Page,
  type Plot,
  seedPoint,
} from "../../../report/mod.ts";
import { percentText, shortText } from "../../../statistics/mod.ts";
import {
  type Architecture,
  type LandscapeConfig,
  type LandscapeData,
  type LandscapeRun,
  NAMES,
  NETWORKS,
  RISE,
} from "./data.ts";
import { summaryOf } from "./summary.ts";

const MEASURES =
  `Near: the share of the points of the plane at which the loss is at most ${
    RISE.toFixed(2)
  } above that of the end. Negative: the size of the least eigenvalue of the Hessian, if negative, over the sum of it and ` +
  "the largest; the mean over points of the plane. The paper that the claims are from looked at ResNets with ReLU and batch " +
  "normalization on CIFAR-10";

/** Returns the note under the table. */
function noteOf(architecture: Architecture): string {
  return MEASURES +
    (architecture === "mlp"
      ? "; these networks have neither."
      : "; these are small ones, on digits. The loss and its curvature are of all examples as one batch.");
}

/** The losses at which contours are drawn, for all planes alike. */
const LEVELS = [0.1, 0.2, 0.5, 1, 2, 3, 4, 5, 6, 8, 10];

/** Lays out the trainings. */
export function page({ title, config, runs }: LandscapeData): Page {
  return {
    runs: runs.map((run) => {
      const { plane: _, extremes, ...rest } = run;
      return { ...rest, ...summaryOf(run), largest: extremes.find(atEnd)?.largest ?? NaN };
    }),
    config,
    files: [
      csvFile("plane.csv", {
        rows: runs.flatMap(({ network, seed, plane }) =>
          plane.flatMap((row, j) =>
            row.map((loss, i) => ({ network, seed, x: config.at[i]!, y: config.at[j]!, loss }))
          )
        ),
        columns: ["network", "seed", "x", "y", "loss"],
      }),
      csvFile("curvature.csv", {
        rows: runs.flatMap(({ network, seed, extremes }) => extremes.map((e) => ({ network, seed, ...e }))),
        columns: ["network", "seed", "x", "y", "least", "largest"],
      }),
    ],
    tables: [{
      title,
      header: ["network", "seed", "loss", "test accuracy", "largest eigenvalue", "near", "negative"],
      rows: runs.map((run) => {
        const { near, negative } = summaryOf(run);
        return [
          NAMES[run.network],
          String(run.seed),
          run.diverged ? "diverged" : shortText(run.loss),
          percentText(run.testAccuracy),
          run.diverged ? "" : shortText(run.extremes.find(atEnd)?.largest ?? NaN),
          ...[near, negative].map((share) => (run.diverged ? "" : percentText(share))),
        ];
      }),
      note: noteOf(config.architecture),
    }],
    plots: [...planePlots(runs, config), profilePlot(runs, { title, config })],
  };
}

const atEnd = ({ x, y }: { x: number; y: number }) => x === 0 && y === 0;

/** Plots the planes of the first seed. */
function planePlots(runs: readonly LandscapeRun[], { at }: LandscapeConfig): Plot[] {
  return NETWORKS.flatMap((name) => {
    const run = runs.find((r) => r.network === name && !r.diverged);
    if (run === undefined) return [];
    const side = [at[0]!, at.at(-1)!] as const;
    return [contours({
      name: `plane-${name}`,
      title: `Training loss around the end ${NAMES[name]}, seed ${run.seed}`,
      caption: `Contours at losses of ${LEVELS.join(", ")}, as many as there are; the cross is the end.`,
      f: interpolated(run.plane, at),
      x: side,
      y: side,
      levels: LEVELS,
      marks: [{ x: 0, y: 0, label: "end" }],
      xTitle: "first direction",
      yTitle: "second direction",
    })];
  });
}

/** Returns a function that is linear in each variable between the values at the points of an even grid. */
export function interpolated(
  rows: readonly (readonly number[])[],
  at: readonly number[],
): (x: number, y: number) => number {
  const last = at.length - 1;
  const place = (v: number) => {
    const position = (v - at[0]!) / (at[last]! - at[0]!) * last;
    const before = Math.min(last - 1, Math.max(0, Math.floor(position)));
    return [before, position - before] as const;
  };
  return (x, y) => {
    const [[i, s], [j, t]] = [place(x), place(y)];
    const along = (row: readonly number[]) => (1 - s) * row[i]! + s * row[i + 1]!;
    return (1 - t) * along(rows[j]!) + t * along(rows[j + 1]!);
  };
}

function profilePlot(
  runs: readonly LandscapeRun[],
  { title, config: { at } }: { title: string; config: LandscapeConfig },
): Plot {
  const points = NETWORKS.flatMap((name) => {
    const rows = runs.filter((r) => r.network === name && !r.diverged)
      .map(({ plane }) => plane[(at.length - 1) / 2]!);
    if (rows.length === 0) return [];
    return at.map((x, i): LinePoint => {
      const losses = rows.map((row) => row[i]!);
      return { x, line: NAMES[name], ...seedPoint(losses) };
    });
  });
  return lines(points, {
    name: "profile",
    title: `Training loss along the first direction: ${title}`,
    x: "first direction",
    y: "training loss",
    lines: NETWORKS.map((name) => NAMES[name]),
    series: true,
    height: 360,
  });
}
