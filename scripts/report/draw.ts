/**
 * Compiles plots from Vega-Lite, and draws them as SVG.
 *
 * @module
 */
import { type Plot, PLOT_SIZE } from "./plot.ts";
import { THEMES } from "./theme.ts";

/** A Vega specification, the output of Vega-Lite. */
export type VegaSpec = Readonly<Record<string, unknown>>;

/** The approximate width of an axis with its title, in pixels. */
const AXIS_WIDTH = 80;

/** Compiles a plot, without title and background. */
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

/** Returns the source of Vega's runtime for browsers, in the version that the project pins. */
export async function vegaRuntime(): Promise<string> {
  // A package resolves to its files once it has been imported.
  await import("vega");
  return await Deno.readTextFile(new URL("vega.min.js", import.meta.resolve("vega")));
}

/** Returns the scripts of a page that follow Vega: the page's own, and the shared one. */
export async function clientScript(own: URL): Promise<string> {
  const shared = new URL("tooltip.js", import.meta.url);
  return (await Promise.all([shared, own].map((url) => Deno.readTextFile(url)))).join("\n");
}
