/**
 * The plot of `deno task bench:scale`.
 *
 * @module
 */
import { THEMES } from "../scripts/report/mod.ts";
import type { Axis, Size } from "./sizes.ts";

/** What a training of one size took. */
export interface Point {
  readonly axis: Axis;
  readonly size: Size;
  /** Where it stands on the axis. */
  readonly at: number;
  /** Milliseconds a step. */
  readonly ms: number;
  /** Those of the fastest round. */
  readonly low: number;
  /** Those of the slowest. */
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

/** Time and memory, one above the other, over each axis: SVG, on a ground of its own so that it reads on any page. */
export async function scalePlot(points: readonly Point[]): Promise<string> {
  const [vega, { compile }] = await Promise.all([import("vega"), import("vega-lite")]);
  // As far as the points, and to a power of ten that is next to an outermost.
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
    // One scale for all, whole powers of ten.
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
