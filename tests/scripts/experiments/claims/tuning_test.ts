import { assertAlmostEquals, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
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
    classes: 4,
    config: { scale: "default", seeds: [0, 1], hidden: [4], epochs: 1, batchSize: 8, factors: FACTORS },
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

/** The same accuracy with both seeds. */
const same = (values: readonly number[]) => values.map((v) => [v, v]);

Deno.test("tuning: both claims hold if rates matter more than optimizers", () => {
  // Deviations over the rates 0.4 and 0.3, over the optimizers' best 0.1 / sqrt 2: 0.35 / 0.0707 = 4.95.
  // From the neighbors of the usual rate to the best: 0.9 - 0.5 and 0.8 - 0.5.
  const found = claims(dataOf([same([0.1, 0.5, 0.9]), same([0.2, 0.5, 0.8])]));
  assertEquals(verdicts(found), ["holds", "holds"]);
  assertStringIncludes(found[0]!.evidence, "by 35.00 points over the rates and by 7.07 over the optimizers");
  assertStringIncludes(found[0]!.evidence, "a ratio of 4.95 (4.95 to 4.95)");
  assertStringIncludes(found[1]!.evidence, "gain 35.00 points (35.00 to 35.00)");
  assertStringIncludes(found[1]!.evidence, "it is 10.00 (10.00 to 10.00)");
});

Deno.test("tuning: neither claim holds if optimizers matter more than rates", () => {
  const found = claims(dataOf([same([0.88, 0.9, 0.88]), same([0.48, 0.5, 0.48])]));
  assertEquals(verdicts(found), ["undecided", "undecided"]);
  assertStringIncludes(found[1]!.evidence, "gain 2.00 points");
  assertStringIncludes(found[1]!.evidence, "it is 40.00");
});

Deno.test("tuning: intervals decide, not means", () => {
  // With seed 0 the rate matters, with seed 1 it does not: the ratio is above 1 in the mean, and 0 with seed 1 alone.
  const mixed = [[[0.1, 0.5], [0.5, 0.5], [0.9, 0.5]], [[0.2, 0.4], [0.5, 0.4], [0.8, 0.4]]];
  const found = claims(dataOf(mixed));
  assertEquals(found[0]!.verdict, "undecided");
  assertMatch(found[0]!.evidence, /a ratio of 2\.47 \(\S+ to 4\.95\)/);
  assertEquals(found[1]!.verdict, "undecided");
  // Each gains 0.2 by its best rate; between the optimizers there is nothing with seed 0 and 0.4 with seed 1.
  const [, gain] = claims(dataOf([
    same([0.5, 0.7, 0.5]),
    [[0.5, 0.1], [0.7, 0.3], [0.5, 0.1]],
  ]));
  assertEquals(gain!.verdict, "undecided");
  assertStringIncludes(gain!.evidence, "gain 20.00 points (20.00 to 20.00)");
  assertStringIncludes(gain!.evidence, "it is 20.00 (0.00 to 40.00)");
});

Deno.test("tuning: a run that diverged counts as guessing among the classes of the task", () => {
  const data = dataOf([[[0.1, 0.1], [0.5, 0.5], [null, 0.9]], same([0.2, 0.5, 0.8])]);
  assertEquals(gridOf(data)[0], [[0.1, 0.1], [0.5, 0.5], [0.25, 0.9]]);
  const { tables } = page(data);
  assertStringIncludes(tables[0]!.note!, "1 of 12 runs diverged: they count as guessing, 25%.");
});

Deno.test("budgetCurves() begin at the mean of the rates tried, and end at the best of all", () => {
  // Two seeds a rate; of three rates the means are 0.2, 0.6 and 0.4.
  const curve = budgetCurves([[[0.1, 0.3], [0.5, 0.7], [0.4, 0.4]]], ["sgd"]);
  assertEquals(curve.map((p) => [p.x, p.line]), [[1, "sgd"], [2, "sgd"], [3, "sgd"]]);
  [0.4, (0.4 + 0.6 + 0.6) / 3, 0.6].forEach((y, i) => assertAlmostEquals(curve[i]!.y, y, 1e-12));
});
