/** Decides whether constructed samples agree. */
import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { agreement } from "../../../scripts/baselines/mod.ts";

/** Three values around a mean: two such samples leave an interval of `sqrt(2 / 3) t(0.975, 4)` = 2.26696 either way. */
const around = (middle: number) => [middle - 1, middle, middle + 1];

const decide = (difference: number, margin: number) => {
  const { verdict, reason } = agreement(around(50 + difference), around(50), { margin });
  return `${verdict}, ${reason}`;
};

Deno.test("agreement() holds if the interval lies within the margin, even without 0", () => {
  assertEquals(decide(0, 2.267), "holds, within");
  assertEquals(decide(2.5, 5), "holds, within");
  assertEquals(decide(-2.5, 5), "holds, within");
});

Deno.test("agreement() holds if the interval contains 0 and is not wide", () => {
  assertEquals(decide(1, 2.5), "holds, contains 0");
  assertEquals(decide(-1, 2.5), "holds, contains 0");
});

Deno.test("agreement() is contradicted if the interval excludes 0 and leaves the margin", () => {
  assertEquals(decide(3, 2.5), "contradicted, apart");
  assertEquals(decide(-3, 2.5), "contradicted, apart");
});

Deno.test("agreement() is contradicted by a wide interval that lies wholly outside the margin", () => {
  assertEquals(decide(5, 2), "contradicted, apart");
  assertEquals(decide(-5, 2), "contradicted, apart");
});

Deno.test("agreement() is undecided if the interval is wide", () => {
  assertEquals(decide(0, 2.266), "undecided, wide");
  assertEquals(decide(3, 2), "undecided, wide");
  assertEquals(decide(-3, 2), "undecided, wide");
});

Deno.test("agreement() is undecided without an interval", () => {
  for (const [ours, theirs] of [[[1], [1, 1]], [[1, 1], [1]], [[], [1, 1]], [[1, NaN], [1, 1]]]) {
    assertEquals(agreement(ours!, theirs!, { margin: 9 }), {
      difference: null,
      verdict: "undecided",
      reason: "empty",
    });
  }
});

Deno.test("agreement() compares ours less theirs", () => {
  const { difference } = agreement(around(53), around(50), { margin: 1 });
  assertAlmostEquals(difference!.value, 3, 1e-12);
  assertAlmostEquals(difference!.low, 3 - 2.266957, 1e-6);
  assertAlmostEquals(difference!.high, 3 + 2.266957, 1e-6);
});

Deno.test("agreement() compares samples that do not vary by their means", () => {
  const decided = (ours: number) => agreement([ours, ours], [50, 50, 50], { margin: 1 }).verdict;
  assertEquals([50, 50.9, 51.1].map(decided), ["holds", "holds", "contradicted"]);
});

Deno.test("agreement() refuses a margin that is not above 0", () => {
  assertThrows(() => agreement([1, 2], [1, 2], { margin: 0 }), RangeError, "margin must be above 0, got 0");
});
