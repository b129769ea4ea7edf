/**
 * Plots values over two axes as colors.
 *
 * @module
 */
import type { Plot, PlotSpec } from "../plot.ts";
import { legendBelow } from "./legend.ts";

/** A cell of a heat map. */
export interface Cell {
  readonly x: number | string;
  readonly y: number | string;
  /** The value that its color shows: a number, or a name in a map of kinds. */
  readonly value: number | string;
}

/** The options of a heat map. */
export interface HeatMapOptions {
  readonly name: string;
  readonly title: string;
  readonly caption?: string;
  readonly x: string;
  readonly y: string;
  /** The title of the color scale. */
  readonly value: string;
  /** The kinds in the order of the legend, if values are names. */
  readonly kinds?: readonly string[];
  /** Whether the color scale is logarithmic; `false` by default. */
  readonly log?: boolean;
  /** Whether to write the values into the cells where they have room; `false` by default. */
  readonly labels?: boolean;
  readonly width?: number;
  readonly height?: number;
}

/** The width of a cell that has room for its value, in pixels. */
const LABEL = 38;

/** Plots a cell for each pair of `x` and `y`: numbers in ascending order, names in the order of their first occurrence. */
export function heatMap(cells: readonly Cell[], options: HeatMapOptions): Plot {
  const { name, title, caption, x, y, value, kinds, log = false, labels = false, width, height } = options;
  const shown = cells.filter((c) =>
    typeof c.value === "string" || (Number.isFinite(c.value) && (!log || c.value > 0))
  );
  const xs = ordered(cells.map((c) => c.x));
  const ys = ordered(cells.map((c) => c.y));
  // Labels of many cells would overlap: some are left out.
  const axis = (all: readonly unknown[], most: number) => ({
    labelOverlap: true,
    labelAngle: 0,
    ...(all.length > most ? { values: all.filter((_, i) => i % Math.ceil(all.length / most) === 0) } : {}),
    ...(all.every((v) => typeof v === "number") ? { format: ".3~g", formatType: "number" } : {}),
  });
  const position = {
    x: { field: "x", type: "ordinal", title: x, sort: xs, axis: axis(xs, 12) },
    y: {
      field: "y",
      type: "ordinal",
      title: y,
      sort: ys.every((v) => typeof v === "number") ? [...ys].reverse() : ys,
      axis: axis(ys, 16),
    },
  };
  const color = kinds
    ? {
      field: "value",
      type: "nominal",
      title: value,
      scale: { domain: kinds },
      legend: legendBelow(kinds),
    }
    : {
      field: "value",
      type: "quantitative",
      title: value,
      ...(log ? { scale: { type: "log" } } : {}),
      legend: { orient: "bottom", titleLimit: 400, gradientLength: { expr: "min(width, 320)" } },
    };
  const tooltip = [
    { field: "x", type: "nominal", title: x },
    { field: "y", type: "nominal", title: y },
    {
      field: "value",
      type: kinds ? "nominal" : "quantitative",
      title: value,
      ...(kinds ? {} : { format: ".5~g" }),
    },
  ];
  // The lower half of the colors is dark.
  const middle = middleOf(shown.map((c) => Number(c.value)), { log });
  const layer = [
    { mark: { type: "rect" }, encoding: { ...position, color, tooltip } },
    ...(labels
      ? [{
        mark: { type: "text", fontSize: 11, opacity: { expr: `width < ${LABEL * xs.length} ? 0 : 1` } },
        encoding: {
          ...position,
          text: { field: "value", ...(kinds ? {} : { type: "quantitative", format: ".3~g" }) },
          color: { condition: { test: `datum.value > ${middle}`, value: "black" }, value: "white" },
        },
      }]
      : []),
  ];
  return {
    name,
    title,
    ...(caption === undefined ? {} : { caption }),
    ...(width === undefined ? {} : { width }),
    height: height ?? Math.min(480, Math.max(120, 30 * ys.length)),
    spec: { data: { values: shown }, layer } as unknown as PlotSpec,
  };
}

function ordered(values: readonly (number | string)[]): (number | string)[] {
  const all = [...new Set(values)];
  return all.every((v) => typeof v === "number") ? all.sort((a, b) => Number(a) - Number(b)) : all;
}

function middleOf(values: readonly number[], { log }: { log: boolean }): number {
  const low = values.reduce((a, b) => Math.min(a, b), Infinity);
  const high = values.reduce((a, b) => Math.max(a, b), -Infinity);
  return log ? Math.sqrt(low * high) : (low + high) / 2;
}
