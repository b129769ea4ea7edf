/**
 * Colors and dashes of the lines of a plot, from the table of all plots.
 *
 * @module
 */
import { DASHES, type LineStyle, lineStyles, PALETTE } from "../../../plots/style/mod.ts";
import type { PlotLines } from "../plot.ts";
import { colorSignal } from "../theme.ts";
import { legendBelow } from "./legend.ts";

/** The lines of a plot. */
export interface Lines {
  readonly names: readonly string[];
  /** Whether they are steps of a series, see `lineStyles`. */
  readonly series?: boolean;
}

/** The number of different styles. */
const STYLES = PALETTE.light.length * DASHES.length;

/** Returns the styles of lines. Of more lines than there are styles, the first differ from each other, then the next, and so on. */
function stylesOf({ names, series = false }: Lines): LineStyle[] {
  const parts = Array.from(
    { length: Math.ceil(names.length / STYLES) },
    (_, i) => names.slice(i * STYLES, (i + 1) * STYLES),
  );
  return parts.flatMap((part) => lineStyles(part, { series }));
}

/** Returns the styles of lines as a page needs them. */
export function styleSamples(lines: Lines): PlotLines["styles"] {
  return stylesOf(lines).map(({ color, dash }) => ({ color, dash: DASHES[dash]! }));
}

/** Returns the color of lines. @param options.stroke whether the legend shows lines instead of points */
export function colorEncoding(lines: Lines, { stroke }: { stroke: boolean }): object {
  const { names } = lines;
  return {
    field: "line",
    type: "nominal",
    title: null,
    scale: {
      domain: [...names],
      range: stylesOf(lines).map(({ color }) => ({ expr: colorSignal(color) })),
    },
    legend: names.length < 2 ? null : legendBelow(names, { stroke }),
  };
}

/** Returns the dash of lines. */
export function dashEncoding(lines: Lines): object {
  const { names } = lines;
  return {
    field: "line",
    type: "nominal",
    title: null,
    scale: { domain: [...names], range: stylesOf(lines).map(({ dash }) => DASHES[dash]!) },
    legend: names.length < 2 ? null : legendBelow(names, { stroke: true }),
  };
}

/** Returns the opacity of lines: while a reader points at one of them, the others are faint. */
export function emphasis(strong: number): object {
  return {
    condition: { test: "strong === null || datum.line === strong", value: strong },
    value: 0.1 * strong,
  };
}

/** Keeps the points of lines that are not hidden; of those that a logarithmic scale has a place for. */
export function visible(fields: { readonly x: string; readonly y: string }): object[] {
  return [{
    filter: `indexof(hidden, datum.line) < 0 && (!logX || datum.${fields.x} > 0) && ` +
      `(!logY || datum.${fields.y} > 0)`,
  }];
}
