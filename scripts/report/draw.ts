/**
 * Compiles plots from Vega-Lite, and draws them as SVG.
 *
 * @module
 */
import { labelsSuffice, withEndLabels } from "./end_labels.ts";
import { type Panels, type Plot, PLOT_SIZE, type PlotSpec } from "./plot.ts";
import { THEMES } from "./theme.ts";

/** A Vega specification, the output of Vega-Lite. */
export type VegaSpec = Readonly<Record<string, unknown>>;

/** The approximate width of an axis with its title, in pixels. */
const AXIS_WIDTH = 80;

/** The gap between panels in pixels. */
const PANEL_GAP = 20;

/** Returns the whole specification of a plot in Vega-Lite, in the size and the colors of a light page. */
export function vegaLite(plot: Plot): PlotSpec {
  return {
    ...plot.spec,
    ...(plot.panels === undefined
      ? {
        ...PLOT_SIZE,
        ...(plot.width === undefined ? {} : { width: plot.width }),
        ...(plot.height === undefined ? {} : { height: plot.height }),
        autosize: { type: "fit-x", contains: "padding" },
      }
      : { spacing: PANEL_GAP }),
    background: "transparent",
    padding: 4,
    params: [
      ...(plot.spec.params ?? []),
      ...Object.entries(THEMES.light.signals).map(([name, value]) => ({ name, value })),
    ],
  } as PlotSpec;
}

/** Compiles a plot, without title and background. */
export async function compilePlot(plot: Plot): Promise<VegaSpec> {
  const [vega, { compile }] = await Promise.all([import("vega"), import("vega-lite")]);
  const { spec } = compile(vegaLite(plot), { logger: vega.logger(vega.Error) });
  const whole = withEndLabels(spec, plot);
  const free = labelsSuffice(plot)
    ? { ...whole, legends: whole.legends?.filter((l) => !isOfLines(l)) ?? [] }
    : whole;
  return (plot.panels === undefined ? free : withColumns(free)) as VegaSpec;
}

/** Returns whether a legend explains the colors of lines. */
function isOfLines({ stroke, fill }: { readonly stroke?: unknown; readonly fill?: unknown }): boolean {
  return stroke === "color" || fill === "color";
}

/** Returns a plot of panels whose number of columns is a signal, so that a page can fit it. */
function withColumns(spec: object): object {
  const { layout, signals = [] } = spec as { layout: { columns: number }; signals?: readonly object[] };
  return {
    ...spec,
    layout: { ...layout, columns: { signal: "columns" } },
    signals: [...signals, { name: "columns", value: layout.columns }],
  };
}

/** Returns the signals of a plot of panels, with the size of its panels in a picture. */
function sized({ signals }: VegaSpec, { width, ratio }: Panels): object[] {
  const sizes = new Map([["child_width", width], ["child_height", Math.round(width * ratio)]]);
  return (signals as readonly { readonly name: string }[]).map((s) =>
    sizes.has(s.name) ? { name: s.name, value: sizes.get(s.name) } : s
  );
}

/** Returns a compiled plot as SVG with its title, on a white background so that it is legible on any page. */
export async function svgOf(plot: Plot, compiled: VegaSpec): Promise<string> {
  const vega = await import("vega");
  const titled = {
    ...compiled,
    background: "white",
    padding: 16,
    title: { text: plot.title },
    // A title wider than the plot would shrink the plot.
    autosize: "pad",
    ...(plot.panels === undefined
      ? { width: (plot.width ?? PLOT_SIZE.width) - AXIS_WIDTH }
      : { signals: sized(compiled, plot.panels) }),
  };
  const runtime = vega.parse(titled as Parameters<typeof vega.parse>[0], THEMES.light.config);
  const view = new vega.View(runtime, { renderer: "none", logLevel: vega.Error });
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}

/** Returns the source of Vega's runtime for browsers, in the version that the project pins. */
export async function vegaRuntime(): Promise<string> {
  // A package resolves to its files once it has been imported.
  await import("vega");
  return await Deno.readTextFile(new URL("vega.min.js", import.meta.resolve("vega")));
}

/** The scripts of plots on a page, in the order in which they run. */
const SHARED = ["chart", "figure", "toolbar", "legend", "readout", "zoom", "save", "differences", "choose"];

/** Returns the scripts of a page that follow Vega: those of plots, and the page's own. */
export async function clientScript(own: URL): Promise<string> {
  const shared = SHARED.map((name) => new URL(`client/${name}.js`, import.meta.url));
  return (await Promise.all([...shared, own].map((url) => Deno.readTextFile(url)))).join("\n");
}
