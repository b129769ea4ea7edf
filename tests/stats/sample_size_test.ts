import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { fewestPairs } from "../../stats/fewest_pairs.ts";
import { holm } from "../../stats/holm.ts";
import { pairedPower } from "../../stats/paired_power.ts";
import { pairsForPower } from "../../stats/pairs_for_power.ts";
import { signFlipPower } from "../../stats/sign_flip_power.ts";
import { signFlipTest } from "../../stats/sign_flips.ts";

Deno.test("fewestPairs() is where the sign-flip test first reaches its level after Holm's correction", () => {
  assertEquals(fewestPairs(), 6);
  assertEquals(fewestPairs({ level: 0.05, comparisons: 3 }), 7);
  assertEquals(fewestPairs({ alternative: "greater" }), 5);
  for (const level of [0.2, 0.05, 0.01, 0.001, 0.0625]) {
    for (const comparisons of [1, 2, 3, 4, 9, 20]) {
      for (const alternative of ["two-sided", "greater"] as const) {
        const pairs = fewestPairs({ level, comparisons, alternative });
        const p = (n: number) => {
          const one = signFlipTest(Array(n).fill(1), { alternative });
          return holm([one, ...Array(comparisons - 1).fill(1)])[0]!;
        };
        assert(
          p(pairs) <= level && (pairs === 1 || p(pairs - 1) > level),
          `${level} ${comparisons} ${pairs}`,
        );
      }
    }
  }
});

Deno.test("pairsForPower() is the fewest pairs at which the t-test has the power, where it needs many", () => {
  for (const effect of [0.2, 0.5, 0.7]) {
    for (const comparisons of [1, 3]) {
      for (const alternative of ["two-sided", "less"] as const) {
        const design = { effect, deviation: 1, comparisons, alternative };
        for (const power of [0.8, 0.95]) {
          const pairs = pairsForPower({ ...design, power });
          assert(pairedPower({ ...design, pairs }) >= power);
          assert(pairedPower({ ...design, pairs: pairs - 1 }) < power);
        }
      }
    }
  }
});

Deno.test("pairsForPower() gives the sign-flip test its power, where it needs few", () => {
  for (const effect of [0.9, 1.3, 1.6, 2, 90]) {
    for (const comparisons of [1, 3]) {
      const design = { effect, deviation: 1, comparisons };
      const pairs = pairsForPower(design);
      assert(pairs >= fewestPairs({ comparisons }));
      // Other trials than those that decided: 0.03 is five standard errors.
      const power = signFlipPower({ ...design, pairs, seed: 1 });
      assert(power > 0.8 - 0.03, `${effect} ${comparisons}: ${pairs} pairs, power ${power}`);
    }
  }
  assertEquals(pairsForPower({ effect: 90, deviation: 1, comparisons: 3 }), 7);
});

Deno.test("signFlipPower() of the fewest pairs is the chance that all are on one side", () => {
  // 0.9452 is the normal distribution at 1.6.
  for (const alternative of ["two-sided", "greater", "less"] as const) {
    const level = alternative === "two-sided" ? 2 ** -5 : 2 ** -6;
    const power = signFlipPower({ pairs: 6, effect: 1.6, deviation: 1, level, alternative });
    assertAlmostEquals(power, 0.9452 ** 6, 0.03, alternative);
  }
});

Deno.test("sizes of samples hold for tiny and for huge effects", () => {
  for (const deviation of [1e-9, 0]) {
    assertEquals(pairsForPower({ effect: 1, deviation }), 6);
    assertEquals([pairedPower, signFlipPower].map((power) => power({ effect: 1, deviation, pairs: 6 })), [
      1,
      1,
    ]);
  }
  assertEquals(pairsForPower({ effect: 1e-9, deviation: 1 }), Infinity);
  // (1.96 + 0.84)^2 1e8, and two more for the unknown deviation.
  assertAlmostEquals(pairsForPower({ effect: 1e-4, deviation: 1 }), 784_886_053, 4);
});

Deno.test("sizes of samples name what they refuse", () => {
  const design = { effect: 1, deviation: 1 };
  assertThrows(() => fewestPairs({ level: 0 }), RangeError, "level must be in (0, 1), got 0");
  assertThrows(
    () => fewestPairs({ comparisons: 0 }),
    RangeError,
    "comparisons must be an integer of at least 1",
  );
  assertThrows(
    () => pairsForPower({ ...design, effect: 0 }),
    RangeError,
    "effect must be a finite number above 0",
  );
  assertThrows(() => pairsForPower({ ...design, deviation: NaN }), RangeError, "deviation must be");
  assertThrows(() => pairsForPower({ ...design, power: 1 }), RangeError, "power must be in (0, 1), got 1");
  assertThrows(
    () => pairedPower({ ...design, pairs: 1 }),
    RangeError,
    "pairs must be an integer of at least 2",
  );
  assertThrows(() => signFlipPower({ ...design, pairs: 6, trials: 0 }), RangeError, "trials must be");
});
