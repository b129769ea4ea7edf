import { assertEquals } from "@std/assert";
import { testStrata } from "../../../scripts/decision/strata.ts";

const stratum = (values: readonly number[], bound = 0) => ({ differences: { values, tolerance: 0 }, bound });

/** Returns the two-sided share of sign flips whose sum of ranks is as far from 0, by counting them all. */
function counted(strata: readonly (readonly number[])[]): number {
  const ranks = strata.flatMap((values) => {
    const sizes = values.map(Math.abs);
    return values.map((v, i) => {
      const below = sizes.filter((s) => s < sizes[i]!).length;
      const equal = sizes.filter((s) => s === sizes[i]!).length;
      return v === 0 ? 0 : Math.sign(v) * (below + (equal + 1) / 2);
    });
  });
  const found = Math.abs(ranks.reduce((a, b) => a + b, 0));
  let extreme = 0;
  for (let flips = 0; flips < 2 ** ranks.length; flips++) {
    const sum = ranks.reduce((total, r, i) => total + ((flips >> i) & 1 ? -r : r), 0);
    if (Math.abs(sum) >= found - 1e-9) extreme++;
  }
  return extreme / 2 ** ranks.length;
}

Deno.test("testStrata: ranks each stratum for itself and flips the signs of all", () => {
  const cases = [
    [[1, 2, 3, 4, 5, 6]],
    [[0.1, 0.2, -0.05], [300, -100, 500, 200]],
    [[1, 1, -1, 2], [0, 3, -3], [-7]],
  ];
  for (const strata of cases) {
    const { p, side } = testStrata(strata.map((values) => stratum(values)));
    assertEquals([p, side], [counted(strata), p === 1 ? 0 : 1], JSON.stringify(strata));
  }
  // A scale of one stratum changes nothing.
  const scaled = testStrata([stratum([0.1, 0.2, -0.05]), stratum([3, -1, 5, 2])]);
  assertEquals(scaled, testStrata([stratum([0.1, 0.2, -0.05]), stratum([300, -100, 500, 200])]));
});

Deno.test("testStrata: tests against the bound of each stratum, and counts a run that diverged as the worst", () => {
  const above = [stratum([2, 2.5, 3, 4, 5, 6], 1), stratum([20, 25, 30, 40, 50, 60], 10)];
  assertEquals(testStrata(above), { p: 2 / 4096, side: 1 });
  assertEquals(testStrata(above.map((s) => ({ ...s, bound: 100 }))), { p: 2 / 4096, side: -1 });
  assertEquals(testStrata([stratum([1, 2, 3, 4, 5, Infinity])]), { p: 2 / 64, side: 1 });
  // Ranks 1 to 5 on one side and 6 on the other: 15 of 21.
  assertEquals(testStrata([stratum([1, 2, 3, 4, 5, -Infinity])]).p, counted([[1, 2, 3, 4, 5, -6]]));
  assertEquals(testStrata([stratum([NaN, NaN])]), { p: 1, side: 0 });
});
