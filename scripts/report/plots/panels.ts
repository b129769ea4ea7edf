/**
 * Several small plots beside each other.
 *
 * @module
 */
import { INK, type Panels } from "../plot.ts";

/** The smallest width of a panel in pixels. */
const WIDTH = 200;

/** The number of panels in a row of a picture. */
const COLUMNS = 3;

/** The panels of a plot. */
export interface PanelsOptions {
  /** The field that tells panels apart, and its values in order: they are the headings. */
  readonly field: string;
  readonly values: readonly string[];
  /** The layers of each panel. */
  readonly layer: readonly object[];
  /** The height of a panel over its width. */
  readonly ratio: number;
}

/** Returns the layout of panels, and the specification without its data. Each panel has axes of its own on a common scale. */
export function panelsOf(
  { field, values, layer, ratio }: PanelsOptions,
): { readonly panels: Panels; readonly spec: object } {
  const spec = {
    facet: {
      field,
      type: "nominal",
      title: null,
      sort: [...values],
      header: { labelColor: INK, labelFontSize: 13, labelFontWeight: "bold", labelPadding: 4 },
    },
    columns: COLUMNS,
    resolve: { axis: { x: "independent", y: "independent" } },
    spec: { width: WIDTH, height: Math.round(WIDTH * ratio), layer },
  };
  return { panels: { count: values.length, width: WIDTH, ratio }, spec };
}
