/**
 * Plots shares by name as bars.
 *
 * @module
 */
import type { Plot, PlotSpec } from "../plot.ts";

/** The options of a bar plot. */
export interface BarsOptions {
  readonly name: string;
  readonly title: string;
  readonly caption?: string;
  /** The title of the horizontal axis. */
  readonly x: string;
}

/** Plots a horizontal bar for each share, a number from 0 to 1, in the order given. */
export function bars(
  shares: Readonly<Record<string, number>>,
  { name, title, caption, x }: BarsOptions,
): Plot {
  const values = Object.entries(shares).map(([row, value]) => ({ row, value }));
  const spec = {
    data: { values },
    mark: { type: "bar", height: { band: 0.6 } },
    encoding: {
      y: {
        field: "row",
        type: "nominal",
        title: null,
        sort: values.map((v) => v.row),
        axis: { labelLimit: 160 },
      },
      x: {
        field: "value",
        type: "quantitative",
        title: x,
        scale: { domain: [0, 1] },
        axis: { format: ".0%", tickCount: { expr: "width < 300 ? 2 : 5" } },
      },
      color: { datum: "", type: "nominal", legend: null },
      tooltip: [
        { field: "row", type: "nominal" },
        { field: "value", type: "quantitative", title: x, format: ".1%" },
      ],
    },
  };
  return {
    name,
    title,
    ...(caption === undefined ? {} : { caption }),
    height: Math.max(60, 32 * values.length),
    text: `${x}. ${values.map((v) => `${v.row}: ${(100 * v.value).toFixed(1)} %.`).join(" ")}`,
    rows: { columns: { row: "name", value: x }, values },
    spec: spec as unknown as PlotSpec,
  };
}
