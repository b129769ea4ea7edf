/**
 * The contour lines of a function of two variables, with the paths of descents, as SVG.
 *
 * @module
 */
// @ts-types="@types/d3-contour"
import { contours } from "d3-contour";
import type { LineStyle } from "../plots/style/mod.ts";
import { dashOf, short, ticks } from "./chart.ts";
import type { Point, TestFunction } from "./functions.ts";

/** A path and its look. */
export interface Path {
  readonly style: LineStyle;
  readonly points: readonly Point[];
}

/** The size of the picture in its own units. */
export const SIZE = 560;
/** The space for the numbers at the left and below, and around the picture. */
const [MARGIN, PAD] = [44, 14];
const SIDE = SIZE - MARGIN - PAD;

/** Points of the grid along a side, and contour lines. */
const GRID = 180;
const LEVELS = 14;

/** The most points of a path that are drawn. */
const MOST_POINTS = 1500;

const drawn = new Map<TestFunction, string>();

/** Returns the picture as SVG text. Paths have the class `lineN` of their color. */
export function drawContour(of: TestFunction, paths: readonly Path[], start: Point): string {
  const ground = drawn.get(of) ?? groundOf(of);
  drawn.set(of, ground);
  const { x, y } = placesOf(of);
  const at = ([a, b]: Point) => `${x(a).toFixed(1)} ${y(b).toFixed(1)}`;
  const lines = paths.map(({ style, points }) => {
    const every = Math.max(1, Math.ceil(points.length / MOST_POINTS));
    const shown = points.filter((_, i) => i % every === 0 || i === points.length - 1);
    if (shown.length === 0) return "";
    const d = `M${shown.map(at).join("L")}`;
    const [cx, cy] = at(shown.at(-1)!).split(" ");
    return `<path class="line line${style.color}" stroke-dasharray="${dashOf(style)}" d="${d}"/>` +
      `<circle class="end fill${style.color}" cx="${cx}" cy="${cy}" r="4.5"/>`;
  });
  const [cx, cy] = at(start).split(" ");
  const minima = of.minima.slice(0, 9).map((m) => `<path class="minimum" d="M${at(m)}m-5 0h10m-5 -5v10"/>`);
  const box = `x="${MARGIN}" y="${PAD}" width="${SIDE}" height="${SIDE}"`;
  return `<svg viewBox="0 0 ${SIZE} ${SIZE}" role="img"><clipPath id="inside"><rect ${box}/></clipPath>` +
    `<g clip-path="url(#inside)">${ground}${minima.join("")}${lines.join("")}` +
    `<circle class="start" cx="${cx}" cy="${cy}" r="5"/></g><rect class="frame" ${box}/>${axesOf(of)}</svg>`;
}

/** Returns the point of the function's plane at a place of the picture; `undefined` outside its frame. */
export function pointAt({ region: [[x0, x1], [y0, y1]] }: TestFunction, [px, py]: Point): Point | undefined {
  const [a, b] = [(px - MARGIN) / SIDE, 1 - (py - PAD) / SIDE];
  if (a < 0 || a > 1 || b < 0 || b > 1) return undefined;
  return [x0 + a * (x1 - x0), y0 + b * (y1 - y0)];
}

function placesOf({ region: [[x0, x1], [y0, y1]] }: TestFunction) {
  return {
    x: (v: number) => MARGIN + SIDE * (v - x0) / (x1 - x0),
    y: (v: number) => PAD + SIDE * (1 - (v - y0) / (y1 - y0)),
  };
}

/** Levels lie at equal distances of the logarithm above the lowest value, so that valleys get lines too. */
function groundOf({ f, region: [[x0, x1], [y0, y1]] }: TestFunction): string {
  const at = (low: number, high: number, i: number) => low + (high - low) * i / (GRID - 1);
  const values = Array.from(
    { length: GRID * GRID },
    (_, k) => f(at(x0, x1, k % GRID), at(y1, y0, Math.floor(k / GRID))),
  );
  const low = values.reduce((a, b) => Math.min(a, b));
  const high = values.reduce((a, b) => Math.max(a, b));
  const heights = values.map((v) => Math.log10(v - low + (high - low) * 1e-4));
  const [first, last] = [Math.log10((high - low) * 1e-4), Math.log10(high - low)];
  const levels = Array.from({ length: LEVELS }, (_, i) => first + (last - first) * (i + 0.5) / LEVELS);
  // Cell centers lie half a cell inside the rings of d3-contour, and at the ends of the region here.
  const scale = SIDE / (GRID - 1);
  return contours().size([GRID, GRID]).thresholds(levels)(heights).map(({ coordinates }) => {
    const rings = coordinates.flat().map((ring) =>
      `M${
        ring.map(([a, b]) =>
          `${(MARGIN + (a! - 0.5) * scale).toFixed(1)} ${(PAD + (b! - 0.5) * scale).toFixed(1)}`
        ).join("L")
      }Z`
    );
    return `<path class="level" d="${rings.join("")}"/>`;
  }).join("");
}

function axesOf(of: TestFunction): string {
  const { x, y } = placesOf(of);
  const [[x0, x1], [y0, y1]] = of.region;
  return ticks(x0, x1, false).map((v) =>
    `<text x="${x(v).toFixed(1)}" y="${SIZE - MARGIN + 18}" text-anchor="middle">${short(v)}</text>`
  ).join("") + ticks(y0, y1, false).map((v) =>
    `<text x="${MARGIN - 6}" y="${y(v).toFixed(1)}" dy="0.32em" text-anchor="end">${short(v)}</text>`
  ).join("");
}
