/**
 * Line plots as SVG, through Vega-Lite.
 *
 * @module
 */

/** A point of a line. */
export interface PlotPoint {
  /** Position along the axis. */
  readonly x: number;
  /** Height; must be above 0 on a logarithmic scale. */
  readonly y: number;
  /** The line it belongs to. */
  readonly line: string;
}

/** What a plot says. */
export interface PlotOptions {
  /** What it shows, above it. */
  readonly title: string;
  /** What the horizontal axis counts. */
  readonly x: string;
  /** What the vertical axis measures. */
  readonly y: string;
  /** The lines in the order of the legend. */
  readonly lines: readonly string[];
  /** Whether the vertical scale is logarithmic; `false` by default. */
  readonly log?: boolean;
}

/** Colours that the colour-blind can tell apart, dark enough on white. @see Okabe, Ito: Color universal design, 2008. */
const COLORS = [
  "#0072b2",
  "#d55e00",
  "#009e73",
  "#cc79a7",
  "#e69f00",
  "#56b4e9",
  "#000000",
  "#8c6d1f",
  "#7f3c8d",
];

function dash(_: string, i: number): number[] {
  if (i < 5) return [1, 0];
  return i % 2 === 1 ? [8, 4] : [2, 3];
}

/** A plot as SVG, on a white ground of its own so that it reads on any page. */
export async function linePlot(points: readonly PlotPoint[], options: PlotOptions): Promise<string> {
  const [vega, { compile }] = await Promise.all([import("vega"), import("vega-lite")]);
  const { title, x, y, lines, log = false } = options;
  const values = log ? points.filter((p) => p.y > 0) : points;
  const logger = vega.logger(vega.Error);
  const { spec } = compile({
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    background: "white",
    padding: 16,
    width: 640,
    height: 360,
    title: { text: title, anchor: "start", fontSize: 15, offset: 12 },
    data: { values: values as PlotPoint[] },
    mark: { type: "line", strokeWidth: 2, interpolate: "linear" },
    encoding: {
      x: { field: "x", type: "quantitative", title: x, axis: { grid: false }, scale: { nice: false } },
      y: {
        field: "y",
        type: "quantitative",
        title: y,
        scale: log ? { type: "log", nice: false } : { zero: false },
      },
      color: {
        field: "line",
        type: "nominal",
        title: null,
        scale: { domain: [...lines], range: lines.map((_, i) => COLORS[i % COLORS.length]!) },
        legend: { symbolStrokeWidth: 3, symbolSize: 600, labelFontSize: 12 },
      },
      // Lines may lie on one another: later ones are dashed, so that those below show through.
      strokeDash: {
        field: "line",
        type: "nominal",
        scale: { domain: [...lines], range: lines.map(dash) },
        legend: null,
      },
    },
    config: {
      font: "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif",
      axis: { labelFontSize: 12, titleFontSize: 12, titleFontWeight: "normal", gridColor: "#e5e5e5" },
      view: { stroke: "#cccccc" },
    },
  }, { logger });
  const view = new vega.View(vega.parse(spec), { renderer: "none", logLevel: vega.Error });
  return await view.toSVG();
}
