import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { normal } from "../../random/normal.ts";
import { signFlipTest } from "../../stats/sign_flips.ts";

const ones = (n: number, places: readonly number[]) =>
  Array.from({ length: n }, (_, i) => (places.includes(i) ? 1 : 0));

Deno.test("signFlipTest() counts flips as extreme as the measured sum, without tolerance", () => {
  assertEquals(signFlipTest([3, 2, -1]), 4 / 8);
  assertEquals(signFlipTest(ones(20, [3, 11])), 0.5);
  // Every flip of a single 1 among zeros is as far from 0.
  assertEquals(signFlipTest(ones(20, [4])), 1);
  assertEquals(signFlipTest(ones(33, [4])), 1);
});

Deno.test("signFlipTest() draws flips on request, and approximates the exact p-value", () => {
  const differences = [...normal({ seed: 3, stream: "d" }, 22)].map((v) => v + 0.45);
  const p = signFlipTest(differences, { method: "drawn" });
  let extreme = 0;
  const observed = Math.abs(differences.reduce((a, b) => a + b, 0));
  for (let flips = 0; flips < 2 ** 22; flips++) {
    let total = 0;
    for (let i = 0; i < 22; i++) total += flips >>> i & 1 ? -differences[i]! : differences[i]!;
    if (Math.abs(total) >= observed) extreme++;
  }
  assertAlmostEquals(p, extreme / 2 ** 22, 0.02);
  assertEquals(signFlipTest(differences), extreme / 2 ** 22);
});

Deno.test("signFlipTest() on one side counts sums at least as large, or as small", () => {
  // Sums of 3, 2, -1 under all flips: 6, 4, 2, 0, 0, -2, -4, -6; the observed one is 4.
  assertEquals(signFlipTest([3, 2, -1], { alternative: "greater" }), 2 / 8);
  assertEquals(signFlipTest([3, 2, -1], { alternative: "less" }), 7 / 8);
  assertEquals(signFlipTest([-3, -2, 1], { alternative: "less" }), 2 / 8);
  assertEquals(signFlipTest([-3, -2, 1], { alternative: "greater" }), 7 / 8);
  const differences = [...normal({ seed: 4, stream: "d" }, 12)].map((v) => v + 0.4);
  for (const alternative of ["greater", "less", "two-sided"] as const) {
    const exact = signFlipTest(differences, { alternative });
    assertAlmostEquals(signFlipTest(differences, { alternative, method: "drawn" }), exact, 0.02, alternative);
  }
});

Deno.test("signFlipTest() counts the identity, whatever order the sums are rounded in", () => {
  for (let n = 1; n <= 24; n++) {
    for (let seed = 0; seed < 20; seed++) {
      const differences = [...normal({ seed, stream: "d", step: n }, n)].map((v) => Math.abs(v) + 0.1);
      assertEquals(signFlipTest(differences, { alternative: "greater" }), 2 ** -n, `${differences}`);
    }
  }
});

Deno.test("signFlipTest() names what it refuses", () => {
  assertThrows(() => signFlipTest([]), RangeError, "differences must have at least 1 value, got none");
  assertThrows(
    () => signFlipTest(ones(33, [1]), { method: "exact" }),
    RangeError,
    'takes up to 32 differences, got 33: use method "drawn"',
  );
  assertThrows(() => signFlipTest([1], { resamples: 0 }), RangeError, "resamples must be");
  assertThrows(() => signFlipTest([1], { tolerance: -1 }), RangeError, "tolerance must be");
  assert(Number.isNaN(signFlipTest([1, NaN])));
});
