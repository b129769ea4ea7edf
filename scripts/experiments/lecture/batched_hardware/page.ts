/**
 * The page of `batched-hardware`.
 *
 * @module
 */
import { csvFile, lines, type Page, type Plot, type ResultTable } from "../../../report/mod.ts";
import { type HardwareData, LECTURE } from "./data.ts";
import { type Ratio, ratioAt, ratiosOf } from "./ratios.ts";

/** Lays out the page: a table and a plot of the ratios. */
export function page(data: HardwareData): Page {
  const ratios = ratiosOf(data);
  return {
    runs: ratios.map(({ ratio: { value, low, high }, ...rest }) => ({ ...rest, ratio: value, low, high })),
    results: {
      waiting: data.waiting,
      ratio: ratioAt(ratios, { what: "forward", n: LECTURE }),
      trainingRatio: ratioAt(ratios, { what: "training", n: LECTURE }),
    },
    config: data.config,
    files: [csvFile("timings.csv", {
      rows: data.timings,
      columns: ["what", "n", "repetition", "many", "one"],
    })],
    tables: [ratioTable(ratios)],
    plots: [ratioPlot(ratios, data)],
  };
}

function ratioTable(ratios: readonly Ratio[]): ResultTable {
  return {
    header: ["operation", "n", "n of size 1, ms", "1 of size n, ms", "ratio", "95% interval"],
    rows: ratios.map(({ what, n, ratio, many, one }) => [
      what,
      String(n),
      many.toFixed(3),
      one.toFixed(3),
      ratio.value.toFixed(2),
      `${ratio.low.toFixed(2)} to ${ratio.high.toFixed(2)}`,
    ]),
    note:
      "Medians of wall times; the ratio is the median of the repetitions' ratios, its interval by the bootstrap.",
  };
}

function ratioPlot(ratios: readonly Ratio[], { model, device }: HardwareData): Plot {
  return lines(
    ratios.map(({ what, n, ratio: { value, low, high } }) => ({ x: n, y: value, low, high, line: what })),
    {
      name: "ratio",
      title: `n operations of size 1 against one of size n: ${model}, ${device}`,
      caption: "Training: n steps of batch 1 " +
        "within one run of a program, so that what a call costs counts once on either side.",
      x: "n",
      y: "ratio of times",
      bands: "Lines: median ratios of wall times. Bands: their bootstrap intervals (95 %).",
      series: true,
      log: true,
      logX: 2,
      marks: true,
      references: [{ y: 1, label: "equally fast" }],
    },
  );
}
