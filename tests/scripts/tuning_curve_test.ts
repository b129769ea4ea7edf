import { assertAlmostEquals, assertEquals } from "@std/assert";
import { budgetCurves, expectedBest } from "../../scripts/experiments/lecture/tuning.ts";

/** The mean of the greatest over all subsets of `n` values, each written out. */
function byHand(values: readonly number[], n: number): number {
  const greatest: number[] = [];
  for (let set = 0; set < 2 ** values.length; set++) {
    const chosen = values.filter((_, i) => set >> i & 1);
    if (chosen.length === n) greatest.push(Math.max(...chosen));
  }
  return greatest.reduce((a, b) => a + b, 0) / greatest.length;
}

Deno.test("expectedBest() is the mean over all subsets of so many values", () => {
  for (const values of [[3], [1, 5], [0.3, 0.9, 0.1, 0.5], [4, 4, 1, 7, 2, 2, 9, 3, 5]]) {
    for (let n = 1; n <= values.length; n++) {
      assertAlmostEquals(expectedBest(values, n), byHand(values, n), 1e-12, `${n} of ${values}`);
    }
  }
  // Of 1, 2, 3 two: 2, 3 and 3.
  assertAlmostEquals(expectedBest([3, 1, 2], 2), 8 / 3, 1e-12);
});

Deno.test("budgetCurves() begin at the mean of the rates tried, and end at the best of all", () => {
  // Two seeds a rate; of three rates the means are 0.2, 0.6 and 0.4.
  const curve = budgetCurves([[[0.1, 0.3], [0.5, 0.7], [0.4, 0.4]]]);
  assertEquals(curve.map((p) => p.x), [1, 2, 3]);
  [0.4, (0.4 + 0.6 + 0.6) / 3, 0.6].forEach((y, i) => assertAlmostEquals(curve[i]!.y, y, 1e-12));
});
