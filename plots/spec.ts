/**
 * Specifications in Vega-Lite: their type, and what all plots have in common.
 *
 * @module
 */
import { checkNumber, type OptionNames } from "../options/mod.ts";
import { asPlot } from "./display.ts";
import type { PlotSpec } from "./plot_spec.ts";
import { DASHES, lineStyles, PALETTE } from "./style/mod.ts";

export type { PlotSpec } from "./plot_spec.ts";

/** Options of all plots. */
export interface PlotOptions {
  /** The title; none by default. */
  title?: string;
  /** The title of the horizontal axis; the plot's own by default. */
  x?: string;
  /** The title of the vertical axis; the plot's own by default. */
  y?: string;
  /** The width of the plotting area in pixels, at least 1; 560 by default. */
  width?: number;
  /** Its height in pixels, at least 1; 320 by default. */
  height?: number;
}

/** The names of {@linkcode PlotOptions}. */
export const PLOT_OPTIONS = {
  title: false,
  x: false,
  y: false,
  width: false,
  height: false,
} satisfies OptionNames<PlotOptions>;

const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif";

/** The color of letters, of references, and of thin lines. */
export const COLORS = { ink: "#1a1a1a", reference: "#888888", thin: "#dddddd" };

const TEXT = { labelColor: "#555555", titleColor: COLORS.ink, labelFont: FONT, titleFont: FONT };

const CONFIG = {
  background: "white",
  title: {
    color: COLORS.ink,
    subtitleColor: COLORS.ink,
    font: FONT,
    subtitleFont: FONT,
    fontSize: 15,
    subtitleFontSize: 12,
    anchor: "start",
    offset: 12,
  },
  axis: {
    ...TEXT,
    labelFontSize: 12,
    titleFontSize: 12,
    titleFontWeight: "normal",
    domainColor: COLORS.reference,
    tickColor: COLORS.reference,
    gridColor: COLORS.thin,
    labelOverlap: true,
    labelSeparation: 8,
  },
  legend: { ...TEXT, labelColor: COLORS.ink, labelFontSize: 12, labelLimit: 320, titleFontWeight: "normal" },
  range: { category: PALETTE.light, heatmap: { scheme: "viridis" }, ramp: { scheme: "viridis" } },
  view: { stroke: COLORS.thin },
};

/** Returns a whole specification from its layers. */
export function layered(layer: readonly object[], options: PlotOptions): PlotSpec {
  const { title, width = 560, height = 320 } = options;
  for (const [name, value] of Object.entries({ width, height })) {
    checkNumber(name, value, "a finite number above 0");
  }
  return asPlot({
    // Newer versions read it as well, and notebooks know this one.
    $schema: "https://vega.github.io/schema/vega-lite/v5.json",
    ...(title === undefined ? {} : { title }),
    width,
    height,
    layer,
    config: CONFIG,
  });
}

/**
 * Returns the channels that tell lines apart: color and dash by the project's table, with one legend below.
 *
 * @param options.series whether names that are no update rules take the colors in order; `false` by default: a hash decides
 */
export function lineChannels(
  names: readonly string[],
  { series = false }: { series?: boolean } = {},
): { color: object; strokeDash: object } {
  const styles = lineStyles(names, { series });
  const channel = (range: readonly unknown[]) => ({
    field: "line",
    type: "nominal",
    title: null,
    scale: { domain: [...names], range },
    legend: names.length < 2 ? null : legendBelow(names),
  });
  return {
    color: channel(styles.map((style) => PALETTE.light[style.color]!)),
    strokeDash: channel(styles.map((style) => DASHES[style.dash]!)),
  };
}

/** Returns a legend of lines below the plot, in as many columns as fit into 560 pixels. */
function legendBelow(names: readonly string[]): object {
  const widest = 50 + 7 * Math.max(...names.map((name) => name.length));
  const columns = Math.max(1, Math.min(names.length, Math.floor(560 / widest)));
  return { orient: "bottom", columns, symbolType: "stroke", symbolSize: 500, symbolStrokeWidth: 2.5 };
}

/** Returns an axis of numbers. */
export function axis(
  field: string,
  { title, log = false, ...more }: {
    title: string;
    log?: boolean;
    axis?: object;
    domain?: readonly number[];
  },
): object {
  const { axis, domain } = more;
  return {
    field,
    type: "quantitative",
    title,
    scale: {
      ...(log ? { type: "log" } : { zero: false }),
      nice: false,
      ...(domain === undefined ? {} : { domain }),
    },
    ...(axis === undefined ? {} : { axis }),
  };
}
