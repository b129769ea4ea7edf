/**
 * Plots settings of several options as lines across parallel axes.
 *
 * @module
 */
import { GROUND, INK, type Plot, type PlotSpec, REFERENCE } from "../plot.ts";

/** An axis: an interval of numbers, or the values of a list in order. */
export interface ParallelAxis {
  readonly name: string;
  /** The numbers to label, and the position of a number, from 0 at the bottom to 1 at the top; absent for a list. */
  readonly interval?: { readonly labels: readonly number[]; readonly position: (value: number) => number };
  /** The values of a list, from bottom to top; absent for an interval. */
  readonly values?: readonly (string | number | boolean)[];
}

/** A line: a value for each axis by its name, and the score that decides its color. */
export interface ParallelLine {
  readonly values: Readonly<Record<string, string | number | boolean>>;
  readonly score: number;
}

/** The options of a plot of parallel coordinates. */
export interface ParallelOptions {
  readonly name: string;
  readonly title: string;
  readonly caption?: string;
  readonly axes: readonly ParallelAxis[];
  /** The name of the score. */
  readonly score: string;
  /** Whether more or less of the score is better. */
  readonly goal: "max" | "min";
  /** Whether the colors go by the logarithm of the score; `false` by default. */
  readonly log?: boolean;
}

/** The colors of the worst and the best score, legible on white and on black. */
const COLORS = ["#8f969e", "#d9541e"];

/** The property of a row that holds its score. No option has such a name. */
const SCORE = " score";

/** The largest number of labels on the axis of a list. */
const MOST_LABELS = 9;

/** Plots a line for each setting; better ones are drawn later, stronger and in a warmer color. */
export function parallel(settings: readonly ParallelLine[], options: ParallelOptions): Plot {
  const { name, title, caption, axes, score, goal, log = false } = options;
  const sign = goal === "max" ? 1 : -1;
  const shown = settings.filter((s) => Number.isFinite(s.score) && (!log || s.score > 0))
    .toSorted((a, b) => sign * (a.score - b.score));
  const rank = (i: number) => (shown.length < 2 ? 1 : i / (shown.length - 1));
  const text = (s: ParallelLine) => axes.map((a) => `${a.name} ${labelOf(s.values[a.name]!)}`).join(", ");
  const lines = shown.flatMap((s, i) =>
    axes.map((a) => ({
      line: i,
      axis: a.name,
      at: positionOn(a, s.values[a.name]!),
      score: s.score,
      rank: rank(i),
      setting: text(s),
    }))
  );
  const labels = axes.flatMap((a) => labelsOf(a).map((l) => ({ axis: a.name, ...l })));
  const longest = Math.max(...axes.map((a) => a.name.length));
  const narrow = `width / ${axes.length} < ${8 * longest}`;
  // Names may be cut off; a number without its last digits would be another number.
  const limit = { expr: `isNumber(datum.value) ? 0 : max(40, width / ${axes.length} - 4)` };
  const label = { type: "text", align: "left", baseline: "middle", dx: 5, fontSize: 11, limit };
  const x = {
    field: "axis",
    type: "ordinal",
    title: null,
    sort: axes.map((a) => a.name),
    scale: { type: "point", padding: 0.3 },
    axis: {
      domain: false,
      ticks: false,
      // Names that do not fit beside each other are slanted.
      labelAngle: { expr: `${narrow} ? -40 : 0` },
      labelAlign: { expr: `${narrow} ? 'right' : 'center'` },
      labelPadding: 8,
      labelLimit: { expr: `${narrow} ? max(100, width / 4) : width / ${axes.length}` },
      labelFontWeight: "bold",
    },
  };
  const y = { field: "at", type: "quantitative", title: null, scale: { domain: [-0.03, 1.03] }, axis: null };
  const layer = [
    {
      data: { values: axes.map((a) => ({ axis: a.name, low: 0, high: 1 })) },
      mark: { type: "rule", color: REFERENCE, strokeWidth: 1.5 },
      encoding: { x, y: { ...y, field: "low" }, y2: { field: "high" } },
    },
    {
      data: { values: lines },
      mark: { type: "line", interpolate: "linear", strokeJoin: "round" },
      encoding: {
        x,
        y,
        detail: { field: "line", type: "nominal" },
        color: {
          field: "score",
          type: "quantitative",
          title: score,
          scale: {
            type: log ? "log" : "linear",
            interpolate: "rgb",
            range: goal === "max" ? COLORS : COLORS.toReversed(),
            nice: false,
          },
          legend: { orient: "bottom", gradientLength: { expr: "min(width, 320)" }, format: ".3~g" },
        },
        opacity: {
          field: "rank",
          type: "quantitative",
          scale: { domain: [0, 1], range: [0.3, 0.9] },
          legend: null,
        },
        strokeWidth: {
          field: "rank",
          type: "quantitative",
          scale: { domain: [0, 1], range: [1, 2.5] },
          legend: null,
        },
        tooltip: [
          { field: "setting", type: "nominal" },
          { field: "score", type: "quantitative", title: score, format: ".5~g" },
        ],
      },
    },
    // Twice: the wide outline in the color of the page keeps the lines out of the letters.
    ...[{ stroke: GROUND, strokeWidth: 4, strokeJoin: "round", color: GROUND }, { color: INK }].map((
      look,
    ) => ({
      data: { values: labels },
      mark: { ...label, ...look },
      encoding: { x, y, text: { field: "label", type: "nominal" } },
    })),
  ];
  return {
    name,
    title,
    ...(caption === undefined ? {} : { caption }),
    text: shown.length === 0
      ? "No setting."
      : `${shown.length} settings. The best: ${text(shown.at(-1)!)}, ${score} ${
        labelOf(shown.at(-1)!.score)
      }.`,
    rows: {
      columns: Object.fromEntries([
        ...axes.map((a) => [a.name, a.name]),
        ...(axes.some((a) => a.name === score) ? [] : [[SCORE, score]]),
      ]),
      values: shown.map((s) => ({ ...s.values, [SCORE]: s.score })),
    },
    spec: { layer, config: { view: { stroke: null } } } as unknown as PlotSpec,
  };
}

/** Returns the position of a value on an axis, from 0 at the bottom to 1 at the top. */
function positionOn({ interval, values = [] }: ParallelAxis, value: string | number | boolean): number {
  if (interval === undefined) return values.length < 2 ? 0.5 : values.indexOf(value) / (values.length - 1);
  return interval.position(Number(value));
}

/** Returns the labels of an axis. */
function labelsOf(axis: ParallelAxis): { at: number; value: string | number | boolean; label: string }[] {
  const { interval, values = [] } = axis;
  const label = (value: string | number | boolean) => ({
    at: positionOn(axis, value),
    value,
    label: labelOf(value),
  });
  if (interval === undefined) {
    const every = Math.ceil(values.length / MOST_LABELS);
    return values.filter((_, i) => i % every === 0).map(label);
  }
  return [...new Set(interval.labels)].map(label);
}

function labelOf(value: string | number | boolean): string {
  if (typeof value !== "number") return String(value);
  const short = Number(value.toPrecision(3));
  return short !== 0 && Math.abs(short) < 0.001 ? short.toExponential() : String(short);
}
