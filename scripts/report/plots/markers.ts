/**
 * Marks single points of a line plot by a shape. The plot's caption says what the shapes mean.
 *
 * @module
 */
import { GROUND } from "../plot.ts";

/** The shapes of markers. */
export type MarkerShape = "circle" | "diamond" | "square" | "triangle-up" | "cross";

/** A point to mark. */
export interface Marker {
  /** Position on the horizontal axis. */
  readonly x: number;
  /** Position on the vertical axis; by default the marker stands at the upper border, in a row for its line. */
  readonly y?: number;
  /** The line it belongs to. */
  readonly line: string;
  /** Its meaning, as the tooltip says it. */
  readonly kind: string;
  readonly shape: MarkerShape;
}

/** The distance of the first row of markers from the upper border, and of rows from each other, in pixels. */
const ROW = { first: 7, next: 12 };

/** The names of the layers begin with this: a page knows by it that a mark has a tip of its own. */
const MARKERS = "markers";

/** The encodings that markers share with the lines of their plot. */
export interface MarkerEncoding {
  readonly x: object;
  readonly y: object;
  readonly color: object;
  readonly opacity: object;
  readonly tooltip: readonly {
    readonly field: string;
    readonly type: string;
    readonly title: string;
    readonly format?: string;
  }[];
}

/** Returns the layers of markers. @param options.lines the lines of the plot, in the order of their rows at the border */
export function markerLayers(
  markers: readonly Marker[],
  { lines, encoding }: { lines: readonly string[]; encoding: MarkerEncoding },
): object[] {
  const { x, y, color, opacity } = encoding;
  const mark = { field: "kind", type: "nominal", title: "mark" };
  const layer = (values: readonly Marker[], { y, size, i }: { y: object; size: number; i: number }) => ({
    name: `${MARKERS}_${i}`,
    data: { values },
    transform: [{ filter: "indexof(hidden, datum.line) < 0" }],
    mark: { type: "point", filled: false, fill: GROUND, size, strokeWidth: 2 },
    encoding: {
      x,
      y,
      color,
      opacity,
      shape: { field: "shape", type: "nominal", scale: null },
      tooltip: [...encoding.tooltip.filter((t) => "field" in y || t.field !== "y"), mark],
    },
  });
  const inside = markers.filter((m) => m.y !== undefined);
  const rows = lines.map((line) => markers.filter((m) => m.y === undefined && m.line === line))
    .filter((row) => row.length > 0);
  return [
    ...(inside.length === 0 ? [] : [layer(inside, { y, size: 110, i: rows.length })]),
    ...rows.map((row, i) => layer(row, { y: { value: ROW.first + i * ROW.next }, size: 60, i })),
  ];
}
