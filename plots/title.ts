/**
 * Titles of plots.
 *
 * @module
 */
import type { PlotSpec } from "./plot_spec.ts";

/** Returns the title of a plot as a text; "Plot" if it has none. */
export function titleOf({ title }: PlotSpec): string {
  if (typeof title === "string") return title;
  const text = (title as { text?: unknown } | undefined)?.text;
  return typeof text === "string" ? text : "Plot";
}
