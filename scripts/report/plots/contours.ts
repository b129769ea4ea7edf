/**
 * Plots contours of a function of two variables, and paths across them.
 *
 * @module
 */
// @ts-types="@types/d3-contour"
import { contours as d3Contours } from "d3-contour";
import { evenLevels, place, sampled } from "../../../plots/surface/mod.ts";
import { INK, type Plot, type PlotSpec, REFERENCE } from "../plot.ts";
import { colorEncoding, dashEncoding, emphasis, styleSamples } from "./line_encoding.ts";
import { panelsOf } from "./panels.ts";

/** The path of an optimizer: its points in order. */
export interface Path {
  /** The name of its optimizer. */
  readonly line: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

/** A point to mark, such as a minimum. */
export interface Mark {
  readonly x: number;
  readonly y: number;
  readonly label: string;
}

/** The options of a contour plot. */
export interface ContoursOptions {
  readonly name: string;
  readonly title: string;
  readonly caption?: string;
  /** The function. */
  readonly f: (x: number, y: number) => number;
  /** The part of the plane to show. */
  readonly x: readonly [low: number, high: number];
  readonly y: readonly [low: number, high: number];
  /** The values of the contours; by default equal steps of log(1 + f - min f). */
  readonly levels?: readonly number[];
  readonly paths?: readonly Path[];
  readonly marks?: readonly Mark[];
  readonly xTitle?: string;
  readonly yTitle?: string;
  readonly height?: number;
  /** Draws each path in a panel of its own; `false` by default: all in one plot. */
  readonly panels?: boolean;
}

/** Plots contours in gray under the paths, and marks the end of each path with a dot. */
export function contours(options: ContoursOptions): Plot {
  const { name, title, caption, f, x, y, paths = [], marks = [], height = 420 } = options;
  const { columns, rows, values } = sampled(f, { across: x, up: y });
  const levels = options.levels ?? evenLevels(values);
  const edge = (v: number) => v <= 0.5 || v >= columns - 0.5;
  const rings: object[] = [];
  let pieces = 0;
  for (const shape of d3Contours().size([columns, rows]).smooth(true).thresholds([...levels])([...values])) {
    for (const ring of shape.coordinates.flat()) {
      pieces++;
      ring.forEach(([u, v], order) => {
        // d3-contour closes rings along the border of the grid, where no contour runs.
        if (edge(u!) || edge(v!)) pieces++;
        else {
          const [left, above] = [place(x, (u! - 0.5) / (columns - 1)), place(y, (v! - 0.5) / (rows - 1))];
          rings.push({ ...round({ x: left, y: above, level: shape.value }), ring: pieces, order });
        }
      });
    }
  }
  const inside = (px: number, py: number) =>
    Number.isFinite(px) && Number.isFinite(py) && px >= x[0] && px <= x[1] && py >= y[0] && py <= y[1];
  const steps = paths.flatMap((p) => {
    const seen = p.points.map(([px, py], step) => ({ x: px, y: py, line: p.line, step }))
      .filter((s) => inside(s.x, s.y));
    return seen.map((s, i) => ({ ...s, end: i === seen.length - 1 }));
  });
  const names = paths.map((p) => p.line);
  const px = {
    field: "x",
    type: "quantitative",
    title: options.xTitle ?? "x",
    scale: { domain: x, nice: false },
    axis: { grid: false, ...(options.panels ? { tickCount: 4 } : {}) },
  };
  const py = { ...px, field: "y", title: options.yTitle ?? "y", scale: { domain: y, nice: false } };
  const legend = options.panels ? { legend: null } : {};
  const color = { ...colorEncoding({ names }, { stroke: true }), ...legend };
  const notHidden = { filter: "indexof(hidden, datum.line) < 0" };
  // Panels share the data of their paths; a layer with data of its own is in all of them.
  const own = options.panels ? {} : { data: { name: "paths", values: steps } };
  const layer = [
    {
      data: { values: rings },
      mark: { type: "line", color: REFERENCE, strokeWidth: 1, strokeOpacity: 0.55, clip: true },
      encoding: {
        x: px,
        y: py,
        detail: { field: "ring", type: "nominal" },
        order: { field: "order", type: "quantitative" },
      },
    },
    ...(paths.length === 0 ? [] : [{
      ...own,
      transform: [notHidden],
      mark: { type: "line", strokeWidth: 2, strokeJoin: "round", clip: true },
      encoding: {
        x: px,
        y: py,
        color,
        ...(options.panels ? {} : { strokeDash: dashEncoding({ names }) }),
        opacity: emphasis(1),
        order: { field: "step", type: "quantitative" },
        tooltip: [{ field: "line", type: "nominal" }, { field: "step", type: "quantitative" }],
      },
    }, {
      ...own,
      transform: [notHidden, { filter: "datum.end" }],
      mark: { type: "point", filled: true, size: 60, clip: true },
      encoding: { x: px, y: py, color: { ...color, legend: null }, opacity: emphasis(1) },
    }]),
    ...(marks.length === 0 ? [] : [{
      data: { values: marks },
      mark: { type: "point", shape: "cross", filled: true, size: 110, color: INK, clip: true },
      encoding: { x: px, y: py, tooltip: [{ field: "label", type: "nominal" }] },
    }]),
  ];
  const params = [{ name: "hidden", value: [] }, { name: "strong", value: null }];
  const small = options.panels ? panelsOf({ field: "line", values: names, layer, ratio: 0.8 }) : undefined;
  const ends = steps.filter((s) => s.end).map((s) =>
    `${s.line}: ends at (${Number(s.x.toPrecision(3))}, ${Number(s.y.toPrecision(3))}).`
  );
  const text = paths.length === 0
    ? "Contours."
    : `Contours, and the paths of ${names.length}. ${ends.join(" ")}`;
  return {
    name,
    title,
    ...(caption === undefined ? {} : { caption }),
    text,
    ...(paths.length === 0 ? {} : {
      rows: {
        columns: { line: "line", step: "step", x: options.xTitle ?? "x", y: options.yTitle ?? "y" },
        values: steps,
      },
    }),
    ...(small === undefined
      ? {
        height,
        ...(paths.length < 2
          ? {}
          : { lines: { names, styles: styleSamples({ names }), hidden: [], labeled: false } }),
      }
      : { panels: small.panels }),
    spec:
      (small === undefined
        ? { params, layer }
        : { params, data: { name: "paths", values: steps }, ...small.spec }) as unknown as PlotSpec,
  };
}

function round({ x, y, level }: { x: number; y: number; level: number }) {
  return { x: Number(x.toPrecision(5)), y: Number(y.toPrecision(5)), level: Number(level.toPrecision(4)) };
}
