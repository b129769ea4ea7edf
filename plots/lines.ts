/**
 * Plots of lines.
 *
 * @module
 */
import { checkOptions, type OptionNames } from "../options/mod.ts";
import {
  axis,
  COLORS,
  layered,
  lineChannels,
  PLOT_OPTIONS,
  type PlotOptions,
  type PlotSpec,
} from "./spec.ts";

/** The points of a line, and perhaps a band around it. */
export interface LineData {
  /** The positions; 1, 2, 3 and so on by default. */
  x?: ArrayLike<number>;
  /** The heights; a point that is not finite is left out, as is one that is not above 0 on a logarithmic axis. */
  y: ArrayLike<number>;
  /** The lower edge of a band around the line. */
  low?: ArrayLike<number>;
  /** The upper edge of the band. */
  high?: ArrayLike<number>;
}

/** A line across the whole plot, to compare with. */
export interface ReferenceLine {
  /** Its height. */
  readonly y: number;
  /** Its label. */
  readonly label: string;
}

/** Options of {@linkcode lines}. */
export interface LinesOptions extends PlotOptions {
  /** Whether the vertical axis is logarithmic; `false` by default. */
  log?: boolean;
  /** Whether the horizontal axis is logarithmic; `false` by default. */
  logX?: boolean;
  /** Whether to mark the points; `false` by default. */
  marks?: boolean;
  /** Whether a line keeps its height up to the next point; `false` by default: it leads straight to it. */
  steps?: boolean;
  /** The ends of the vertical axis, in ascending order; those of the lines by default. */
  range?: readonly [low: number, high: number];
  /**
   * Whether names that are no update rules take the colors in order, as those of a series of settings; `false` by default: the
   * name decides, so that it has one color in all plots.
   */
  series?: boolean;
  /** Lines across the plot; none by default. */
  references?: readonly ReferenceLine[];
}

/** The names of {@linkcode LinesOptions}. */
export const LINES_OPTIONS = {
  ...PLOT_OPTIONS,
  log: "flag",
  logX: "flag",
  marks: "flag",
  steps: "flag",
  range: false,
  series: "flag",
  references: false,
} satisfies OptionNames<LinesOptions>;

/** A point as the specification holds it. */
interface Row {
  readonly line: string;
  readonly x: number;
  readonly y: number;
  readonly low?: number;
  readonly high?: number;
}

/**
 * Plots lines by name over a common axis, each in the color and dash that the project gives its name: an update rule looks
 * the same in all plots. Clicking a name in the legend highlights its line.
 *
 * @param data by the name of the line its heights, or its points
 * @throws {RangeError} when an option is unknown or out of its range, or arrays of a line differ in length.
 *
 * @example
 * ```ts
 * import { lines } from "./lines.ts";
 * import { assertEquals } from "@std/assert";
 * const spec = lines({ adam: [2, 1, 0.5], sgd: { x: [1, 3], y: [2, 1] } }, { y: "loss", log: true });
 * const [{ data }] = spec.layer as [{ data: { values: unknown[] } }];
 * assertEquals(data.values.length, 5);
 * ```
 */
export function lines(
  data: Readonly<Record<string, ArrayLike<number> | LineData>>,
  options: LinesOptions = {},
): PlotSpec {
  checkOptions("lines", options, LINES_OPTIONS);
  const { log = false, logX = false, marks = false, steps = false, references = [] } = options;
  const names = Object.keys(data);
  const drawn = (v: number | undefined, log: boolean) => Number.isFinite(v) && (!log || v! > 0);
  const rows = names.flatMap((name) => rowsOf(name, data[name]!)).filter((r) =>
    drawn(r.x, logX) && drawn(r.y, log)
  );
  const banded = rows.filter((r) => drawn(r.low, log) && drawn(r.high, log));
  const whole = !logX && rows.every((r) => Number.isInteger(r.x));
  const x = axis("x", {
    title: options.x ?? "step",
    log: logX,
    axis: { grid: false, ...(whole ? { tickMinStep: 1, format: ",d" } : {}) },
  });
  const { range, series = false } = options;
  const y = axis("y", {
    title: options.y ?? "value",
    log,
    ...(range === undefined ? {} : { domain: range }),
  });
  const { color, strokeDash } = lineChannels(names, { series });
  const chosen = (value: number, otherwise: number) => ({
    condition: { param: "chosen", value },
    value: otherwise,
  });
  const tooltip = [
    { field: "line", type: "nominal" },
    { field: "x", type: "quantitative", title: options.x ?? "step" },
    { field: "y", type: "quantitative", title: options.y ?? "value", format: ".5~g" },
  ];
  const bands = {
    data: { values: banded },
    mark: { type: "area" },
    encoding: { x, y: { ...y, field: "low" }, y2: { field: "high" }, color, opacity: chosen(0.15, 0.03) },
  };
  const main = {
    data: { values: rows },
    params: [{ name: "chosen", select: { type: "point", fields: ["line"] }, bind: "legend" }],
    mark: {
      type: "line",
      strokeWidth: 2,
      interpolate: steps ? "step-after" : "linear",
      ...(marks ? { point: true } : {}),
    },
    encoding: { x, y, color, strokeDash, opacity: chosen(1, 0.12), tooltip },
  };
  return layered([
    main,
    ...(banded.length === 0 ? [] : [bands]),
    ...references.flatMap((r) => reference(r, y)),
  ], options);
}

function rowsOf(line: string, given: ArrayLike<number> | LineData): Row[] {
  const { x, y, low, high } = "length" in given ? { y: given } as LineData : given;
  for (const [name, values] of Object.entries({ x, low, high })) {
    if (values !== undefined && values.length !== y.length) {
      throw new RangeError(
        `lines: ${name} of '${line}' must hold ${y.length} numbers, as y does, got ${values.length}`,
      );
    }
  }
  return Array.from(y, (value, i) => ({
    line,
    x: x === undefined ? i + 1 : x[i]!,
    y: value,
    ...(low === undefined || high === undefined ? {} : { low: low[i]!, high: high[i]! }),
  }));
}

/** Returns the layers of a line across the plot. */
function reference({ y, label }: ReferenceLine, axis: object): object[] {
  const data = { values: [{ y, label }] };
  const text = {
    type: "text",
    color: COLORS.ink,
    fontSize: 12,
    align: "left",
    baseline: "bottom",
    dx: 4,
    dy: -2,
    x: 0,
  };
  return [
    { data, mark: { type: "rule", color: COLORS.reference, strokeDash: [4, 4] }, encoding: { y: axis } },
    { data, mark: text, encoding: { y: axis, text: { field: "label", type: "nominal" } } },
  ];
}
