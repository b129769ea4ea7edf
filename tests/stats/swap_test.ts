import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { interquartileMean, mean, swapTest } from "../../stats/mod.ts";
import golden from "../golden/benchmark/intervals.json" with { type: "json" };

type Scores = readonly (readonly number[])[];
const gain = (a: Scores, b: Scores) => interquartileMean(a.flat()) - interquartileMean(b.flat());
const difference = (a: Scores, b: Scores) => mean(a.flat()) - mean(b.flat());

Deno.test("swapTest: all swaps give the p-values of SciPy's permutation_test", () => {
  for (const { a, b, statistic, p } of golden.swaps) {
    const found = swapTest(a, b, gain);
    assertAlmostEquals(found.statistic, statistic, 1e-12);
    assertEquals(found.p, p);
  }
});

Deno.test("swapTest: drawn swaps come near the share of all, and are never 0", () => {
  const [a, b] = [[[5, 1, 4, 2, 6, 3, 8], [5, 7, 9, 4, 5, 6, 7]], [[4, 2, 1, 2, 3, 4, 2], [
    6,
    5,
    4,
    6,
    4,
    5,
    5,
  ]]];
  const differences = a.flat().map((v, i) => v - b.flat()[i]!);
  const total = differences.reduce((x, y) => x + y, 0);
  let extreme = 0;
  for (let swaps = 0; swaps < 2 ** 14; swaps++) {
    const sum = differences.reduce((t, d, i) => t + ((swaps >> i) & 1 ? -d : d), 0);
    if (Math.abs(sum) >= Math.abs(total)) extreme++;
  }
  const exact = extreme / 2 ** 14;
  const { p } = swapTest(a, b, difference, { resamples: 4000 });
  assert(Math.abs(p - exact) < 4 * Math.sqrt(exact * (1 - exact) / 4000), `${p}, ${exact}`);
  const far = swapTest(a.map((r) => r.map((v) => v + 100)), b, difference, { resamples: 99 });
  assertEquals(far.p, 1 / 100);
});

Deno.test("swapTest: refuses scores that are no pairs", () => {
  assertThrows(() => swapTest([[1]], [[1], [2]], difference), RangeError, "the same tasks, got 1 and 2");
  assertThrows(() => swapTest([[1, 2]], [[1]], difference), RangeError, "got 2 and 1 of task 0");
  assertThrows(() => swapTest([[NaN]], [[1]], difference), RangeError, "a[0][0] must be a finite number");
  assertThrows(() => swapTest([], [], difference), RangeError, "a must have at least 1 value");
});
