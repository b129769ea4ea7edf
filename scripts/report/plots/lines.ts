/**
 * Plots lines, each with an optional band around it.
 *
 * @module
 */
import { INK, type Plot, type PlotSpec, REFERENCE } from "../plot.ts";
import { legendBelow } from "./legend.ts";
import { type Marker, markerLayers } from "./markers.ts";

/** A point of a line. */
export interface LinePoint {
  /** Position on the horizontal axis; left out if it is not above 0 on a logarithmic scale. */
  readonly x: number;
  /** Position on the vertical axis; left out if it is not finite, or not above 0 on a logarithmic scale. */
  readonly y: number;
  /** The line it belongs to. */
  readonly line: string;
  /** The lower edge of a band around the line. */
  readonly low?: number;
  /** The upper edge. */
  readonly high?: number;
  /** Its style, one of the plot's styles: lines of one name and several styles have one color. */
  readonly style?: string;
}

/** A reference line. */
export interface Reference {
  /** Its position on the vertical axis. */
  readonly y: number;
  /** Its label. */
  readonly label: string;
}

/** The options of a line plot. */
export interface LinesOptions {
  readonly name: string;
  readonly title: string;
  readonly caption?: string;
  /** The title of the horizontal axis. */
  readonly x: string;
  /** The title of the vertical axis. */
  readonly y: string;
  /** The lines in the order of the legend; by default that of their first points. */
  readonly lines?: readonly string[];
  /** Whether the vertical scale is logarithmic; `false` by default. */
  readonly log?: boolean;
  /** The base of a logarithmic horizontal scale; `false` (default) for a linear one. */
  readonly logX?: false | 2 | 10;
  /** Whether to mark the points themselves; `false` by default. `"alone"`: without lines between them. */
  readonly marks?: boolean | "alone";
  /** Keeps the height of a point up to the next one; `false` by default: the line leads straight to it. */
  readonly steps?: boolean;
  /** The styles of points, in the order of the legend: the first is solid, the others are wide, pale and dashed. */
  readonly styles?: readonly string[];
  /** Horizontal lines across the plot. */
  readonly references?: readonly Reference[];
  /** Single points to mark, left out where points of lines would be; the caption should say what the shapes mean. */
  readonly markers?: readonly Marker[];
  readonly height?: number;
}

/** Plots lines over a common axis. Clicking a name in the legend highlights its line. */
export function lines(points: readonly LinePoint[], options: LinesOptions): Plot {
  const { name, title, caption, x, y, log = false, logX = false, marks = false, height } = options;
  const names = options.lines ?? [...new Set(points.map((p) => p.line))];
  const references = options.references ?? [];
  const drawn = ({ x, y }: { x: number; y: number }) =>
    Number.isFinite(x) && Number.isFinite(y) && (!log || y > 0) && (logX === false || x > 0);
  const shown = points.filter(drawn);
  const markers = (options.markers ?? []).filter(({ x, y = 1 }) => drawn({ x, y }));
  const banded = shown.filter((p) =>
    Number.isFinite(p.low) && Number.isFinite(p.high) && (!log || p.low! > 0)
  );
  const yScale = log ? { type: "log", nice: false } : { zero: false };
  const xScale = logX === false ? { nice: false, zero: false } : { type: "log", base: logX, nice: false };
  const color = {
    field: "line",
    type: "nominal",
    title: null,
    scale: { domain: [...names] },
    legend: names.length < 2 ? null : legendBelow(names, { stroke: marks !== "alone" }),
  };
  const dim = { condition: { param: "chosen", value: 1 }, value: 0.12 };
  const whole = logX === false && shown.every((p) => Number.isInteger(p.x));
  const all = [...shown, ...markers].map((p) => p.x);
  const ticks = logX === 2
    ? { values: [...new Set(shown.map((p) => p.x))], format: ".3~g", labelOverlap: true }
    : logX === 10 && decades(all) >= 2
    ? { values: powersWithin(all), labelExpr: POWER_LABEL, labelOverlap: true }
    : whole
    ? { tickMinStep: 1, format: ",d" }
    : {};
  // Without a gap, labels as long as their distance would read as one.
  const separation = { labelOverlap: true, labelSeparation: 8 };
  const xAxis = {
    field: "x",
    type: "quantitative",
    title: x,
    axis: { grid: false, ...separation, ...ticks },
    scale: xScale,
  };
  const yAxis = {
    field: "y",
    type: "quantitative",
    title: y,
    scale: yScale,
    ...(log && decades(shown.map((p) => p.y)) > 3 ? { axis: { gridOpacity: AT_POWERS } } : {}),
  };
  const tooltip = [
    { field: "line", type: "nominal", title: "line" },
    { field: "x", type: "quantitative", title: x },
    { field: "y", type: "quantitative", title: y, format: ".5~g" },
  ];
  const layer = [
    ...(banded.length === 0 ? [] : [{
      data: { values: banded },
      mark: { type: "area", interpolate: "linear" },
      encoding: {
        x: xAxis,
        y: { ...yAxis, field: "low" },
        y2: { field: "high" },
        color,
        opacity: { condition: { param: "chosen", value: names.length > 3 ? 0.1 : 0.18 }, value: 0.03 },
        ...(options.styles === undefined ? {} : { detail: { field: "style", type: "nominal" } }),
      },
    }]),
    ...references.map((r) => ({
      data: { values: [{ y: r.y, label: r.label }] },
      layer: [
        {
          mark: { type: "rule", color: REFERENCE, strokeDash: [4, 4] },
          encoding: { y: yAxis },
        },
        {
          mark: {
            type: "text",
            color: INK,
            fontSize: 12,
            align: "left",
            baseline: "bottom",
            dx: 4,
            dy: -2,
            x: 0,
          },
          encoding: { y: yAxis, text: { field: "label", type: "nominal" } },
        },
      ],
    })),
    {
      data: { values: shown },
      params: [{ name: "chosen", select: { type: "point", fields: ["line"] }, bind: "legend" }],
      mark: marks === "alone" ? { type: "point", filled: true, size: 50, opacity: 1 } : {
        type: "line",
        // Styles have widths of their own.
        ...(options.styles === undefined ? { strokeWidth: 2 } : {}),
        interpolate: options.steps ? "step-after" : "linear",
        ...(marks ? { point: true } : {}),
      },
      encoding: {
        x: xAxis,
        y: yAxis,
        color,
        ...(marks === "alone"
          ? {}
          : options.styles === undefined
          ? dashesOf(names)
          : stylesOf(options.styles)),
        opacity: dim,
        tooltip,
      },
    },
    ...markerLayers(markers, {
      lines: names,
      encoding: { x: xAxis, y: yAxis, color, opacity: dim, tooltip },
    }),
  ];
  return {
    name,
    title,
    ...(caption === undefined ? {} : { caption }),
    ...(height === undefined ? {} : { height }),
    spec: { layer } as unknown as PlotSpec,
  };
}

/** Hides grid lines between powers of ten if there are many decades: they would merge into a gray area. */
const AT_POWERS = {
  condition: {
    test: "abs(log(datum.value) / LN10 - round(log(datum.value) / LN10)) < 1e-6",
    value: 1,
  },
  value: 0,
};

/** Returns the number of decades that positive values span. */
function decades(values: readonly number[]): number {
  const logs = values.map(Math.log10);
  return logs.reduce((a, b) => Math.max(a, b), -Infinity) - logs.reduce((a, b) => Math.min(a, b), Infinity);
}

/** Labels short powers of ten as numbers, others as 1e-5. */
const POWER_LABEL =
  "datum.value < 1e-3 || datum.value > 1e4 ? format(datum.value, '.0e') : format(datum.value, '~g')";

/** Returns the powers of ten between the least and the largest of positive values. */
function powersWithin(values: readonly number[]): number[] {
  const logs = values.map(Math.log10);
  const [first, last] = [Math.ceil(Math.min(...logs) - 1e-9), Math.floor(Math.max(...logs) + 1e-9)];
  return Array.from({ length: last - first + 1 }, (_, i) => Number(`1e${first + i}`));
}

/** Returns the dashes of lines. They may overlap: later ones are dashed, so that those below show through. */
function dashesOf(names: readonly string[]): object {
  return {
    strokeDash: {
      field: "line",
      type: "nominal",
      scale: { domain: [...names], range: names.map((_, i) => dash(i)) },
      legend: names.length < 2 ? null : legendBelow(names, { stroke: true }),
    },
  };
}

/** Returns how the styles look: the first thin and solid, the others wide, pale and dashed, to be seen below the first. */
function stylesOf(styles: readonly string[]): object {
  const by = (first: number | number[], later: number | number[]) => ({
    field: "style",
    type: "nominal",
    title: null,
    scale: { domain: [...styles], range: styles.map((_, i) => (i === 0 ? first : later)) },
    legend: null,
  });
  const legend = { ...legendBelow(styles, { stroke: true }), orient: "top", symbolStrokeWidth: undefined };
  return {
    strokeDash: { ...by([1, 0], [6, 3]), legend },
    strokeWidth: { ...by(2, 6), legend },
    strokeOpacity: { ...by(1, 0.4), legend },
  };
}

function dash(i: number): number[] {
  if (i < 5) return [1, 0];
  return i % 2 === 1 ? [8, 4] : [2, 3];
}
