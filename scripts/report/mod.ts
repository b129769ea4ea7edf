/**
 * Reports: tables, plots and one HTML page.
 *
 * @module
 */
export { csvFile } from "./csv_file.ts";
export { curvaturePlots, type CurvatureRow, type WatchedCurvature } from "./curvature_plot.ts";
export { clientScript, compilePlot, vegaRuntime, type VegaSpec } from "./draw.ts";
export { bestTexts } from "./best.ts";
export { type DrawnPlot, drawnPlot, HELP, LINE_COLORS, textOf } from "./figure.ts";
export { Html, html, jsonScript } from "./html.ts";
export { measurePlot } from "./measure_plot.ts";
export {
  byComparison,
  type Claim,
  type ClaimDocument,
  claimDocument,
  type Effect,
  evidenceText,
  type Needs,
  type Sizes,
  type Test,
  type Verdict,
  verdictOf,
  verdictText,
} from "./claim.ts";
export type { ChoosableRun, Outcome, Page, ResultTable, RunChoice, RunFile } from "./outcome.ts";
export { reportFiles } from "./page.ts";
export { INK, PAGE_WIDTH, type Plot, type PlotSpec } from "./plot.ts";
export { bars } from "./plots/bars.ts";
export { contours } from "./plots/contours.ts";
export { heatMap } from "./plots/heat_map.ts";
export { type LinePoint, lines } from "./plots/lines.ts";
export type { Marker, MarkerShape } from "./plots/markers.ts";
export { parallel, type ParallelAxis } from "./plots/parallel.ts";
export { points } from "./plots/points.ts";
export { escapeTex, texFile, texTable } from "./tex.ts";
export { THEMES } from "./theme.ts";
export { BANDS, seedPoint } from "./plots/bands.ts";
export { shareSets } from "./share_sets.ts";
