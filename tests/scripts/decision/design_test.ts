import { assert, assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import {
  accuracy,
  checkDesign,
  decideAbove,
  type Design,
  designAfter,
  LEVEL,
  loss,
  scatterOf,
} from "../../../scripts/decision/mod.ts";
import { normal } from "../../../mod.ts";
import { fewestPairs, signFlipTest } from "../../../stats/mod.ts";

const designOf = (seeds: number, comparisons: number): Design => ({
  seeds,
  claims: [{ claim: "a against b", comparisons, quantity: accuracy() }],
});

Deno.test("checkDesign(): the fewest seeds, by 2^(1-n) < 0.05 / comparisons", () => {
  for (const [comparisons, fewest] of [[1, 6], [2, 7], [3, 7], [4, 8], [5, 8], [10, 9], [30, 11]] as const) {
    assert(2 ** (1 - fewest) < 0.05 / comparisons && 2 ** (2 - fewest) >= 0.05 / comparisons);
    const found = [fewest - 1, fewest].map((n) => checkDesign(designOf(n, comparisons), {}));
    assertEquals(found.map((d) => [d.fewest, d.decides]), [[fewest, false], [fewest, true]]);
  }
  const { text, power } = checkDesign(designOf(5, 3), {});
  assertEquals(power, null);
  assertStringIncludes(
    text,
    `5 seeds cannot decide "a against b" at 5 % after Holm's correction for 3 comparisons: the fewest that can are 7`,
  );
  assertStringIncludes(text, "--seeds auto measures it in a pilot, --deviation X states it");
});

Deno.test("checkDesign(): the seeds for 80 % power from a stated deviation, of the claim that needs most", () => {
  const { power, text } = checkDesign(designOf(8, 1), { deviation: 1 });
  // ((1.95996 + 0.84162) * 1 / 0.5)^2 + 1.92 = 31.4 + 1.92.
  assertEquals(power, { seeds: 34, share: 0.8, effect: 0.5, unit: "points", deviation: 1, from: "stated" });
  assertStringIncludes(
    text,
    "8 seeds can decide at 5 % (6 are the fewest); 34 seeds show a difference of 0.5 points with 80 % power",
  );
  const two = checkDesign({
    seeds: 8,
    claims: [
      { claim: "a", comparisons: 1, quantity: accuracy({ effect: 2 }) },
      { claim: "b", comparisons: 3, quantity: loss() },
    ],
  }, { deviation: 2 });
  assertEquals([two.comparisons, two.power!.unit], [3, "times"]);
  assert(two.power!.seeds! > 34);
});

Deno.test("checkDesign(): a test that takes the pairs of several problems needs fewer seeds; other limits are told", () => {
  const together = { claim: "best", comparisons: 19, pairs: 10, quantity: accuracy() };
  // 2^(1-n) < 0.05 / 19 from 10 pairs on: one seed of 10 problems.
  assertEquals(checkDesign({ seeds: 1, claims: [together] }, {}).fewest, 1);
  const alone = { claim: "alone", comparisons: 1, quantity: accuracy() };
  const design = { seeds: 6, claims: [together, alone], limits: ["a takes 6 problems"], pilot: false };
  const { fewest, decides, text } = checkDesign(design, {});
  assertEquals([fewest, decides], [6, false]);
  assertEquals(
    text,
    "6 seeds can decide at 5 % (6 are the fewest); a takes 6 problems; how many show the smallest effect that matters " +
      "with 80 % power depends on the scatter.",
  );
});

/** A claim of a pilot whose differences have a deviation of about `scatter` points. */
const pilotOf = (differences: readonly number[]) =>
  decideAbove([{ name: "b", a: differences.map((d) => 0.5 + d / 100), b: differences.map(() => 0.5) }], {
    quantity: accuracy(),
    toward: 1,
  });

Deno.test("designAfter(): from the scatter of the pilot, at least the fewest, at most what is allowed", () => {
  // Sizes 2, 1, 1, 1, 0: the deviation around 0 is sqrt(7 / 5) = 1.183, that of the sizes 0.707 / 0.603 = 1.173.
  const noisy = pilotOf([2, -1, 1, -1, 0]);
  const free = designAfter([noisy], { pilot: 5, most: 100 });
  assertEquals([free.seeds, free.power!.from, free.decides], [46, "pilot", true]);
  const limited = designAfter([noisy], { pilot: 5, most: 20 });
  assertEquals([limited.seeds, limited.decides], [20, true]);
  assertStringIncludes(limited.text, "more than --max-seeds 20: 20 seeds in all");
  assertEquals(designAfter([noisy], { pilot: 5, most: 5 }).decides, false);
  // Without scatter the fewest suffice.
  assertEquals(designAfter([pilotOf([3, 3, 3, 3, 3])], { pilot: 5, most: 100 }).seeds, 6);
  // Nothing to go by: the fewest.
  const lost = pilotOf([NaN, 1, 1, 1, 1]);
  const blind = designAfter([lost], { pilot: 5, most: 100 });
  assertEquals([blind.seeds, blind.power], [6, null]);
  assertStringIncludes(blind.text, "diverged");
});

Deno.test("scatterOf(): the deviation around 0, or that of the sizes; signs do not matter", () => {
  const draws = Array.from(normal({ seed: 3, stream: "scatter" }, 20_000));
  // The deviation of |z| is sqrt(1 - 2 / pi) = 0.603.
  assertAlmostEquals(scatterOf(draws), 1, 0.02);
  assertAlmostEquals(scatterOf(draws.map((d) => d + 50)), 1 / 0.6028, 0.02);
  const some = [0.7, -0.4, 0.1, -0.6, 0.2];
  // Around 0 the deviation is sqrt(1.06 / 5) = 0.460, that of the sizes sqrt(0.26 / 4) / 0.6028 = 0.423.
  assertAlmostEquals(scatterOf(some), Math.sqrt(0.065) / Math.sqrt(1 - 2 / Math.PI), 1e-12);
  for (let flips = 0; flips < 32; flips++) {
    assertEquals(scatterOf(some.map((d, i) => ((flips >> i) & 1 ? -d : d))), scatterOf(some));
  }
});

Deno.test("designAfter(): the signs of the differences do not change the number of seeds", () => {
  const some = [0.7, -0.4, 0.1, -0.6, 0.2];
  const numbers = Array.from({ length: 32 }, (_, flips) => {
    const differences = some.map((d, i) => ((flips >> i) & 1 ? -d : d));
    return designAfter([pilotOf(differences)], { pilot: 5, most: 100 }).seeds;
  });
  assertEquals(new Set(numbers).size, 1);
});

Deno.test("the number of seeds by the pilot keeps the level of the test", () => {
  const [trials, pilot, most] = [10_000, 5, 16];
  const draws = normal({ seed: 1, stream: "pilots" }, trials * most);
  let rejected = 0;
  for (let t = 0; t < trials; t++) {
    const all = Array.from(draws.subarray(t * most, (t + 1) * most));
    // 80 % power at 0.7, if the deviation were known.
    const wanted = Math.ceil((2.80159 * scatterOf(all.slice(0, pilot)) / 0.7) ** 2 + 2);
    const n = Math.min(most, Math.max(wanted, fewestPairs({ level: LEVEL })));
    if (signFlipTest(all.slice(0, n)) < LEVEL) rejected++;
  }
  // 5 % are 500, with a standard error of 22. By the deviation around the mean they are about 590.
  assert(rejected < 500 + 2 * 22, `${rejected} of ${trials} rejected`);
  assert(rejected > 400, `${rejected} of ${trials} rejected: the simulation tests nothing`);
});
