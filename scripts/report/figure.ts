/**
 * Plots of a page: their figures, and the data that the page's scripts draw them from.
 *
 * @module
 */
import { PALETTE } from "../../plots/style/mod.ts";
import { compilePlot, vegaLite, type VegaSpec } from "./draw.ts";
import { type Html, html } from "./html.ts";
import { PAGE_WIDTH, type Plot, type PlotSpec } from "./plot.ts";

/** A plot as the scripts of a page get it. */
export interface DrawnPlot extends Pick<Plot, "name" | "title" | "rows" | "lines" | "panels"> {
  /** The largest width in pixels. */
  readonly width: number;
  readonly spec: VegaSpec;
  /** The specification to save. */
  readonly vegaLite: PlotSpec;
}

/** The version of Vega-Lite that the project pins. */
const SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json";

/** Returns a plot as a page's scripts draw it. @param options.spec its compiled specification, if there is one already */
export async function drawnPlot(plot: Plot, options: { readonly spec?: VegaSpec } = {}): Promise<DrawnPlot> {
  const { name, title, rows, lines, panels } = plot;
  return {
    name,
    title,
    width: plot.width ?? PAGE_WIDTH,
    spec: options.spec ?? await compilePlot(plot),
    vegaLite: { $schema: SCHEMA, ...vegaLite(plot), title, background: "white" } as PlotSpec,
    ...(rows === undefined ? {} : { rows }),
    ...(lines === undefined ? {} : { lines }),
    ...(panels === undefined ? {} : { panels }),
  };
}

/** Returns the figure of a plot, which the page's scripts fill. */
export function figure(plot: Plot): Html {
  const { name, title, caption } = plot;
  // Keys read the points of a line plot; other plots are pictures with a text.
  const place = plot.lines?.x === undefined
    ? html`<div class="plot" role="img" aria-label="${title}" aria-describedby="${name}-text"></div>`
    : html`
      <div class="plot" tabindex="0" role="application" aria-roledescription="plot" aria-label="${title}"
        aria-describedby="${name}-text"></div>
    `;
  return html`
    <figure data-plot="${name}">
      <figcaption><strong>${title}</strong>${caption === undefined ? undefined : html`
        <span class="soft">${caption}</span>
      `}</figcaption>
      <div class="stage">
        ${place}
      </div>
      <p class="unseen" id="${name}-text">${textOf(plot)}</p>
    </figure>
  `;
}

/** Returns what a plot shows, in words. */
export function textOf({ text, caption, title }: Plot): string {
  return text ?? caption ?? title;
}

/** The help about plots, for the page. */
export const HELP: Html = html`
  <details class="help">
    <summary>How to use the plots</summary>
    <p>Point at a plot to read the nearest point. Drag to zoom, double-click to see all of it. Press a name to hide or show
      its line, with Shift to see it alone. <b>log y</b> and <b>log x</b> switch the scales.</p>
    <p>With the keyboard: Tab goes to the tools, the names and the plot. On the plot, the arrow keys go from point to point
      and from line to line; <kbd>+</kbd>, <kbd>-</kbd> and <kbd>0</kbd> zoom in, out and back; Shift and an arrow key move
      the part that you see; <kbd>l</kbd> and <kbd>Shift</kbd>+<kbd>l</kbd> switch the scales; Escape ends the reading.</p>
  </details>
`;

/** The colors of lines as properties of the page's style. */
export const LINE_COLORS: string = (() => {
  const block = (colors: readonly string[]) =>
    `:root { ${colors.map((color, i) => `--line${i}: ${color};`).join(" ")} }`;
  return `${block(PALETTE.light)}\n@media screen and (prefers-color-scheme: dark) { ${
    block(PALETTE.dark)
  } }\n`;
})();
