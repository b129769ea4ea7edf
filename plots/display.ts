/**
 * Displays of plots in notebooks.
 *
 * @module
 */
import { type MediaBundle, withDisplay } from "../display/mod.ts";
import { toPng } from "./png.ts";
import { titleOf } from "./title.ts";
import type { PlotSpec } from "./plot_spec.ts";

/** The type of specifications in Vega-Lite, which JupyterLab and other editors draw. */
const VEGA_LITE = "application/vnd.vegalite.v5+json";
/** Pixels of the picture for each of the specification. */
const SCALE = 1.5;

/** Returns the forms in which a notebook may show a plot: the specification, and a picture for viewers that cannot draw. */
export async function plotBundle(spec: PlotSpec): Promise<MediaBundle> {
  const png = await toPng(spec, { scale: SCALE });
  return {
    ...specBundle(spec),
    "image/png": btoa(Array.from(png, (byte) => String.fromCharCode(byte)).join("")),
  };
}

/** Returns the form that needs no drawing, and a text. */
export function specBundle(spec: PlotSpec): MediaBundle {
  return { [VEGA_LITE]: spec, "text/plain": titleOf(spec) };
}

/**
 * Makes any specification in Vega-Lite that holds its data show itself in notebooks, as those of this module do: such as a
 * changed copy of one. Returns the same object.
 *
 * @example
 * ```ts
 * import { asPlot } from "./display.ts";
 * import { lines } from "./lines.ts";
 * import { bundleOf } from "../display/mod.ts";
 * import { assertEquals } from "@std/assert";
 * const narrow = asPlot({ ...lines({ adam: [2, 1] }), width: 200 });
 * assertEquals(Object.keys((await bundleOf(narrow))!), ["application/vnd.vegalite.v5+json", "text/plain", "image/png"]);
 * ```
 */
export function asPlot(spec: PlotSpec): PlotSpec {
  return withDisplay(spec, plotBundle);
}
