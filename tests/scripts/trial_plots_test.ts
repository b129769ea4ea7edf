import { assertAlmostEquals, assertEquals } from "@std/assert";
import { budgetPlot, type Compared, searchPlots, type Trial } from "../../scripts/comparison/mod.ts";

function trial(number: number, loss: number, more: Readonly<Record<string, number>> = {}): Trial {
  const setting = { learningRate: 10 ** -number, ...more };
  return { trial: number, setting, losses: [loss], loss, diverged: loss === Infinity };
}

/** Returns the points of a plot as they are drawn. */
function drawn(plot: { spec: unknown }): { x: number; y: number; line: string }[] {
  const { layer } = plot.spec as { layer: { data: { values: { x: number; y: number; line: string }[] } }[] };
  return layer.at(-1)!.data.values;
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
