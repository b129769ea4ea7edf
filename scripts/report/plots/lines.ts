/**
 * Plots lines, each with an optional band around it.
 *
 * @module
 */
import { INK, type Plot, type PlotSpec, REFERENCE } from "../plot.ts";
import { xAxis, yAxis } from "./axes.ts";
import { BANDS } from "./bands.ts";
import { legendBelow } from "./legend.ts";
import { colorEncoding, dashEncoding, emphasis, styleSamples, visible } from "./line_encoding.ts";
import { linesText } from "./lines_text.ts";
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
  /** Whether the lines are steps of a series, such as rates or schedules, and none is an optimizer; `false` by default. */
  readonly series?: boolean;
  /** The lines that a page does not show until its reader asks for them; none by default. */
  readonly hidden?: readonly string[];
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
  /** The meaning of the bands in a sentence; by default {@linkcode BANDS}. */
  readonly bands?: string;
  /** Horizontal lines across the plot. */
  readonly references?: readonly Reference[];
  /** Single points to mark, left out where points of lines would be; the caption should say what the shapes mean. */
  readonly markers?: readonly Marker[];
  readonly height?: number;
}

/** Plots lines over a common axis. On a page, readers can hide lines, zoom, and read single points. */
export function lines(points: readonly LinePoint[], options: LinesOptions): Plot {
  const { name, title, x, y, series = false, log = false, logX = false, marks = false, height } = options;
  const names = options.lines ?? [...new Set(points.map((p) => p.line))];
  const finite = points.filter((p) => Number.isFinite(p.x) && Number.isFinite(p.y));
  const drawn = ({ x, y }: { x: number; y: number }) =>
    Number.isFinite(x) && Number.isFinite(y) && (!log || y > 0) && (logX === false || x > 0);
  const markers = (options.markers ?? []).filter(({ x, y = 1 }) => drawn({ x, y }));
  const banded = finite.filter((p) => Number.isFinite(p.low) && Number.isFinite(p.high));
  const dashed = marks !== "alone" && options.styles === undefined;
  const color = colorEncoding({ names, series }, { stroke: marks !== "alone" });
  const axes = {
    x: xAxis({ title: x, log: logX, values: [...finite, ...markers].map((p) => p.x) }),
    y: yAxis({ title: y, log: log ? 10 : false }),
  };
  const layer = [
    ...(banded.length === 0 ? [] : [
      bandLayer(banded, { ...axes, color, faint: names.length > 3, styled: options.styles !== undefined }),
    ]),
    ...(options.references ?? []).map((r) => referenceLayer(r, axes.y)),
    {
      data: { name: POINTS, values: finite },
      transform: visible({ x: "x", y: "y" }),
      mark: marks === "alone" ? { type: "point", filled: true, size: 50, opacity: 1, clip: ZOOMED } : {
        type: "line",
        // Styles have widths of their own.
        ...(options.styles === undefined ? { strokeWidth: 2 } : {}),
        interpolate: options.steps ? "step-after" : "linear",
        clip: ZOOMED,
        ...(marks ? { point: { clip: ZOOMED } } : {}),
      },
      encoding: {
        ...axes,
        color,
        ...(marks === "alone"
          ? {}
          : options.styles === undefined
          ? { strokeDash: dashEncoding({ names, series }) }
          : stylesOf(options.styles)),
        opacity: emphasis(1),
      },
    },
    ...markerLayers(markers, {
      lines: names,
      encoding: {
        ...axes,
        color,
        opacity: emphasis(1),
        tooltip: [
          { field: "line", type: "nominal", title: "line" },
          { field: "x", type: "quantitative", title: x },
          { field: "y", type: "quantitative", title: y, format: ".5~g" },
        ],
      },
    }),
  ];
  const caption = [
    options.caption,
    banded.length === 0 || options.caption?.includes(options.bands ?? BANDS)
      ? undefined
      : options.bands ?? BANDS,
  ].filter((c) => c !== undefined).join(" ");
  return {
    name,
    title,
    ...(caption === "" ? {} : { caption }),
    ...(height === undefined ? {} : { height }),
    text: linesText(finite.filter(drawn), { x, y, names }),
    rows: {
      columns: {
        line: "line",
        ...(options.styles === undefined ? {} : { style: "style" }),
        x,
        y,
        ...(banded.length === 0 ? {} : { low: `${y}, low`, high: `${y}, high` }),
      },
      values: finite,
    },
    lines: {
      names,
      styles: styleSamples({ names, series }).map(({ color, dash }) => ({
        color,
        dash: dashed ? dash : [],
      })),
      hidden: options.hidden ?? [],
      labeled: dashed,
      x: { title: x, log: logX !== false },
      y: { title: y, log },
    },
    spec: { params: paramsOf({ log, logX, hidden: options.hidden ?? [] }), layer } as unknown as PlotSpec,
  };
}

/** The name of the data set that holds the points. */
const POINTS = "points";

/** Cuts marks off at the border of the plot once a reader has zoomed; before, points at the border are drawn whole. */
const ZOOMED = { expr: "zoomX !== null || zoomY !== null" };

/** The signals by which a page changes the plot. */
function paramsOf(
  { log, logX, hidden }: { log: boolean; logX: false | 2 | 10; hidden: readonly string[] },
): object[] {
  return [
    { name: "hidden", value: [...hidden] },
    { name: "strong", value: null },
    { name: "zoomX", value: null },
    { name: "zoomY", value: null },
    { name: "logX", value: logX !== false },
    { name: "logY", value: log },
  ];
}

function bandLayer(
  values: readonly LinePoint[],
  { x, y, color, faint, styled }: { x: object; y: object; color: object; faint: boolean; styled: boolean },
): object {
  return {
    data: { values },
    transform: visible({ x: "x", y: "low" }),
    mark: { type: "area", interpolate: "linear", clip: ZOOMED },
    encoding: {
      x,
      y: { ...y, field: "low" },
      y2: { field: "high" },
      color,
      opacity: emphasis(faint ? 0.1 : 0.18),
      ...(styled ? { detail: { field: "style", type: "nominal" } } : {}),
    },
  };
}

function referenceLayer({ y, label }: Reference, axis: object): object {
  return {
    data: { values: [{ y, label }] },
    layer: [
      {
        mark: { type: "rule", color: REFERENCE, strokeDash: [4, 4], clip: ZOOMED },
        encoding: { y: axis },
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
          clip: ZOOMED,
        },
        encoding: { y: axis, text: { field: "label", type: "nominal" } },
      },
    ],
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
