import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { bootstrap } from "../../stats/bootstrap.ts";
import { comparePaired } from "../../stats/compare_paired.ts";
import { mean } from "../../stats/sample.ts";

Deno.test("comparePaired() gives the p-value of the exact sign-flip test", () => {
  const b = [1, 2, 3, 4, 5, 6];
  // All six differences are above 0: of 64 flips only none and all are as extreme.
  const all = comparePaired(b.map((v, i) => v + 0.5 + i / 10), { with: b });
  assertAlmostEquals(all.value, 0.75);
  assertAlmostEquals(all.p, 2 / 64);
  assert(all.low > 0);
  // 1, 1, -1: the flips whose sum is at least 1 in size are all 8.
  assertEquals(comparePaired([1, 1, -1], { with: [0, 0, 0] }).p, 1);
  // 3, 2, -1: |sum| >= 4 for (3,2,-1), (3,2,1) and their opposites.
  assertEquals(comparePaired([3, 2, -1], { with: [0, 0, 0] }).p, 4 / 8);
  assertThrows(
    () => comparePaired([1], { with: [1, 2] }),
    RangeError,
    "the same size of at least 1, got 1 and 2",
  );
});

/** p-values of SciPy 1.17.1's `permutation_test` of the mean with `permutation_type="samples"`, all flips, as counts of flips. */
const SCIPY: readonly (readonly [readonly number[], number])[] = [
  [[0.5, -0.2, 0.9, 1.1, -0.4, 0.7, 0.3], 14],
  [[0.31, -0.12, 0.27, 0.05, 0.44, -0.09, 0.18, 0.22, -0.02, 0.36, 0.11, 0.07, -0.15], 314],
  // Whole numbers, many of whose sums are equal to the one observed.
  [[1, 2, -1, 3, 2, -2, 1, 1, -1, 2, 3, -3, 1, 0], 4280],
  // deno-fmt-ignore
  [[-0.502, -1.024, 0.052, 0.72, 1.436, 0.41, -0.253, -0.485, 1.049, 1.935, 0.573, -0.933, -0.658, 1.9, 0.503, -1.432],
    28474],
  [Array(17).fill(0.1), 2],
  // deno-fmt-ignore
  [[0.17, -0.91, -0.38, -0.24, -0.46, 0.8, 0.19, -0.34, 0.66, 1.08, -1.39, -0.01, -0.73, 0.08, -1.04, 0.27, 0.21, -0.05,
    -0.8, -0.15], 308968],
];

const pOf = (differences: readonly number[]) =>
  comparePaired(differences, { with: differences.map(() => 0) }).p;
const ones = (n: number, places: readonly number[]) =>
  Array.from({ length: n }, (_, i) => (places.includes(i) ? 1 : 0));

for (const [differences, count] of SCIPY) {
  Deno.test(`comparePaired() of ${differences.length} pairs gives SciPy's exact p-value`, () =>
    assertEquals(pOf(differences), count / 2 ** differences.length));
}

Deno.test("comparePaired() counts every flip of up to 32 pairs", () => {
  for (const n of [1, 2, 12, 13, 20, 31, 32]) assertEquals(pOf(Array(n).fill(0.1)), 2 / 2 ** n, `${n} pairs`);
  for (const n of [1, 13, 32, 33, 40]) assertEquals(pOf(Array(n).fill(0)), 1, `${n} pairs of equals`);
  // Half of the flips give two ones the same sign, so their sum is as far from 0.
  for (const at of [1, 7, 12, 19]) assertEquals(pOf(ones(20, [0, at])), 0.5, `pairs 0 and ${at}`);
});

Deno.test("comparePaired() treats sums that differ only by rounding as equal", () => {
  // 0.3 - 0.2 and 0.9 - 0.8 are different floats for the same difference.
  const [a, b] = [[0.3, 0.9, 0.7], [0.2, 0.8, 0.8]];
  assertEquals(comparePaired(a, { with: b }).p, 1);
  assertEquals(comparePaired(a.map((v) => v + 1e6), { with: b.map((v) => v + 1e6) }).p, 1);
  assertEquals(pOf([0.1, 0.2, -0.3]), 1);
});

Deno.test("comparePaired() of more than 32 pairs is never 0: (k + 1) / (B + 1)", () => {
  assertEquals(pOf(Array(33).fill(1)), 1 / 10_001);
  const all = Array(40).fill(1);
  assertEquals(comparePaired(all, { with: all.map(() => 0), resamples: 99 }).p, 1 / 100);
});

Deno.test("comparePaired() flips every pair, beyond the 32nd as well", () => {
  for (const places of [[0, 16], [0, 32], [1, 33], [31, 63], [5, 64]]) {
    assertAlmostEquals(pOf(ones(70, places)), 0.5, 0.02, `pairs ${places.join(" and ")}`);
  }
});

Deno.test("comparePaired() of values that are not finite has no p-value and no bounds", () => {
  for (const bad of [NaN, Infinity, -Infinity]) {
    const { low, high, p } = comparePaired([1, bad, 3], { with: [0, 0, 0] });
    assertEquals([low, high, p], [NaN, NaN, NaN]);
  }
});

Deno.test("comparePaired() has the bootstrap interval of the differences", () => {
  const differences = [0.4, -0.1, 0.9, 0.3, 0.7, 0.2, 0.5];
  const zeros = differences.map(() => 0);
  for (
    const options of [{}, { confidence: 0.5 }, { interval: "bca" }, { seed: 3, resamples: 500 }] as const
  ) {
    const { value, low, high } = comparePaired(differences, { with: zeros, ...options });
    assertEquals({ value, low, high }, bootstrap([differences], ([d]) => mean(d!), options));
  }
});
