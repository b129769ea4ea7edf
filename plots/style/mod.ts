/**
 * The colors and dashes of lines in plots: one table for all pages.
 *
 * @module
 */
export { lineStyles, type LineStylesOptions } from "./assign.ts";
export { DASHES, type LineStyle, PALETTE } from "./palette.ts";
export { namesRule } from "./table.ts";
