/**
 * Plots that grow in a notebook while something is computed.
 *
 * @module
 */
import { notebook } from "../host/notebook.ts";
import { checkNumber, checkOptions, type OptionNames } from "../options/mod.ts";
import { plotBundle, specBundle } from "./display.ts";
import { type LineData, lines, LINES_OPTIONS, type LinesOptions } from "./lines.ts";
import type { PlotSpec } from "./spec.ts";

/** Options of {@linkcode liveLines}: those of `lines`, and how often to draw. */
export interface LiveLinesOptions extends LinesOptions {
  /** The least time between two drawings in milliseconds, at least 0; 250 by default. */
  interval?: number;
}

const LIVE_OPTIONS = { ...LINES_OPTIONS, interval: false } satisfies OptionNames<LiveLinesOptions>;

/** A point of a line. */
export interface LivePoint {
  /** The position. */
  readonly x: number;
  /** The height; a point that is not finite is left out. */
  readonly y: number;
}

/** Lines that grow. */
export interface LiveLines {
  /** Adds a point to the line with a name, and draws the plot anew unless it was drawn just before. */
  add(line: string, point: LivePoint): void;
  /** Returns the plot of all points so far. */
  plot(): PlotSpec;
  /** Draws the plot of all points a last time, with a picture for viewers that cannot draw. */
  close(): Promise<void>;
}

/**
 * Returns a plot of lines that grows in the cell of a notebook: call `add` for each new point, such as in `onEpoch` of `fit`,
 * and `close` at the end. Outside Jupyter nothing is shown, and `plot` returns the points all the same.
 *
 * @throws {RangeError} when an option is unknown or out of its range.
 *
 * @example
 * ```ts
 * import { liveLines } from "./live.ts";
 * import { assertEquals } from "@std/assert";
 * const live = liveLines({ x: "epoch", y: "loss" });
 * for (let epoch = 1; epoch <= 3; epoch++) live.add("adam", { x: epoch, y: 1 / epoch });
 * await live.close();
 * const [line] = live.plot().layer as [{ data: { values: unknown[] } }];
 * assertEquals(line.data.values.length, 3);
 * ```
 */
export function liveLines(options: LiveLinesOptions = {}): LiveLines {
  checkOptions("liveLines", options, LIVE_OPTIONS);
  const { interval = 250, ...look } = options;
  checkNumber("interval", interval, "a finite number of at least 0");
  const points = new Map<string, { x: number[]; y: number[] }>();
  const plot = () => lines(Object.fromEntries<LineData>(points), look);
  const cell = notebook()?.cell();
  let drawn = -Infinity;
  return {
    add(line, { x, y }) {
      const before = points.get(line) ?? { x: [], y: [] };
      points.set(line, before);
      before.x.push(x);
      before.y.push(y);
      if (cell === undefined || performance.now() - drawn < interval) return;
      drawn = performance.now();
      cell.show(specBundle(plot()));
    },
    plot,
    async close() {
      if (cell !== undefined) cell.show(await plotBundle(plot()));
    },
  };
}
