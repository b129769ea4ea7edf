/**
 * The type of plots.
 *
 * @module
 */

/**
 * A plot as a specification in Vega-Lite, with its data: plain JSON, which notebooks, editors and `save` draw.
 *
 * @see https://vega.github.io/vega-lite/docs/spec.html
 */
export type PlotSpec = Readonly<Record<string, unknown>>;
