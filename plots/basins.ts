/**
 * Plots of basins of attraction.
 *
 * @module
 */
import { checkOptions, type OptionNames } from "../options/mod.ts";
import { PALETTE } from "./style/mod.ts";
import { axis, COLORS, layered, PLOT_OPTIONS, type PlotOptions, type PlotSpec } from "./spec.ts";
import type { Point } from "./contours.ts";

/** Options of {@linkcode basins}. */
export interface BasinsOptions extends PlotOptions {
  /** The places of the grid's columns: at least two finite numbers, evenly spaced, in ascending order. */
  across: readonly number[];
  /** The places of its rows. */
  up: readonly number[];
  /** The ends by name, marked by crosses; none by default. Their order decides the colors. */
  ends?: Readonly<Record<string, Point>>;
}

const BASINS_OPTIONS = { ...PLOT_OPTIONS, across: true, up: true, ends: false } satisfies OptionNames<
  BasinsOptions
>;

/**
 * Plots basins of attraction: each start on a grid in the color of the end that it leads to.
 *
 * @param reached returns the name of the end that a start leads to, such as the nearest minimum after a descent; starts
 * that lead to `null` stay white
 * @throws {RangeError} when an option is unknown or missing, the grid is not evenly spaced, or there are more than nine ends.
 *
 * @example
 * ```ts
 * import { basins } from "./basins.ts";
 * import { assertEquals } from "@std/assert";
 * const spec = basins((x) => (x < 0 ? "left" : "right"), { across: [-1, 0, 1], up: [0, 1] });
 * const [{ data }] = spec.layer as [{ data: { values: { end: string }[] } }];
 * assertEquals(data.values.map((v) => v.end), ["left", "right", "right", "left", "right", "right"]);
 * ```
 */
export function basins(reached: (x: number, y: number) => string | null, options: BasinsOptions): PlotSpec {
  checkOptions("basins", options, BASINS_OPTIONS);
  const { across, up, ends = {} } = options;
  const [width, height] = [spacing("across", across), spacing("up", up)];
  const cells = up.flatMap((y) => across.map((x) => ({ x, y, end: reached(x, y) }))).filter((c) =>
    c.end !== null
  );
  const names = [...new Set([...Object.keys(ends), ...cells.map((c) => c.end!)])];
  const colors = PALETTE.light;
  if (names.length > colors.length) {
    throw new RangeError(`basins: at most ${colors.length} ends can be told apart, got ${names.length}`);
  }
  const range = (
    places: readonly number[],
    size: number,
  ) => [places[0]! - size / 2, places.at(-1)! + size / 2];
  const x = axis("x", { title: options.x ?? "x", domain: range(across, width), axis: { grid: false } });
  const y = axis("y", { title: options.y ?? "y", domain: range(up, height), axis: { grid: false } });
  const color = {
    field: "end",
    type: "nominal",
    title: null,
    scale: { domain: names, range: colors.slice(0, names.length).map(pale) },
    legend: { orient: "bottom", symbolType: "square" },
  };
  const edges = cells.map(({ x, y, end }) => ({
    left: x - width / 2,
    right: x + width / 2,
    low: y - height / 2,
    high: y + height / 2,
    x,
    y,
    end,
  }));
  const marks = Object.entries(ends).map(([end, [x, y]]) => ({ end, x, y }));
  return layered([
    {
      data: { values: edges },
      // Strokes hide the seams between cells.
      mark: { type: "rect", strokeWidth: 0.7 },
      encoding: {
        x: { ...x, field: "left" },
        x2: { field: "right" },
        y: { ...y, field: "low" },
        y2: { field: "high" },
        color,
        stroke: { ...color, legend: null },
        tooltip: ["x", "y", "end"].map((field) => ({
          field,
          type: field === "end" ? "nominal" : "quantitative",
        })),
      },
    },
    ...(marks.length === 0 ? [] : [{
      data: { values: marks },
      mark: { type: "point", shape: "cross", filled: true, size: 110, color: COLORS.ink, opacity: 1 },
      encoding: { x, y, tooltip: [{ field: "end", type: "nominal" }] },
    }]),
  ], options);
}

/** Returns a color `#rrggbb` halfway to white, so that what lies on it can be seen. */
function pale(color: string): string {
  const part = (at: number) => Math.round((Number.parseInt(color.slice(at, at + 2), 16) + 255) / 2);
  return `#${[1, 3, 5].map((at) => part(at).toString(16).padStart(2, "0")).join("")}`;
}

/** Returns the distance of evenly spaced numbers. */
function spacing(name: string, places: readonly number[]): number {
  const step = (places.at(-1)! - places[0]!) / (places.length - 1);
  const even = places.every((v, i) => Math.abs(v - places[0]! - i * step) <= 1e-6 * step);
  if (!(places.length >= 2 && step > 0 && even)) {
    throw new RangeError(`basins: ${name} must be at least two evenly spaced numbers in ascending order`);
  }
  return step;
}
