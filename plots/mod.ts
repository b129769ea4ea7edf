/**
 * Plots as specifications in Vega-Lite: functions that return plain JSON, which notebooks draw, and `save` for files.
 *
 * Importing this loads neither Vega nor anything else that draws.
 *
 * @example
 * ```ts
 * import { lines, save } from "./mod.ts";
 * import { assertMatch } from "@std/assert";
 * const spec = lines({ adam: [2, 1, 0.5], sgd: [2, 1.5, 1] }, { title: "Loss", y: "loss", log: true });
 * const path = await Deno.makeTempFile({ suffix: ".svg" });
 * await save(spec, path);
 * assertMatch(await Deno.readTextFile(path), /Loss<\/text>/);
 * await Deno.remove(path);
 * ```
 *
 * @module
 */

// Plots.
export { basins, type BasinsOptions } from "./basins.ts";
export { contours, type ContoursOptions, type Point } from "./contours.ts";
export { type LineData, lines, type LinesOptions, type ReferenceLine } from "./lines.ts";
export { profiles } from "./profiles.ts";
export { spectra, type SpectraOptions, type Spectrum } from "./spectra.ts";
export type { PlotOptions, PlotSpec } from "./spec.ts";

// Notebooks.
export { asPlot } from "./display.ts";
export { type LiveLines, liveLines, type LiveLinesOptions, type LivePoint } from "./live.ts";
export { readSweep, type SweepSummary, type SweepTrial } from "./sweep.ts";
export { type Table, table, type TableOptions } from "./table.ts";

// Files.
export { toHtml } from "./html.ts";
export { toPng } from "./png.ts";
export { toSvg } from "./render.ts";
export { save } from "./save.ts";
