import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { normal } from "../../mod.ts";
import { bootstrap, comparePaired, deviation, mean, plusMinus } from "../../scripts/statistics.ts";

Deno.test("deviation() is the sample's, and 0 for one value", () => {
  assertAlmostEquals(deviation([1, 2, 3, 4]), Math.sqrt(5 / 3));
  assertEquals(deviation([7]), 0);
});

Deno.test("plusMinus() shows the spread where there is one", () => {
  const fixed = (v: number) => v.toFixed(2);
  assertEquals(plusMinus([1, 3], fixed), "2.00 ± 1.41");
  assertEquals(plusMinus([1], fixed), "1.00");
});

Deno.test("bootstrap() covers the mean about as often as it says", () => {
  let covered = 0;
  for (let trial = 0; trial < 200; trial++) {
    const sample = [...normal({ seed: trial, stream: "sample" }, 40)];
    const { low, high } = bootstrap([sample], ([s]) => mean([...s!]), { resamples: 400, seed: trial });
    if (low <= 0 && 0 <= high) covered++;
  }
  // 95 % of 200 is 190; percentiles of 40 values cover slightly less.
  assert(covered >= 178 && covered <= 199, `covered ${covered} of 200`);
});

Deno.test("bootstrap() resamples each sample on its own, and the same at the same seed", () => {
  const ratio = ([a, b]: readonly (readonly number[])[]) => mean([...a!]) / mean([...b!]);
  const first = bootstrap([[2, 4, 6], [1, 2, 3]], ratio, { seed: 1 });
  assertEquals(first, bootstrap([[2, 4, 6], [1, 2, 3]], ratio, { seed: 1 }));
  assertEquals(first.value, 2);
  // The samples are drawn apart from one another, else the ratio would always be 2.
  assert(first.low < 1.5 && first.high > 2.5);
});

Deno.test("bootstrap() of a sample of one has no bounds", () => {
  const { value, low, high } = bootstrap([[3], [1, 2]], ([a, b]) => mean([...a!]) - mean([...b!]));
  assertEquals([value, low, high], [1.5, -Infinity, Infinity]);
});

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
  assertThrows(() => comparePaired([1], { with: [1, 2] }), RangeError, "equally many, got 1 and 2");
});

Deno.test("comparePaired() of many pairs draws flips, and comes near the exact p-value", () => {
  const differences = [...normal({ seed: 3, stream: "d" }, 20)].map((v) => v + 0.45);
  const { p } = comparePaired(differences, { with: differences.map(() => 0) });
  let extreme = 0;
  const observed = Math.abs(differences.reduce((a, b) => a + b, 0));
  for (let flips = 0; flips < 2 ** 20; flips++) {
    let total = 0;
    for (let i = 0; i < 20; i++) total += flips >>> i & 1 ? -differences[i]! : differences[i]!;
    if (Math.abs(total) >= observed) extreme++;
  }
  assertAlmostEquals(p, extreme / 2 ** 20, 0.02);
});
