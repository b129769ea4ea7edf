import { assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import { claims } from "../../../../scripts/experiments/lecture/tuning/claims.ts";
import type { TuningData } from "../../../../scripts/experiments/lecture/tuning/data.ts";
import { budgetCurves, gridOf } from "../../../../scripts/experiments/lecture/tuning/grid.ts";
import { page } from "../../../../scripts/experiments/lecture/tuning/page.ts";
import { armOf, comparedOf, stored, verdicts } from "./stored.ts";

const FACTORS = [0.25, 1, 4];

/** Data of validation accuracies `[optimizer][rate][seed]`; `null` for a run that diverged. */
function dataOf(accuracies: readonly (readonly (readonly (number | null)[])[])[]): TuningData {
  const names = ["sgd", "adam"];
  return stored({
    title: "digits, MLP 2-4-4",
    config: {
      scale: "default",
      seeds: accuracies[0]![0]!.map((_, seed) => seed),
      hidden: [4],
      epochs: 1,
      batchSize: 8,
      factors: FACTORS,
    },
    optimizers: names.map((name) => ({ name, learningRate: 0.1, rates: FACTORS.map((f) => 0.1 * f) })),
    compared: comparedOf(
      accuracies.flatMap((rates, i) =>
        rates.map((cell, j) =>
          armOf(`${names[i]} ${j}`, { validationAccuracy: cell.map((v) => v ?? 0.9) }, {
            optimizer: names[i]!,
            learningRate: 0.1 * FACTORS[j]!,
            diverged: cell.flatMap((v, seed) => (v === null ? [seed] : [])),
          })
        )
      ),
    ),
  });
}

/** The same accuracy with each of six seeds. */
const same = (values: readonly number[]) => values.map((v) => Array<number>(6).fill(v));

Deno.test("tuning: the claim holds if a tuned rate gains more than another optimizer", () => {
  // From the neighbors of the usual rate to the best: 0.9 - 0.5 and 0.8 - 0.5; between the optimizers 0.1.
  const [gain, ...more] = claims(dataOf([same([0.1, 0.5, 0.9]), same([0.2, 0.5, 0.8])]));
  assertEquals([gain!.verdict, more], ["holds", []]);
  assertStringIncludes(gain!.evidence, "optimizers gain 35.00 points of validation accuracy on average");
  assertStringIncludes(
    gain!.evidence,
    "it is 10.00 points. The first less the second: 25.0 points (25.0 to 25.0), p = 0.031.",
  );
});

Deno.test("tuning: the claim is contradicted if optimizers matter more than rates, or as much", () => {
  const [gain] = claims(dataOf([same([0.88, 0.9, 0.88]), same([0.48, 0.5, 0.48])]));
  assertEquals(gain!.verdict, "contradicted");
  assertStringIncludes(gain!.evidence, "gain 2.00 points");
  assertStringIncludes(gain!.evidence, "it is 40.00");
  assertEquals(verdicts(claims(dataOf([same([0.5, 0.7, 0.5]), same([0.3, 0.5, 0.3])]))), ["contradicted"]);
});

Deno.test("tuning: seeds that differ, or too few, decide nothing", () => {
  // Each gains 0.2 by its best rate; between the optimizers there is nothing with half of the seeds and 0.4 with the others.
  const half = (a: number, b: number) => [a, b, a, b, a, b];
  const [gain] = claims(dataOf([
    same([0.5, 0.7, 0.5]),
    [half(0.5, 0.1), half(0.7, 0.3), half(0.5, 0.1)],
  ]));
  assertEquals(gain!.verdict, "undecided");
  assertStringIncludes(gain!.evidence, "gain 20.00 points");
  const few = [[0.1, 0.5, 0.9], [0.2, 0.5, 0.8]].map((rates) => rates.map((v) => [v, v]));
  assertEquals(claims(dataOf(few))[0]!.needs!.text, "2 seeds cannot show this at 5 %; 6 can.");
});

Deno.test("tuning: a run that diverged counts as the worst of its optimizer's others with its seed", () => {
  const data = dataOf([[[0.1, 0.3], [0.5, 0.2], [null, 0.9]], [[0.2, 0.2], [0.5, 0.5], [0.8, 0.8]]]);
  assertEquals(gridOf(data), [[[0.1, 0.3], [0.5, 0.2], [0.1, 0.9]], [[0.2, 0.2], [0.5, 0.5], [0.8, 0.8]]]);
  const { tables } = page(data);
  assertStringIncludes(
    tables[0]!.note!,
    "1 of 12 runs diverged: each counts as the worst of its optimizer's other",
  );
  assertEquals(tables[0]!.rows.map((row) => row[6]), ["diverged", "20.00%"]);
  // It can be no reason to choose a rate, and a seed without any other run has no score.
  const [lost] = gridOf(dataOf([[[null], [null], [null]], [[0.2], [0.5], [0.8]]]));
  assertEquals(lost, [[NaN], [NaN], [NaN]]);
});

Deno.test("tuning: without accuracies gains are the factors by which losses fall", () => {
  const names = ["sgd", "adam"];
  const losses = (all: readonly (readonly number[])[]): TuningData => ({
    ...dataOf([same([0.1, 0.5, 0.9]), same([0.2, 0.5, 0.8])]),
    compared: stored(comparedOf(all.flatMap((rates, i) =>
      rates.map((loss, j) =>
        armOf(`${names[i]} ${j}`, {
          validationLoss: Array(6).fill(loss),
          testAccuracy: Array(6).fill(NaN),
          validationAccuracy: Array(6).fill(NaN),
        }, { optimizer: names[i]! })
      )
    ))),
  });
  // From 4 and 1, whose geometric mean is 2, to 1, and from 2 to 0.5: by 2 and 4; between the optimizers by 2.
  const data = losses([[4, 1, 1], [2, 0.5, 2]]);
  const [gain] = claims(data);
  assertEquals(gain!.verdict, "holds");
  assertStringIncludes(gain!.evidence, "optimizers lower the validation loss 2.83 times on average");
  assertStringIncludes(
    gain!.evidence,
    "it is 2.00 times. The first over the second: 1.41 times (1.41 to 1.41)",
  );
  assertEquals(verdicts(claims(losses([[1, 1, 1], [9, 8, 9]]))), ["contradicted"]);
  const { tables, runs } = page(data);
  assertEquals(tables[0]!.rows[1]!.slice(3, 7), ["0.5000", "0.5000", "2.000", "2.000"]);
  assertEquals(Object.keys(runs![0]!).filter((k) => k.endsWith("Accuracy")), []);
});

Deno.test("budgetCurves() begin at the mean of the rates tried, and end at the best of all", () => {
  // Two seeds a rate; of three rates the means are 0.2, 0.6 and 0.4.
  const curve = budgetCurves([[[0.1, 0.3], [0.5, 0.7], [0.4, 0.4]]], ["sgd"]);
  assertEquals(curve.map((p) => [p.x, p.line]), [[1, "sgd"], [2, "sgd"], [3, "sgd"]]);
  [0.4, (0.4 + 0.6 + 0.6) / 3, 0.6].forEach((y, i) => assertAlmostEquals(curve[i]!.y, y, 1e-12));
});
