/**
 * Writes the name of each line at its end, so that nobody has to look colors up in a legend.
 *
 * @module
 */
import type { Plot } from "./plot.ts";
import { PLOT_SIZE } from "./plot.ts";
import { FONT } from "./theme.ts";

/** The distance of two labels in pixels. */
const GAP = 14;

/** The longest label that a picture shows whole, in letters; pages cut labels at the room that they have. */
const LONGEST = 28;

/** The specification of Vega, as far as labels change it. */
interface Spec {
  readonly data?: readonly { readonly name: string }[];
  readonly signals?: readonly object[];
  readonly scales?: readonly object[];
  readonly marks?: readonly object[];
}

/** Returns the names as labels: without the words that all begin with. */
export function shortLabels(names: readonly string[]): string[] {
  const words = names.map((name) => name.split(" "));
  const most = Math.min(...words.map((w) => w.length)) - 1;
  let same = 0;
  while (names.length > 1 && same < most && words.every((w) => w[same] === words[0]![same])) same++;
  return words.map((w) => w.slice(same).join(" "));
}

/** Returns whether the plot has labels at the ends of its lines: several lines, and room for them. */
export function hasEndLabels({ lines, height = PLOT_SIZE.height }: Plot): boolean {
  if (lines === undefined || !lines.labeled || lines.names.length < 2) return false;
  return (lines.names.length - lines.hidden.length) * GAP <= height;
}

/** Returns whether a picture can do without a legend: its labels tell all of it. */
export function labelsSuffice(plot: Plot): boolean {
  return hasEndLabels(plot) && plot.lines!.hidden.length === 0 &&
    shortLabels(plot.lines!.names).every((label) => label.length <= LONGEST);
}

/**
 * Returns a compiled plot with its labels: each stands beside the end of its line, or as near as those of other lines let
 * it. They are part of the data flow, so they follow zooms, changes of scale and hidden lines. The signal `labelWidth` is
 * the room that they have.
 */
export function withEndLabels<S extends Spec>(spec: S, plot: Plot): S {
  if (!hasEndLabels(plot)) return spec;
  const { names } = plot.lines!;
  return {
    ...spec,
    signals: [...spec.signals ?? [], { name: "labelWidth", value: 220 }],
    scales: [...spec.scales ?? [], {
      name: "label",
      type: "ordinal",
      domain: [...names],
      range: shortLabels(names),
    }],
    data: [...spec.data ?? [], {
      name: "ends",
      source: "points",
      transform: [
        { type: "filter", expr: SHOWN },
        { type: "aggregate", groupby: ["line"], ops: ["argmax"], fields: ["x"], as: ["last"] },
        { type: "filter", expr: "zoomY === null || inrange(datum.last.y, zoomY)" },
      ],
    }],
    marks: [...spec.marks ?? [], LABELS, LEADERS],
  };
}

/** The points that are drawn, in the part of the horizontal axis that is seen. */
const SHOWN = "indexof(hidden, datum.line) < 0 && (!logX || datum.x > 0) && (!logY || datum.y > 0) && " +
  "(zoomX === null || inrange(datum.x, zoomX))";

/** A reader may ask for more lines than there is room for labels: then there are none, and the legend tells the lines. */
const OPACITY =
  `length(data('ends')) > 1 + height / ${GAP} ? 0 : strong === null || strong === datum.line ? 1 : 0.15`;

/**
 * The labels. Their transforms move them apart: each at least a gap below the one above it, then, from below, none under the
 * lower border. A running maximum of `y - gap * rank` does the first, a running minimum the second.
 */
const LABELS = {
  type: "text",
  name: "labels",
  from: { data: "ends" },
  interactive: false,
  encode: {
    update: {
      x: { signal: "width + 12" },
      y: { scale: "y", field: "last.y" },
      text: { scale: "label", field: "line" },
      fill: { scale: "color", field: "line" },
      opacity: { signal: OPACITY },
      align: { value: "left" },
      baseline: { value: "middle" },
      font: { value: FONT },
      fontSize: { value: 12 },
      limit: { signal: "labelWidth" },
    },
  },
  transform: [
    { type: "window", sort: { field: "y" }, ops: ["row_number"], as: ["rank"] },
    { type: "formula", as: "place", expr: `datum.y - ${GAP} * datum.rank` },
    { type: "window", sort: { field: "y" }, ops: ["max"], fields: ["place"], as: ["most"], frame: [null, 0] },
    {
      type: "formula",
      as: "place",
      expr: `min(datum.most + ${GAP} * datum.rank, height) - ${GAP} * datum.rank`,
    },
    {
      type: "window",
      sort: { field: "rank" },
      ops: ["min"],
      fields: ["place"],
      as: ["least"],
      frame: [0, null],
    },
    { type: "formula", as: "y", expr: `datum.least + ${GAP} * datum.rank` },
  ],
};

/** Thin lines that lead from the ends to their labels. */
const LEADERS = {
  type: "rule",
  from: { data: "labels" },
  interactive: false,
  encode: {
    update: {
      x: { scale: "x", field: "datum.last.x" },
      y: { scale: "y", field: "datum.last.y" },
      x2: { signal: "width + 10" },
      y2: { field: "y" },
      stroke: { field: "fill" },
      strokeOpacity: { value: 0.45 },
      opacity: { field: "opacity" },
    },
  },
};
