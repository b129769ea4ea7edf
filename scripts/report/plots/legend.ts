/**
 * Legends of plots.
 *
 * @module
 */

/** The widest label in pixels: optimizers with hyper-parameters have long names, which differ at their ends. */
const WIDEST = 640;

/** Returns a legend under panels, whose widths a plot cannot sum up before it is drawn. */
export function legendBelowPanels(): object {
  return {
    orient: "bottom",
    columns: { expr: "child_width < 150 ? 2 : 4" },
    labelLimit: 260,
    symbolOpacity: 1,
  };
}

/** Returns a legend under the plot, in as many columns as fit; `stroke` for lines. */
export function legendBelow(names: readonly string[], { stroke = false }: { stroke?: boolean } = {}): object {
  const widest = Math.min(WIDEST, Math.max(...names.map((n) => n.length)) * 7) + (stroke ? 50 : 30);
  return {
    orient: "bottom",
    columns: { expr: `max(1, min(${names.length}, floor((width - 70) / ${widest})))` },
    labelLimit: { expr: `max(80, min(${WIDEST}, width - 120))` },
    symbolOpacity: 1,
    ...(stroke ? { symbolType: "stroke", symbolSize: 500, symbolStrokeWidth: 2.5 } : {}),
  };
}
