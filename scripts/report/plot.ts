/**
 * Plots as data: what experiments return, and reports draw.
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
  /** What it shows. */
  readonly title: string;
  /** How to read it, in a sentence or two, where the title does not tell. */
  readonly caption?: string;
  /** What to draw. */
  readonly spec: PlotSpec;
  /** Height of the plotting area in pixels; 360 by default. */
  readonly height?: number;
  /** The most pixels that the whole plot takes in width; 720 as a file, and all of a page, by default. */
  readonly width?: number;
}

/** The size of a plot that says nothing of it. */
export const PLOT_SIZE = { width: 720, height: 360 };

/** The most pixels that a page gives a plot. */
export const PAGE_WIDTH = 960;

/** The color of what is written on a plot, in a specification: it goes with the page's theme. */
export const INK = { expr: "ink" };

/** The color of what data are held against. */
export const REFERENCE = { expr: "reference" };
