/**
 * Plots as data: experiments return them, reports draw them.
 *
 * @module
 */
import type { TopLevelSpec } from "vega-lite";

/** A specification in Vega-Lite, with its data, but without title, size and colors of the page. */
export type PlotSpec = TopLevelSpec;

/** A plot of a report. */
export interface Plot {
  /** The name of its file in the run's folder, without the ending `.svg`: small letters, digits and dashes. */
  readonly name: string;
  /** Its title. */
  readonly title: string;
  /** An explanation in a sentence or two, if the title does not suffice. */
  readonly caption?: string;
  /** The specification of the plot. */
  readonly spec: PlotSpec;
  /** Height of the plotting area in pixels; 360 by default. */
  readonly height?: number;
  /** The largest width of the whole plot in pixels; by default 720 in a file, and the page's width in a page. */
  readonly width?: number;
  /** The section of the report that it belongs to, as of a table; in none by default. */
  readonly section?: string;
}

/** The default size of a plot. */
export const PLOT_SIZE = { width: 720, height: 360 };

/** The largest width of a plot on a page, in pixels. */
export const PAGE_WIDTH = 960;

/** The color of text on a plot; it follows the page's theme. */
export const INK = { expr: "ink" };

/** The color of the page behind a plot. */
export const GROUND = { expr: "ground" };

/** The color of references that data are compared with. */
export const REFERENCE = { expr: "reference" };
