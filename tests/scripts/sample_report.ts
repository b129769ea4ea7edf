/**
 * A report with every kind of plot, and names that contain HTML.
 *
 * @module
 */
import { contours } from "../../scripts/report/plots/contours.ts";
import { heatMap } from "../../scripts/report/plots/heat_map.ts";
import { lines } from "../../scripts/report/plots/lines.ts";
import { bars } from "../../scripts/report/plots/bars.ts";
import { parallel } from "../../scripts/report/plots/parallel.ts";
import { points } from "../../scripts/report/plots/points.ts";
import type { Report } from "../../scripts/report/page.ts";

/** Text that would run as a script if it were not escaped. */
export const NASTY =
  `</script><script>throw new Error("ran")</script><img src=x onerror='throw 1'> & "q" 'a'`;

const STEPS = Array.from({ length: 40 }, (_, i) => i);
const OPTIMIZERS = ["sgd", "momentum", "adagrad", "rmsprop", "adam", NASTY];

/** Returns the report. */
export const SAMPLE: Report = {
  title: `sample ${NASTY}`,
  summary: `Every kind of plot ${NASTY}`,
  claims: [
    { claim: "Momentum needs fewer iterations.", verdict: "holds", evidence: `12 against 40 ${NASTY}` },
    {
      claim: "Adam generalizes worse.",
      verdict: "undecided",
      evidence: "p = 0.4, paired bootstrap over 5 seeds",
    },
  ],
  tables: [{
    title: "By optimizer",
    header: ["optimizer", "loss", "accuracy", "note"],
    rows: OPTIMIZERS.map((
      o,
      i,
    ) => [o, `${(0.1 * i).toFixed(3)} ± 0.010`, `${97 - i}%`, "a note ".repeat(i * 3)]),
    note: "Means and standard deviations over 5 seeds.",
  }],
  plots: [
    lines(
      OPTIMIZERS.flatMap((line, k) =>
        STEPS.map((x) => {
          const y = Math.exp(-x / (8 + 4 * k)) + 0.01 * k;
          return { x, y, line, low: y * 0.8, high: y * 1.2 };
        })
      ),
      {
        name: "lines",
        title: "Training loss",
        caption: NASTY,
        x: "step",
        y: "loss",
        log: true,
        references: [{ y: 0.1, label: "target" }],
        markers: [
          { x: 10, y: 0.1, line: "sgd", kind: "a minimum", shape: "diamond" },
          { x: 20, line: "adam", kind: "diverged", shape: "triangle-up" },
          { x: 22, line: NASTY, kind: NASTY, shape: "triangle-up" },
        ],
      },
    ),
    lines([1, 2, 4, 8].map((x) => ({ x, y: 8 / x, line: "one" })), {
      name: "one-line",
      title: "One line, logarithmic in x",
      x: "batch size",
      y: "updates",
      logX: 2,
      marks: true,
    }),
    lines(
      Array.from({ length: 15 }, (_, i) => `compare/20260131-235959-4f1c r${10 + i}`).flatMap((line, i) =>
        [1, 2, 3].map((x) => ({ x, y: x * i, line }))
      ),
      { name: "many-lines", title: "Many lines with long names", x: "epoch", y: "accuracy" },
    ),
    points(
      OPTIMIZERS.map((row, i) => ({
        row,
        value: 1 + i,
        low: 0.5 + i,
        high: 1.5 + i,
        group: i % 2 ? "b" : "a",
      })),
      { name: "points", title: "Ratios", x: "ratio", log: true, reference: 1 },
    ),
    heatMap(
      ["sgd", "adam"].flatMap((y, k) =>
        [1e-4, 1e-3, 1e-2, 0.1].map((x, i) => ({ x, y, value: 10 ** (i - k) }))
      ),
      { name: "heat", title: "Loss", x: "rate", y: "optimizer", value: "loss", log: true, labels: true },
    ),
    heatMap(
      ["a long name of a problem", NASTY].flatMap((x, i) =>
        OPTIMIZERS.map((y, k) => ({ x, y, value: 3 * i - k }))
      ),
      {
        name: "gains",
        title: "Gains",
        x: "problem",
        y: "optimizer",
        value: "gain",
        labels: true,
        diverging: { middle: 0, end: 3 },
      },
    ),
    heatMap(
      STEPS.flatMap((x) =>
        STEPS.map((y) => ({ x: x / 10 - 2, y: y / 10 - 2, value: x > y ? "left" : NASTY }))
      ),
      {
        name: "kinds",
        title: "Basins",
        x: "x",
        y: "y",
        value: "minimum",
        kinds: ["left", NASTY],
        height: 360,
      },
    ),
    bars({ rate: 0.7, [NASTY]: 0.3, momentum: 0 }, { name: "bars", title: "Importance", x: "share" }),
    parallel(
      STEPS.map((s) => ({
        values: {
          rate: 10 ** (-s / 10),
          [NASTY]: OPTIMIZERS[s % 6]!,
          size: 16 + s,
          loss: s === 3 ? NaN : 1 + s,
        },
        score: s === 3 ? NaN : 1 + s,
      })),
      {
        name: "parallel",
        title: "Settings",
        axes: [
          { name: "rate", interval: { labels: [1e-4, 1], position: (v) => 1 + Math.log10(v) / 4 } },
          { name: NASTY, values: OPTIMIZERS },
          { name: "size", interval: { labels: [16, 55], position: (v) => (v - 16) / 39 } },
          { name: "loss", interval: { labels: [1, 40], position: (v) => (v - 1) / 39 } },
        ],
        score: "loss",
        goal: "min",
        log: true,
      },
    ),
    contours({
      name: "contours",
      title: "Rosenbrock",
      f: (x, y) => (1 - x) ** 2 + 100 * (y - x * x) ** 2,
      x: [-2, 2],
      y: [-1, 3],
      paths: OPTIMIZERS.map((line, k) => ({
        line,
        points: STEPS.map((s) => [-1.5 + s * 0.05, 2 - s * 0.02 * (k + 1)] as const),
      })),
      marks: [{ x: 1, y: 1, label: "minimum" }],
    }),
  ],
  command: "deno task experiment sample",
  made: { descent: "0.1.0", device: "cpu", name: NASTY },
};
