/**
 * Plots the results of `deno task bench:scale`.
 *
 * @module
 */
import { THEMES } from "../scripts/report/mod.ts";
import type { Axis, Size } from "./sizes.ts";

/** The measurements of one size. */
export interface Point {
  readonly axis: Axis;
  readonly size: Size;
  /** Its position on the axis. */
  readonly at: number;
  /** Milliseconds per step. */
  readonly ms: number;
  /** Milliseconds per step in the fastest round. */
  readonly low: number;
  /** Milliseconds per step in the slowest round. */
  readonly high: number;
  readonly peakMiB: number;
}

const TITLES: Readonly<Record<Axis, string>> = {
  parameters: "parameters",
  batch: "examples a step",
  chunk: "steps in a run",
  rows: "rows of data",
};

const POWERS = Array.from({ length: 13 }, (_, i) => 10 ** (i - 3));

/** Returns an SVG of time and memory over each axis, on a white background so that it is legible on any page. */
export async function scalePlot(points: readonly Point[]): Promise<string> {
  const [vega, { compile }] = await Promise.all([import("vega"), import("vega-lite")]);
  // The range of the points, extended to a power of ten that is close.
  const extent = (axis: Axis) => {
    const at = points.filter((p) => p.axis === axis).map((p) => p.at);
    const near = (v: number) => {
      const power = 10 ** Math.round(Math.log10(v));
      return Math.abs(power / v - 1) < 0.3 ? power : v;
    };
    return [Math.min(...at, near(Math.min(...at))), Math.max(...at, near(Math.max(...at)))];
  };
  const row = (title: string, value: (p: Point) => number) => {
    const values = points.map((p) => ({ axis: p.axis, x: p.at, y: value(p), from: p.size.from }));
    const all = values.map((v) => v.y);
    // One scale for all plots, between powers of ten.
    const domain = [
      10 ** Math.floor(Math.log10(Math.min(...all))),
      10 ** Math.ceil(Math.log10(Math.max(...all))),
    ];
    return Object.keys(TITLES).map((axis, i) => ({
      width: 190,
      height: 170,
      data: { values: values.filter((v) => v.axis === axis) },
      mark: { type: "line", point: { size: 30 }, strokeWidth: 2 },
      encoding: {
        color: {
          field: "from",
          type: "nominal",
          title: "rows of data in",
          scale: { domain: ["memory", "file"] },
          legend: { orient: "bottom" },
        },
        x: {
          field: "x",
          type: "quantitative",
          title: TITLES[axis as Axis],
          scale: { type: "log", domain: extent(axis as Axis), nice: false },
          axis: { grid: false, format: "~s", values: POWERS, labelOverlap: true },
        },
        y: {
          field: "y",
          type: "quantitative",
          title: i === 0 ? title : null,
          scale: { type: "log", domain, nice: false },
          axis: { format: ",~g", values: POWERS },
        },
      },
    }));
  };
  const { spec } = compile(
    {
      background: "white",
      padding: 16,
      columns: Object.keys(TITLES).length,
      concat: [...row("milliseconds a step", (p) => p.ms), ...row("most memory, MiB", (p) => p.peakMiB)],
    } as unknown as Parameters<typeof compile>[0],
    { logger: vega.logger(vega.Error) },
  );
  const view = new vega.View(vega.parse(spec, THEMES.light.config), {
    renderer: "none",
    logLevel: vega.Error,
  });
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}
