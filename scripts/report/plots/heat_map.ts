/**
 * Plots values over two axes as colors.
 *
 * @module
 */
import type { Plot, PlotSpec } from "../plot.ts";
import { gridAxis } from "./grid_axis.ts";
import { legendBelow, legendBelowPanels } from "./legend.ts";
import { panelsOf } from "./panels.ts";

/** A cell of a heat map. */
export interface Cell {
  readonly x: number | string;
  readonly y: number | string;
  /** The value that its color shows: a number, or a name in a map of kinds. */
  readonly value: number | string;
  /** The panel that it belongs to: a map for each; one map by default. */
  readonly panel?: string;
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
  /**
   * Colors of differences: values below the middle are red, values above it blue, and those farther from it than the end
   * have the last color. One color scale by default.
   */
  readonly diverging?: { readonly middle: number; readonly end: number };
  readonly width?: number;
  readonly height?: number;
}

/** The width of a cell that has room for its value, in pixels. */
const LABEL = 38;

/** The height of a row that has room for its name. */
const ROW = 16;

/** Plots a cell for each pair of `x` and `y`: numbers in ascending order, names in the order of their first occurrence. */
export function heatMap(cells: readonly Cell[], options: HeatMapOptions): Plot {
  const { name, title, caption, x, y, value, kinds, log = false, labels = false, width, height } = options;
  const { diverging } = options;
  const shown = cells.filter((c) =>
    typeof c.value === "string" || (Number.isFinite(c.value) && (!log || c.value > 0))
  );
  const xs = ordered(cells.map((c) => c.x));
  const ys = ordered(cells.map((c) => c.y));
  const panels = [...new Set(cells.flatMap((c) => c.panel ?? []))];
  const ticks = panels.length > 0 ? { x: 4, y: 4 } : { x: 8, y: 6 };
  const alongX = gridAxis("x", xs, { title: x, labels: 12, ticks: ticks.x });
  const alongY = gridAxis("y", ys, {
    title: y,
    labels: Math.max(16, Math.floor((height ?? 0) / ROW)),
    ticks: ticks.y,
  });
  const position = { ...alongX.cells, ...alongY.cells };
  // Names slant where they do not fit.
  const ofX = position.x as { readonly axis: object };
  position.x = { ...ofX, axis: { ...ofX.axis, ...slanted(xs) } };
  const color = kinds
    ? {
      field: "value",
      type: "nominal",
      title: value,
      scale: { domain: kinds },
      legend: panels.length > 0 ? legendBelowPanels() : legendBelow(kinds),
    }
    : {
      field: "value",
      type: "quantitative",
      title: value,
      ...(diverging !== undefined
        ? { scale: divergingScale(diverging) }
        : log
        ? { scale: { type: "log" } }
        : {}),
      legend: {
        orient: "bottom",
        titleLimit: 400,
        gradientLength: { expr: "min(width, 320)" },
        ...(diverging === undefined ? {} : { tickCount: 5 }),
      },
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
  // The lower half of the colors is dark; of diverging ones, the last fifth towards both ends is.
  const light = diverging === undefined
    ? `datum.value > ${middleOf(shown.map((c) => Number(c.value)), { log })}`
    : `abs(datum.value - ${diverging.middle}) < ${0.8 * diverging.end}`;
  const layer = [
    {
      transform: [...alongX.transform, ...alongY.transform],
      mark: { type: "rect" },
      encoding: { ...position, color, tooltip },
    },
    ...(labels
      ? [{
        mark: { type: "text", fontSize: 11, opacity: { expr: `width < ${LABEL * xs.length} ? 0 : 1` } },
        encoding: {
          x: alongX.middle,
          y: alongY.middle,
          text: { field: "value", ...(kinds ? {} : { type: "quantitative", format: ".3~g" }) },
          color: { condition: { test: light, value: "black" }, value: "white" },
        },
      }]
      : []),
  ];
  const small = panels.length === 0
    ? undefined
    : panelsOf({ field: "panel", values: panels, layer, ratio: 0.85 });
  return {
    name,
    title,
    ...(caption === undefined ? {} : { caption }),
    ...(width === undefined ? {} : { width }),
    text: mapText(shown, { panels, options }),
    rows: { columns: { ...(panels.length > 0 ? { panel: "panel" } : {}), x, y, value }, values: shown },
    ...(small === undefined
      ? { height: height ?? Math.min(480, Math.max(120, 30 * ys.length)) }
      : { panels: small.panels }),
    spec: { data: { values: shown }, ...(small?.spec ?? { layer }) } as unknown as PlotSpec,
  };
}

/** Describes a map in words: the shares of its kinds, or its least and its largest value, panel by panel. */
function mapText(
  cells: readonly Cell[],
  { panels, options: { x, y, value, kinds } }: {
    readonly panels: readonly string[];
    readonly options: HeatMapOptions;
  },
): string {
  const of = (own: readonly Cell[]) => {
    if (own.length === 0) return "nothing.";
    if (kinds !== undefined) {
      return `${
        kinds.map((kind) =>
          `${kind} ${Math.round(100 * own.filter((c) => c.value === kind).length / own.length)} %`
        )
          .join(", ")
      }.`;
    }
    const sorted = own.toSorted((a, b) => Number(a.value) - Number(b.value));
    const at = ({ x, y, value }: Cell) => `${Number(Number(value).toPrecision(4))} (${x}, ${y})`;
    return `from ${at(sorted[0]!)} to ${at(sorted.at(-1)!)}.`;
  };
  const parts = panels.length === 0
    ? [of(cells)]
    : panels.map((panel) => `${panel}: ${of(cells.filter((c) => c.panel === panel))}`);
  return `Map of ${value} over ${[x, y].filter((t) => t !== "").join(" and ")}. ${parts.join(" ")}`;
}

/** Red, gray and blue, which color-blind readers can tell apart. @see Harrower, Brewer: ColorBrewer.org, 2003 (RdBu). */
function divergingScale({ middle, end }: { readonly middle: number; readonly end: number }): object {
  return {
    domain: [-1, -0.5, 0, 0.5, 1].map((share) => middle + share * end),
    range: ["#b2182b", "#f4a582", "#f0f0f0", "#92c5de", "#2166ac"],
    clamp: true,
  };
}

/** The length of names, in characters, from which on they are slanted below their columns. */
const LONG = 4;

/** Returns the settings that slant long names where they do not fit below their columns. */
function slanted(xs: readonly (number | string)[]): object {
  const longest = Math.max(0, ...xs.map((v) => (typeof v === "string" ? v.length : 0)));
  if (longest <= LONG) return {};
  const narrow = `width / ${xs.length} < ${7 * longest}`;
  return {
    labelOverlap: false,
    labelAngle: { expr: `${narrow} ? -45 : 0` },
    labelAlign: { expr: `${narrow} ? 'right' : 'center'` },
    labelBaseline: { expr: `${narrow} ? 'middle' : 'top'` },
    // Without a canvas widths are estimated, and too large.
    labelLimit: 200,
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
