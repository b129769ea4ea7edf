/**
 * Plots of contours of a function of two variables, and of paths across them.
 *
 * @module
 */
import { importContours } from "../deps.ts";
import { checkNumber, checkOptions, type OptionNames } from "../options/mod.ts";
import {
  axis,
  COLORS,
  layered,
  lineChannels,
  PLOT_OPTIONS,
  type PlotOptions,
  type PlotSpec,
} from "./spec.ts";
import { simplified } from "./simplified.ts";
import { evenLevels, type Grid, place, sampled, type Window } from "./surface/mod.ts";

/** A point of the plane. */
export type Point = readonly [x: number, y: number];

/** Options of {@linkcode contours}. */
export interface ContoursOptions extends PlotOptions {
  /** The part of the plane that is shown, along the horizontal axis: two finite numbers in ascending order. */
  across: readonly [low: number, high: number];
  /** The same along the vertical axis. */
  up: readonly [low: number, high: number];
  /** The heights of the contours; by default 14 that are evenly spaced in log(1 + f - min f). */
  levels?: readonly number[];
  /** Paths by name, such as those of optimizers; none by default. Each ends in a dot. */
  paths?: Readonly<Record<string, readonly Point[]>>;
  /** Points to mark by a cross, by name, such as minima; none by default. */
  marks?: Readonly<Record<string, Point>>;
}

const CONTOURS_OPTIONS = {
  ...PLOT_OPTIONS,
  across: true,
  up: true,
  levels: false,
  paths: false,
  marks: false,
} satisfies OptionNames<ContoursOptions>;

/** The largest distance of a drawn contour from its place, in cells of the grid. */
const TOLERANCE = 0.05;
/** The largest distance of a drawn path from its place, as a share of the plot. */
const UNSEEN = 1e-3;
/** Connects points in the order of the data, where Vega-Lite would sort them by x. */
const IN_ORDER = { value: null };

/**
 * Plots contours in gray, and paths across them.
 *
 * @param surface the function, or its values on an even grid over the part that is shown: rows from low to high, as
 * `lossOnPlane` returns them
 * @throws {RangeError} when an option is unknown or out of its range, or the grid has no two rows and columns, or rows of
 * different lengths.
 *
 * @example
 * ```ts
 * import { contours } from "./contours.ts";
 * import { assertEquals } from "@std/assert";
 * const spec = await contours((x, y) => x * x + 10 * y * y, {
 *   across: [-1, 1],
 *   up: [-1, 1],
 *   levels: [0.5],
 *   paths: { sgd: [[1, 0.1], [0, 0]] },
 * });
 * const [level] = spec.layer as [{ data: { values: { x: number; y: number }[] } }];
 * assertEquals(level.data.values.every(({ x, y }) => Math.abs(x * x + 10 * y * y - 0.5) < 0.01), true);
 * ```
 */
export async function contours(
  surface: ((x: number, y: number) => number) | readonly ArrayLike<number>[],
  options: ContoursOptions,
): Promise<PlotSpec> {
  checkOptions("contours", options, CONTOURS_OPTIONS);
  const { across, up, paths = {}, marks = {} } = options;
  for (const [name, [low, high]] of Object.entries({ across, up })) {
    checkNumber(`${name}[0]`, low, "a finite number");
    if (!(Number.isFinite(high) && high > low)) {
      throw new RangeError(
        `contours: ${name} must be two finite numbers in ascending order, got [${low}, ${high}]`,
      );
    }
  }
  const grid = typeof surface === "function" ? sampled(surface, { across, up }) : gridOf(surface);
  const x = axis("x", { title: options.x ?? "x", domain: across, axis: { grid: false } });
  const y = axis("y", { title: options.y ?? "y", domain: up, axis: { grid: false } });
  const rings = await ringsOf(grid, { across, up, levels: options.levels ?? evenLevels(grid.values) });
  const level = {
    data: { values: rings },
    mark: { type: "line", color: COLORS.reference, strokeWidth: 1, strokeOpacity: 0.55, clip: true },
    encoding: {
      x,
      y,
      detail: { field: "ring", type: "nominal" },
      order: IN_ORDER,
      tooltip: [{ field: "level", type: "quantitative" }],
    },
  };
  return layered([
    level,
    ...pathLayers(thinned(paths, { across, up }), { x, y }),
    ...markLayers(marks, { x, y }),
  ], options);
}

function gridOf(rows: readonly ArrayLike<number>[]): Grid {
  const columns = rows[0]?.length ?? 0;
  if (rows.length < 2 || columns < 2 || rows.some((row) => row.length !== columns)) {
    throw new RangeError(
      `contours: a grid needs at least two rows of equally many numbers, at least two, got rows of ${
        rows.map((row) => row.length).join(", ") || "nothing"
      }`,
    );
  }
  return { columns, rows: rows.length, values: Float64Array.from(rows.flatMap((row) => Array.from(row))) };
}

async function ringsOf(
  { columns, rows, values }: Grid,
  { across, up, levels }: Window & { levels: readonly number[] },
): Promise<object[]> {
  const { contours: shapes } = await importContours();
  const edge = ([u, v]: readonly number[]) => u! < 0.5 || v! < 0.5 || u! > columns - 0.5 || v! > rows - 0.5;
  const points: object[] = [];
  let ring = 0;
  for (const shape of shapes().size([columns, rows]).smooth(true).thresholds([...levels])([...values])) {
    for (const piece of shape.coordinates.flat().flatMap((places) => piecesOf(places, edge))) {
      ring++;
      for (const [u, v] of simplified(piece, TOLERANCE)) {
        const [x, y] = [place(across, (u - 0.5) / (columns - 1)), place(up, (v - 0.5) / (rows - 1))];
        points.push({ x: rounded(x), y: rounded(y), level: rounded(shape.value), ring });
      }
    }
  }
  return points;
}

/** Parts a ring where it runs along the border of the grid: no contour is there. */
function piecesOf(ring: readonly (readonly number[])[], edge: (at: readonly number[]) => boolean): Point[][] {
  const pieces: Point[][] = [[]];
  for (const at of ring) {
    if (!edge(at)) pieces.at(-1)!.push([at[0]!, at[1]!]);
    else if (pieces.at(-1)!.length > 0) pieces.push([]);
  }
  return pieces.filter((piece) => piece.length > 1);
}

function rounded(v: number): number {
  return Number(v.toPrecision(5));
}

/** Returns the paths without points that would not be seen, and without those of a divergence. */
function thinned(paths: Readonly<Record<string, readonly Point[]>>, { across, up }: Window) {
  const [width, height] = [across, up].map(([low, high]) => high - low);
  return Object.fromEntries(
    Object.entries(paths).map(([name, path]) => {
      const finite = path.filter((at) => at.every(Number.isFinite));
      const scaled = finite.map(([x, y]): Point => [x / width!, y / height!]);
      return [name, simplified(scaled, UNSEEN).map(([x, y]): Point => [x * width!, y * height!])];
    }),
  );
}

function pathLayers(
  paths: Readonly<Record<string, readonly Point[]>>,
  { x, y }: { x: object; y: object },
): object[] {
  const names = Object.keys(paths);
  if (names.length === 0) return [];
  const { color, strokeDash } = lineChannels(names);
  const steps = names.flatMap((line) =>
    paths[line]!.map(([x, y]) => ({ line, x: rounded(x), y: rounded(y) }))
  );
  const ends = names.flatMap((line) => steps.filter((p) => p.line === line).slice(-1));
  return [
    {
      data: { values: steps },
      mark: { type: "line", strokeWidth: 2, strokeJoin: "round", clip: true },
      encoding: { x, y, color, strokeDash, order: IN_ORDER },
    },
    {
      data: { values: ends },
      mark: { type: "point", filled: true, size: 60, opacity: 1, clip: true },
      encoding: { x, y, color: { ...color, legend: null }, tooltip: [{ field: "line", type: "nominal" }] },
    },
  ];
}

function markLayers(marks: Readonly<Record<string, Point>>, { x, y }: { x: object; y: object }): object[] {
  const values = Object.entries(marks).map(([label, [x, y]]) => ({ label, x, y }));
  if (values.length === 0) return [];
  const mark = {
    type: "point",
    shape: "cross",
    filled: true,
    size: 110,
    color: COLORS.ink,
    opacity: 1,
    clip: true,
  };
  return [{ data: { values }, mark, encoding: { x, y, tooltip: [{ field: "label", type: "nominal" }] } }];
}
