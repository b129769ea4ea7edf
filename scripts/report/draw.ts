/**
 * Plots compiled from Vega-Lite, and drawn as SVG.
 *
 * @module
 */
import { type Plot, PLOT_SIZE } from "./plot.ts";
import { THEMES } from "./theme.ts";

/** A specification of Vega: what Vega-Lite compiles to. */
export type VegaSpec = Readonly<Record<string, unknown>>;

/** About what an axis with its title takes of a plot's width. */
const AXIS_WIDTH = 80;

/** Compiles a plot; of its own it has neither title nor background. */
export async function compilePlot(plot: Plot): Promise<VegaSpec> {
  const [vega, { compile }] = await Promise.all([import("vega"), import("vega-lite")]);
  const { spec } = compile(
    {
      ...plot.spec,
      ...PLOT_SIZE,
      ...(plot.width === undefined ? {} : { width: plot.width }),
      ...(plot.height === undefined ? {} : { height: plot.height }),
      background: "transparent",
      padding: 4,
      autosize: { type: "fit-x", contains: "padding" },
      params: [
        ...(plot.spec.params ?? []),
        ...Object.entries(THEMES.light.signals).map(([name, value]) => ({ name, value })),
      ],
    } as Plot["spec"],
    { logger: vega.logger(vega.Error) },
  );
  return spec as VegaSpec;
}

/** A compiled plot as SVG under its title, on a white ground of its own so that it reads on any page. */
export async function svgOf(plot: Plot, compiled: VegaSpec): Promise<string> {
  const vega = await import("vega");
  const titled = {
    ...compiled,
    background: "white",
    padding: 16,
    title: { text: plot.title },
    // A title that is wider than the plot would make a plot narrower that is to fit.
    autosize: "pad",
    width: (plot.width ?? PLOT_SIZE.width) - AXIS_WIDTH,
  };
  const runtime = vega.parse(titled as Parameters<typeof vega.parse>[0], THEMES.light.config);
  const view = new vega.View(runtime, { renderer: "none", logLevel: vega.Error });
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}

/** The text of Vega's own runtime for browsers, of the version that the project names. */
export async function vegaRuntime(): Promise<string> {
  return await Deno.readTextFile(new URL("vega.min.js", import.meta.resolve("vega")));
}

/** What a page runs behind Vega: its own script, and what all pages share. */
export async function clientScript(own: URL): Promise<string> {
  const shared = new URL("tooltip.js", import.meta.url);
  return (await Promise.all([shared, own].map((url) => Deno.readTextFile(url)))).join("\n");
}
