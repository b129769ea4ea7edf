import { assertAlmostEquals, assertEquals } from "@std/assert";
import {
  budgetPlot,
  type Compared,
  goodRates,
  goodRatesText,
  searchPlots,
  type Trial,
  tunedTable,
  tuningPlot,
} from "../../scripts/comparison/mod.ts";
import { compilePlot } from "../../scripts/report/mod.ts";

function trial(number: number, loss: number, more: Readonly<Record<string, number>> = {}): Trial {
  const setting = { learningRate: 10 ** -number, ...more };
  return { trial: number, setting, losses: [loss], loss, diverged: loss === Infinity };
}

/** A point of a plot, or a mark. */
interface Drawn {
  readonly x: number;
  readonly y?: number;
  readonly line: string;
  readonly shape?: string;
}

/** Returns all that a plot draws. */
function allDrawn(plot: { spec: unknown }): Drawn[] {
  const { layer } = plot.spec as { layer: { data: { values: Drawn[] } }[] };
  return layer.flatMap((l) => l.data.values);
}

/** Returns the points of a plot's lines. */
function drawn(plot: { spec: unknown }): (Drawn & { readonly y: number })[] {
  return allDrawn(plot).filter((p) => p.shape === undefined) as (Drawn & { readonly y: number })[];
}

/** Returns the marks of a plot, as `sgd circle 0.1 2`; without a height at the upper border. */
function marks(plot: { spec: unknown }): string[] {
  return allDrawn(plot).filter((p) => p.shape !== undefined)
    .map(({ line, shape, x, y }) => [line, shape, x, ...(y === undefined ? [] : [y])].join(" "));
}

/** Returns a comparison whose one run has a validation loss of 5 before training. */
function comparedWith(trials: Compared["trials"]): Compared {
  const score = { loss: 5, accuracy: 0 };
  const point = { step: 0, epoch: 0, seconds: 0, scores: { validation: score } };
  const arm = { name: "sgd", optimizer: "sgd", learningRate: 1, hyperparameters: {}, runs: [] };
  return { arms: [{ ...arm, points: [[point, { ...point, step: 9 }]] }], trials };
}

Deno.test("budgetPlot() draws the expected least loss of k trials", () => {
  const trials = {
    sgd: [trial(1, 4), trial(2, 1), trial(3, 2)],
    adam: [trial(1, Infinity), trial(2, 3), trial(3, Infinity), trial(4, 1)],
    none: [trial(1, Infinity), trial(2, 1e12)],
  };
  const compared = comparedWith(trials);
  const points = drawn(budgetPlot(compared, { name: "budget", title: "" }));
  const of = (line: string) => points.filter((p) => p.line === line);
  assertEquals(of("sgd").map((p) => p.x), [1, 2, 3]);
  // The three pairs have the minima 1, 2 and 1.
  for (const [i, y] of [7 / 3, 4 / 3, 1].entries()) assertAlmostEquals(of("sgd")[i]!.y, y, 1e-12);
  // A trial that diverged counts as the loss before training.
  for (const [i, y] of [(5 + 3 + 5 + 1) / 4, (3 + 5 + 1 + 3 + 1 + 1) / 6, (3 + 1 + 1 + 1) / 4, 1].entries()) {
    assertAlmostEquals(of("adam")[i]!.y, y, 1e-12);
  }
  assertEquals(of("none").map((p) => p.y), [5, 5]);
});

Deno.test("searchPlots() draws one plot for each number that was searched, with what trained", () => {
  const log = { low: 1e-4, high: 1, scale: "log" } as const;
  const beta1 = { low: 0.5, high: 0.99, scale: "one-minus-log" } as const;
  const compared = comparedWith({
    sgd: [trial(1, 2), trial(2, Infinity), trial(3, 1e12)],
    adam: [trial(1, 3, { beta1: 0.9 })],
  });
  const rates = searchPlots(compared, { spaces: { sgd: { learningRate: log } }, title: "" });
  assertEquals(rates.map((p) => p.name), ["tuning"]);
  const spaces = { sgd: { learningRate: log }, adam: { learningRate: log, beta1 } };
  const all = searchPlots(compared, { spaces, title: "" });
  assertEquals(all.map((p) => p.name), ["tuning-learning-rate", "tuning-beta1"]);
  assertEquals(drawn(all[0]!).map((p) => [p.line, p.x, p.y]), [["sgd", 0.1, 2], ["adam", 0.1, 3]]);
  const [point] = drawn(all[1]!);
  assertAlmostEquals(point!.x, 0.1, 1e-12);
});

Deno.test("tuningPlot() marks the chosen rates, and puts what diverged at the upper border instead of leaving it out", async () => {
  const compared = comparedWith({
    sgd: [trial(1, 2), trial(2, 1), trial(0, Infinity), trial(-1, 10.5), trial(3, 9)],
    adam: [trial(2, 3)],
    none: [trial(1, Infinity), trial(0, NaN)],
  });
  const plot = tuningPlot(compared, { name: "tuning", title: "" });
  assertEquals(drawn(plot).map((p) => [p.line, p.x]), [
    ["sgd", 0.001],
    ["sgd", 0.01],
    ["sgd", 0.1],
    ["adam", 0.01],
  ]);
  assertEquals(marks(plot).sort(), [
    "adam circle 0.01 3",
    "none triangle-up 0.1",
    "none triangle-up 1",
    "sgd circle 0.01 1",
    // More than twice the loss before training, which is 5.
    "sgd triangle-up 1",
    "sgd triangle-up 10",
  ]);
  // All optimizers keep their colors, and the specification compiles.
  const { scales } = await compilePlot(plot) as unknown as { scales: { name: string; domain: unknown }[] };
  assertEquals(scales.find((s) => s.name === "color")!.domain, ["sgd", "adam", "none"]);
});

/** Returns trials at rates of 1, 10, 100 and so on. */
const decades = (...losses: number[]) => losses.map((loss, i) => trial(-i, loss));

Deno.test("goodRates() is the interval within 10 % of the least loss, interpolated between trials", () => {
  // From 2 to 1 over a decade, 1.1 is reached after 0.9 of it; from 1 to 1.4 after a quarter.
  const inside = goodRates(decades(2, 1, 1.4))!;
  assertAlmostEquals(Math.log10(inside.low), 0.9, 1e-12);
  assertAlmostEquals(Math.log10(inside.high), 1.25, 1e-12);
  assertAlmostEquals(inside.decades, 0.35, 1e-12);
  assertEquals([inside.within, inside.openLow, inside.openHigh], [0.1, false, false]);
  assertEquals(goodRatesText(inside), "7.94 to 17.8 (0.35 decades)");
  // A rate that is good again beyond one that is not does not count, and one that diverged gives no loss between.
  const hole = goodRates(decades(1.05, 3, 1, 1.08, Infinity))!;
  assertAlmostEquals(Math.log10(hole.low), 1.95, 1e-12);
  assertEquals([hole.high, hole.openHigh], [1000, false]);
  // The ends of the interval that was searched.
  const open = goodRates(decades(1.05, 1, 1.09))!;
  assertEquals([open.low, open.high, open.decades, open.openLow, open.openHigh], [1, 100, 2, true, true]);
  assertEquals(goodRatesText(open), "1 to 100 (at least 2.00 decades)");
  assertEquals(goodRates([trial(0, 1)])!.decades, 0);
  // 10 % of a loss below 0 lies above it, too.
  assertAlmostEquals(Math.log10(goodRates(decades(-1, -2, -1))!.high), 1.2, 1e-12);
});

Deno.test("goodRates() needs a trial that trained, and trials that differ in their rates alone", () => {
  assertEquals(goodRates([]), null);
  assertEquals(goodRates([trial(1, Infinity)]), null);
  assertEquals(goodRates([trial(1, 2, { beta1: 0.9 }), trial(2, 3, { beta1: 0.8 })]), null);
  assertEquals(goodRatesText(null), "");
  const columns = (trials: Compared["trials"]) => tunedTable(comparedWith(trials), {})[0]!.header.length;
  assertEquals(columns({ sgd: [trial(1, 2)] }) - columns({ sgd: [trial(1, 2, { beta1: 0.9 })] }), 1);
});
