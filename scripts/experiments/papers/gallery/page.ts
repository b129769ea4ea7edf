/**
 * The page of `gallery`.
 *
 * @module
 */
import { contours, csvFile, lines, type Page, type Plot, type ResultTable } from "../../../report/mod.ts";
import { detourText, type GalleryData, type GalleryRun, runsOf } from "./data.ts";
import { ESCAPED, type Picture, PICTURES } from "./pictures.ts";

/** The height below which plots cut off a descent without end, which would leave nothing to see of the others. */
const CUT = -2;

/** Lays out the page: a table and the pictures of each function. */
export function page({ steps, runs }: GalleryData): Page {
  return {
    runs: runs.map(({ path: _path, f: _f, ...rest }) => rest),
    config: { steps, pictures: PICTURES.map(({ name, start }) => ({ name, start })) },
    tables: PICTURES.map((p) => pictureTable(p, runsOf(runs, p.name))),
    plots: PICTURES.flatMap((p) => plotsOf(p, runsOf(runs, p.name))),
    files: [csvFile("metrics.csv", {
      rows: runs.flatMap(({ picture, optimizer, path, f }) =>
        path.map(([x, y], step) => ({ picture, optimizer, step, x, y, f: f[step] }))
      ),
      columns: ["picture", "optimizer", "step", "x", "y", "f"],
    })],
  };
}

function pictureTable({ name, test }: Picture, runs: readonly GalleryRun[]): ResultTable {
  const escape = name === "saddle";
  return {
    title: test.title,
    header: [
      "optimizer",
      "learning rate",
      "f at the end",
      ...(escape ? ["left at step"] : ["detour", "farthest"]),
    ],
    rows: runs.map((r) => [
      r.optimizer,
      r.learningRate.toPrecision(4),
      r.final.toExponential(2),
      ...(escape ? [String(r.escapedAt ?? "never")] : [detourText(r), r.farthest?.toFixed(2) ?? "diverged"]),
    ]),
    note: escape
      ? "The rates are those tuned on Beale's function."
      : "detour: length of the path until a tenth of the distance to the minimum is left, over the straight way. " +
        "farthest: largest distance from the minimum, over that of the start.",
  };
}

function plotsOf(picture: Picture, runs: readonly GalleryRun[]): Plot[] {
  return [pathsPlot(picture, runs), heightPlot(picture, runs)];
}

/** Plots the path of each optimizer in a panel of its own: together they would hide each other. */
function pathsPlot({ name, test, start }: Picture, runs: readonly GalleryRun[]): Plot {
  return contours({
    name,
    title: `${test.title}: the path of each optimizer`,
    caption: "Crosses: the start, and the minimum if there is one. A dot ends each path.",
    f: test.f,
    x: test.region[0],
    y: test.region[1],
    paths: runs.map(({ optimizer, path }) => ({ line: optimizer, points: path })),
    marks: [
      { x: start[0], y: start[1], label: "start" },
      ...test.minima.map(([x, y]) => ({ x, y, label: "minimum" })),
    ],
    panels: true,
  });
}

function heightPlot({ name, test }: Picture, runs: readonly GalleryRun[]): Plot {
  const falls = test.minima.length > 0;
  const shown = (f: number) => (falls ? f : Math.max(f, CUT));
  return lines(
    runs.flatMap((r) => r.f.map((f, step) => ({ x: step, y: shown(f), line: r.optimizer }))),
    {
      name: `${name}-f`,
      title: `${test.title}: f over the steps`,
      x: "step",
      y: "f",
      log: falls,
      lines: runs.map((r) => r.optimizer),
      ...(falls ? {} : { references: [{ y: ESCAPED, label: "left the saddle" }] }),
    },
  );
}
