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
  /** A description for readers who do not see it; its title and caption by default. */
  readonly text?: string;
  /** Its numbers, to be saved as CSV; by default a page offers none. */
  readonly rows?: PlotRows;
  /** The lines that a reader can hide; none by default. */
  readonly lines?: PlotLines;
  /** The panels, if the plot is several small ones. */
  readonly panels?: Panels;
}

/** The numbers of a plot. */
export interface PlotRows {
  /** The title of each property, in the order of the columns. */
  readonly columns: Readonly<Record<string, string>>;
  readonly values: readonly object[];
}

/** The lines of a plot, as the page needs to know them. */
export interface PlotLines {
  /** The names, in the order of the legend. */
  readonly names: readonly string[];
  /** The color of each, by its number in the table of colors, and its dash as lengths in pixels. */
  readonly styles: readonly { readonly color: number; readonly dash: readonly number[] }[];
  /** Those that are not drawn at first. */
  readonly hidden: readonly string[];
  /** The run of each, by its name, where readers choose among runs. */
  readonly runs?: readonly string[];
  /** The best line of each run, by its name, where readers choose among runs. */
  readonly best?: readonly string[];
  /** Whether each has its name at its end. */
  readonly labeled: boolean;
  /** The axes, if a reader can zoom, change the scale and read single points. */
  readonly x?: LineAxis;
  readonly y?: LineAxis;
}

/** An axis of a line plot. */
export interface LineAxis {
  readonly title: string;
  /** Whether its scale is logarithmic at first. */
  readonly log: boolean;
}

/** The layout of small plots beside each other. */
export interface Panels {
  readonly count: number;
  /** The smallest width of a panel in pixels: as many as have it stand in a row. */
  readonly width: number;
  /** The height of a panel over its width. */
  readonly ratio: number;
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
