import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { deviation, max, mean, median, min, quantile, sampleStandardDeviation } from "../../stats/sample.ts";
import { randomInt } from "../../mod.ts";
import * as oracle from "../deps/simple_statistics.ts";

/** Samples of many sizes: with ties, of mixed magnitudes, and of one value. */
function samples(): number[][] {
  return Array.from({ length: 200 }, (_, k) => {
    const draws = randomInt({ seed: k, stream: "sample" }, 1 + k % 40, { low: -50, high: 51 });
    return Array.from(draws, (v, i) => (k % 3 === 0 ? v : v * 10 ** (i % 17 - 8) / 3));
  });
}

Deno.test("mean(), median(), min() and max() give the bits of simple-statistics", () => {
  for (const sample of samples()) {
    assertEquals(
      [mean(sample), median(sample), min(sample), max(sample)],
      [oracle.mean(sample), oracle.median(sample), oracle.min(sample), oracle.max(sample)],
    );
  }
});

Deno.test("mean() keeps what a plain sum loses", () => {
  assertEquals(mean([1e16, 1, -1e16, 1]), 0.5);
});

Deno.test("quantile() gives the bits of simple-statistics, and leaves the sample as it was", () => {
  for (const sample of samples()) {
    const before = [...sample];
    for (const p of [0, 0.025, 0.1, 0.25, 0.5, 0.9, 0.975, 1]) {
      assertEquals(quantile(sample, p), oracle.quantile(sample, p), `${p} of ${sample}`);
    }
    assertEquals(sample, before);
  }
});

Deno.test("sampleStandardDeviation() gives the bits of simple-statistics", () => {
  for (const sample of samples().filter((s) => s.length > 1)) {
    assertEquals(sampleStandardDeviation(sample), oracle.sampleStandardDeviation(sample));
  }
});

Deno.test("a statistic of no values, and a quantile out of range, are refused", () => {
  for (const statistic of [mean, median, min, max]) assertThrows(() => statistic([]), RangeError, "got none");
  assertThrows(() => quantile([1], 1.5), RangeError, "p must be from 0 to 1, got 1.5");
});

Deno.test("deviation() is the sample deviation, and 0 for one value", () => {
  assertAlmostEquals(deviation([1, 2, 3, 4]), Math.sqrt(5 / 3));
  assertEquals(deviation([7]), 0);
});
