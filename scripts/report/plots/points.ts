/**
 * Plots values by name, each with its interval.
 *
 * @module
 */
import { type Plot, type PlotSpec, REFERENCE } from "../plot.ts";
import { legendBelow } from "./legend.ts";
import { colorSignal } from "../theme.ts";
import { lineStyles, namesRule } from "../../../plots/style/mod.ts";

/** A value with its interval. */
export interface IntervalPoint {
  /** The name of the value: a row of the plot. */
  readonly row: string;
  readonly value: number;
  /** The ends of the interval, if there is one. */
  readonly low?: number;
  readonly high?: number;
  /** The group of the row, shown by color. */
  readonly group?: string;
}

/** The options of a point plot. */
export interface PointsOptions {
  readonly name: string;
  readonly title: string;
  readonly caption?: string;
  /** The title of the horizontal axis. */
  readonly x: string;
  /** Whether the scale is logarithmic; `false` by default. */
  readonly log?: boolean;
  /** A reference value, such as no difference. */
  readonly reference?: number;
}

/** Plots a row for each name, a dot for each value, and a line for each interval. */
export function points(values: readonly IntervalPoint[], options: PointsOptions): Plot {
  const { name, title, caption, x, log = false, reference } = options;
  const shown = values.filter((p) => Number.isFinite(p.value) && (!log || p.value > 0));
  const rows = [...new Set(values.map((p) => p.row))];
  const groups = [...new Set(values.map((p) => p.group ?? ""))];
  const names = groups.length < 2 ? rows : groups;
  const scale = log ? { type: "log", nice: false } : { zero: false, padding: 12 };
  const y = { field: "row", type: "nominal", title: null, sort: rows, axis: { labelLimit: 160, grid: true } };
  const axis = { labelOverlap: true, labelSeparation: 8 };
  const at = { field: "value", type: "quantitative", title: x, scale, axis };
  const color = names.some(namesRule)
    // An optimizer has the color of its line in other plots.
    ? {
      field: groups.length < 2 ? "row" : "group",
      type: "nominal",
      scale: { domain: names, range: lineStyles(names).map((s) => ({ expr: colorSignal(s.color) })) },
      legend: null,
    }
    : {
      field: "group",
      type: "nominal",
      title: null,
      scale: { domain: groups },
      legend: groups.length < 2 ? null : legendBelow(groups),
    };
  const tooltip = ["row", "value", "low", "high"].map((field) => ({
    field,
    type: field === "row" ? "nominal" : "quantitative",
    ...(field === "row" ? {} : { format: ".4~g" }),
  }));
  const intervals = shown.filter((p) =>
    Number.isFinite(p.low) && Number.isFinite(p.high) && (!log || p.low! > 0)
  ).map((p) => ({ ...p, group: p.group ?? "" }));
  const layer = [
    ...(reference === undefined ? [] : [{
      data: { values: [{ value: reference }] },
      mark: { type: "rule", color: REFERENCE, strokeDash: [4, 4] },
      encoding: { x: at },
    }]),
    ...(intervals.length === 0 ? [] : [{
      data: { values: intervals },
      mark: { type: "rule", strokeWidth: 2 },
      encoding: { y, x: { ...at, field: "low" }, x2: { field: "high" }, color },
    }]),
    {
      data: { values: shown.map((p) => ({ ...p, group: p.group ?? "" })) },
      mark: { type: "point", filled: true, size: 70, opacity: 1 },
      encoding: { y, x: at, color, tooltip },
    },
  ];
  return {
    name,
    title,
    ...(caption === undefined ? {} : { caption }),
    height: Math.max(80, 28 * rows.length),
    text: `${x}. ${
      values.map((p) => {
        const interval = Number.isFinite(p.low) && Number.isFinite(p.high)
          ? ` (${short(p.low!)} to ${short(p.high!)})`
          : "";
        return `${p.row}: ${Number.isFinite(p.value) ? `${short(p.value)}${interval}` : "no value"}.`;
      }).join(" ")
    }`,
    rows: {
      columns: {
        row: "name",
        ...(groups.length < 2 ? {} : { group: "group" }),
        value: x,
        low: "low",
        high: "high",
      },
      values: shown.map((p) => ({ ...p, group: p.group ?? "" })),
    },
    spec: { layer } as unknown as PlotSpec,
  };
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}
