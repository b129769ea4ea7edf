/**
 * The page of `flat-minima`.
 *
 * @module
 */
import { csvFile, type LinePoint, lines, type Page, type Plot, seedPoint } from "../../../report/mod.ts";
import { percentText, shortText } from "../../../statistics/mod.ts";
import type { FlatConfig, FlatData, Path } from "./data.ts";

/** Lays out the trainings. */
export function page({ title, config, runs, paths }: FlatData): Page {
  const { batches, at, epsilon, target } = config;
  return {
    runs,
    config,
    files: [csvFile("paths.csv", {
      rows: paths.flatMap(({ seed, losses }) => losses.map((loss, i) => ({ seed, position: at[i]!, loss }))),
      columns: ["seed", "position", "loss"],
    })],
    tables: [{
      title,
      header: [
        "batch",
        "seed",
        "steps",
        "loss",
        "training accuracy",
        "test accuracy",
        "sharpness",
        "largest eigenvalue",
      ],
      rows: runs.map((r) => [
        String(batches[r.batch]),
        String(r.seed),
        r.diverged ? "diverged" : r.reached ? String(r.steps) : `${r.steps}, target missed`,
        shortText(r.trainLoss),
        percentText(r.trainAccuracy),
        percentText(r.testAccuracy),
        r.diverged ? "" : shortText(r.sharpness),
        r.diverged ? "" : shortText(r.largest),
      ]),
      note:
        `A training ends at the first evaluation with a training loss of at most ${target}. Sharpness: 100 times the largest rise of the loss over 1 + loss, ` +
        `where each parameter x moves by at most ${epsilon} (|x| + 1). Projected gradient ascent finds it, not L-BFGS-B as in ` +
        "the paper: the largest of all may be larger.",
    }],
    plots: paths.length === 0 ? [] : [pathPlot(paths, { title, config })],
  };
}

function pathPlot(
  paths: readonly Path[],
  { title, config: { at, batches } }: { title: string; config: FlatConfig },
): Plot {
  const points = at.map((x, i): LinePoint => {
    const losses = paths.map((p) => p.losses[i]!);
    return { x, line: "training loss", ...seedPoint(losses) };
  });
  return lines(points, {
    name: "between",
    title: `Training loss from one end to the other: ${title}`,
    caption:
      `On the straight way from the end with batches of ${batches.small} (0) to that with batches of ${batches.large} (1) of ` +
      "the same seed.",
    x: "position",
    series: true,
    y: "training loss",
    log: true,
    height: 360,
  });
}
