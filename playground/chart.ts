/**
 * A line chart as SVG.
 *
 * @module
 */
import { DASHES, type LineStyle } from "../plots/style/mod.ts";

/** A line of a chart. */
export interface ChartLine {
  readonly style: LineStyle;
  readonly points: readonly (readonly [x: number, y: number])[];
}

/** The content of a chart. */
export interface Chart {
  readonly lines: readonly ChartLine[];
  readonly x: string;
  /** The end of the horizontal axis. */
  readonly end: number;
  readonly log: boolean;
  /** The format of the numbers at the vertical axis. */
  readonly percent?: boolean;
}

const [WIDTH, HEIGHT] = [560, 260];
const [LEFT, RIGHT, TOP, BOTTOM] = [58, 22, 10, 38];

/** The most points of a line: more cannot be told apart. */
const MOST_POINTS = 400;

/** Returns the chart as SVG text. Lines have the class `lineN` of their color. */
export function drawChart({ lines, x, end, log, percent = false }: Chart): string {
  const values = lines.flatMap(({ points }) => points.map(([, y]) => y)).filter((y) =>
    Number.isFinite(y) && (!log || y > 0)
  );
  const [low, high] = rangeOf(values, log);
  const up = (y: number) => (log ? Math.log10(y) : y);
  const height = HEIGHT - TOP - BOTTOM;
  const placeX = (v: number) => LEFT + (WIDTH - LEFT - RIGHT) * v / Math.max(end, 1e-9);
  const placeY = (v: number) => TOP + height * (1 - (up(v) - up(low)) / (up(high) - up(low) || 1));
  const labelOf = (v: number) => (percent ? `${short(100 * v)}%` : short(v));
  const rows = ticks(low, high, log).map((v) => {
    const y = placeY(v).toFixed(1);
    return `<path class="grid" d="M${LEFT} ${y}H${WIDTH - RIGHT}"/>` +
      `<text x="${LEFT - 6}" y="${y}" dy="0.32em" text-anchor="end">${labelOf(v)}</text>`;
  });
  const columns = ticks(0, end, false).map((v) =>
    `<text x="${placeX(v).toFixed(1)}" y="${HEIGHT - BOTTOM + 16}" text-anchor="middle">${short(v)}</text>`
  );
  const drawn = lines.map(({ style, points }) => {
    const every = Math.max(1, Math.ceil(points.length / MOST_POINTS));
    const shown = points.filter(([, y], i) =>
      (i % every === 0 || i === points.length - 1) && Number.isFinite(y) && (!log || y > 0)
    );
    const d = shown.map(([a, b], i) =>
      `${i === 0 ? "M" : "L"}${placeX(a).toFixed(1)} ${placeY(b).toFixed(1)}`
    ).join("");
    return d === ""
      ? ""
      : `<path class="line line${style.color}" stroke-dasharray="${dashOf(style)}" d="${d}"/>`;
  });
  const title = `<text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 4}" text-anchor="middle">${x}</text>`;
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img">${rows.join("")}${columns.join("")}${title}${
    drawn.join("")
  }</svg>`;
}

/** Returns the pattern of a line's dashes, as SVG writes it. */
export function dashOf({ dash }: LineStyle): string {
  return dash === 0 ? "none" : DASHES[dash]!.join(" ");
}

function rangeOf(values: readonly number[], log: boolean): [number, number] {
  if (values.length === 0) return log ? [0.1, 1] : [0, 1];
  const low = values.reduce((a, b) => Math.min(a, b));
  const high = values.reduce((a, b) => Math.max(a, b));
  if (log) return [Math.max(low, high * 1e-12), high > low ? high : low * 10];
  return high > low ? [low, high] : [low - 0.5, high + 0.5];
}

/** Returns round numbers from one bound to the other; powers of ten for logarithms, where there are at least two. */
export function ticks(low: number, high: number, log: boolean): number[] {
  if (log) {
    const [first, last] = [Math.ceil(Math.log10(low) - 1e-9), Math.floor(Math.log10(high) + 1e-9)];
    const every = Math.max(1, Math.ceil((last - first + 1) / 6));
    const powers = Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i).filter((_, i) =>
      i % every === 0
    );
    if (powers.length >= 2) return powers.map((p) => 10 ** p);
  }
  const rough = (high - low) / 5;
  const power = 10 ** Math.floor(Math.log10(rough || 1));
  const step = power * ([1, 2, 5, 10].find((m) => m * power >= rough) ?? 10);
  const first = Math.ceil(low / step - 1e-9);
  return Array.from({ length: Math.floor(high / step + 1e-9) - first + 1 }, (_, i) => (first + i) * step);
}

/** Writes a number in a few characters. */
export function short(value: number): string {
  if (value === 0) return "0";
  const size = Math.abs(value);
  return size >= 1e5 || size < 1e-3
    ? value.toExponential(0).replace("e+", "e")
    : String(Number(value.toPrecision(3)));
}
