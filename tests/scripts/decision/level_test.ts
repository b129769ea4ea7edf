/**
 * Counts wrong verdicts over all sign flips: given the sizes of the differences from the bound, each is equally likely if
 * the differences are symmetric about it, so the share of wrong verdicts is exact.
 */
import { assertEquals } from "@std/assert";
import { accuracy, decideAbove, decideEqual, type Decision } from "../../../scripts/decision/mod.ts";

/** Sizes of six differences, in points: with a heavy tail, tied, with zeros. */
const SIZES = {
  heavy: [0.2, 0.2, 0.4, 0.9, 3, 40],
  tied: [1, 1, 1, 1, 1, 1],
  zeros: [0, 1, 1, 2, 3, 4],
};

/** Returns the shares of verdicts over all signs of differences around a bound, in points. */
function shares(
  sizes: readonly number[],
  { bound, decide }: { bound: number; decide: (differences: readonly number[]) => Decision },
): Record<string, number> {
  const flips = 2 ** sizes.length;
  const found: Record<string, number> = { holds: 0, contradicted: 0, undecided: 0 };
  for (let flip = 0; flip < flips; flip++) {
    const { verdict } = decide(sizes.map((d, i) => bound + (flip >> i & 1 ? -d : d)));
    found[verdict]! += 1 / flips;
  }
  return found;
}

const pairsOf = (name: string, differences: readonly number[]) => ({
  name,
  a: differences.map((d) => 0.5 + d / 100),
  b: differences.map(() => 0.5),
});

const above = (differences: readonly number[]) =>
  decideAbove([pairsOf("other", differences)], { quantity: accuracy(), toward: 1 });

Deno.test("decideAbove() is wrong at most 2.5 % of the time on either side", () => {
  for (const [name, sizes] of Object.entries(SIZES)) {
    const none = shares(sizes, { bound: 0, decide: above });
    // One of 64 flips has all signs alike, unless a difference is 0: a test that never decides would not reach it.
    assertEquals(none.holds, name === "zeros" ? 0 : 1 / 64, name);
    const least = shares(sizes, { bound: 0.5, decide: above });
    assertEquals(least.contradicted, name === "zeros" ? 0 : 1 / 64, name);
  }
});

Deno.test("decideAbove(): of two comparisons, any wrong contradiction counts", () => {
  // The same seeds: one differs from the bound by the opposite signs of the other.
  const decide = (differences: readonly number[]) =>
    decideAbove(
      [1, -1].map((sign, i) => pairsOf(`${i}`, differences.map((d) => 0.5 + sign * (d - 0.5) * (1 + i)))),
      { quantity: accuracy(), toward: 1 },
    );
  // Seven differences of one sign pass 0.05 / 2, in either comparison.
  assertEquals(shares([1, ...SIZES.tied], { bound: 0.5, decide }).contradicted, 2 / 128);
});

Deno.test("decideEqual() is wrong at most 2.5 % of the time at the bound", () => {
  const decide = (differences: readonly number[]) =>
    decideEqual(pairsOf("other", differences), { quantity: accuracy() });
  const { holds, contradicted } = shares(SIZES.tied.map((d) => d / 50), { bound: 0.5, decide });
  assertEquals([holds, contradicted], [1 / 64, 1 / 64]);
});
