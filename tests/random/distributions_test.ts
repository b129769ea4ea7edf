import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { crc32 } from "node:zlib";
import fc from "../deps/fast_check.ts";
import { inverseNormal, portableLog } from "../../random/inverse_normal.ts";
import { normal } from "../../random/normal.ts";
import { permutation } from "../../random/permutation.ts";
import { below, randomInt } from "../../random/random_int.ts";
import { randomBits } from "../../random/random_bits.ts";
import { uniform } from "../../random/uniform.ts";

const bytesOf = (values: Float32Array<ArrayBuffer>) => new Uint8Array(values.buffer);
const mean = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b, 0) / values.length;

/** Returns the Kolmogorov-Smirnov distance of the values' distribution from `cdf`, times the root of their number. */
function ks(values: Float32Array, cdf: (x: number) => number): number {
  const n = values.length;
  const distances = values.toSorted().map((x, i) => Math.max((i + 1) / n - cdf(x), cdf(x) - i / n));
  return Math.sqrt(n) * Math.max(...distances);
}

Deno.test("uniform() gives the bits of an independent transcription in Python", () => {
  assertEquals(crc32(bytesOf(uniform({ seed: 1, stream: "uniform" }, 20000))), 0xb9a77a44);
});

Deno.test("uniform() is uniform (Kolmogorov-Smirnov, moments)", () => {
  const values = uniform({ seed: 11, stream: "ks" }, 20000);
  assert(ks(values, (x) => x) < 1.95, "the 99.9 % point of the Kolmogorov distribution is 1.95");
  assertAlmostEquals(mean(values), 0.5, 4 * Math.sqrt(1 / 12 / 20000));
  assertAlmostEquals(mean(values.map((v) => (v - 0.5) ** 2)), 1 / 12, 0.002);
});

Deno.test("uniform() stays in [low, high) after rounding, for any bounds", () => {
  const float = fc.double({ min: -1e30, max: 1e30, noNaN: true });
  fc.assert(fc.property(float, float, fc.nat(), (a, b, seed) => {
    const [low, high] = [Math.fround(Math.min(a, b)), Math.fround(Math.max(a, b))];
    const values = uniform({ seed, stream: 0 }, 20, { low, high });
    assert(values.every((v) => low === high ? v === low : v >= low && v < high), `${low} ${high} ${values}`);
  }));
});

Deno.test("uniform() gives the number below high if rounding would reach high", () => {
  // float32 has no number between 1 and 1 + 2^-23: half of the draws would round up to high.
  const narrow = uniform({ seed: 0, stream: 0 }, 100, { low: 1, high: 1 + 2 ** -23 });
  assert(narrow.every((v) => v === 1));
  const negative = uniform({ seed: 0, stream: 0 }, 100, { low: -1 - 2 ** -23, high: -1 });
  assert(negative.every((v) => v === Math.fround(-1 - 2 ** -23)));
  const tiny = uniform({ seed: 0, stream: 0 }, 100, { low: -(2 ** -149), high: 0 });
  assert(tiny.every((v) => v === -(2 ** -149)));
});

Deno.test("uniform() and normal() refuse bounds that are not finite or not in order", () => {
  const key = { seed: 0, stream: 0 };
  assertThrows(
    () => uniform(key, 1, { low: 2, high: 1 }),
    RangeError,
    "high must be at least low (2), got 1",
  );
  assertThrows(
    () => uniform(key, 1, { low: -Infinity }),
    RangeError,
    "low must be a finite number, got -Infinity",
  );
  assertThrows(() => normal(key, 1, { std: -1 }), RangeError, "std must be at least 0, got -1");
  assertThrows(() => normal(key, 1, { mean: NaN }), RangeError, "mean");
});

Deno.test("portableLog() agrees with Math.log to a relative 1e-15 over all binades and near 1", () => {
  const x = fc.oneof(
    fc.double({ min: 2 ** -1022, max: Number.MAX_VALUE, noNaN: true }),
    fc.double({ min: 0.5, max: 2, noNaN: true }),
  );
  fc.assert(
    fc.property(x, (v) => {
      const error = Math.abs(portableLog(v) - Math.log(v));
      assert(error <= 1e-15 * Math.abs(Math.log(v)), `${v}: ${error}`);
    }),
    { numRuns: 2000 },
  );
  assertEquals(portableLog(1), 0);
});

Deno.test("inverseNormal() gives tabulated quantiles in all three ranges of AS 241", () => {
  // Wichura's own check values and, for the far tail, 40-digit arithmetic.
  assertAlmostEquals(inverseNormal(0.25), -0.6744897501960817, 1e-15);
  assertAlmostEquals(inverseNormal(0.001), -3.090232306167814, 4e-15);
  assertAlmostEquals(inverseNormal(1e-20), -9.262340089798408, 1e-14);
  assertEquals(inverseNormal(0.5), 0);
  assertThrows(() => inverseNormal(0), RangeError, "p must be in (0, 1), got 0");
  assertThrows(() => inverseNormal(1), RangeError, "got 1");
});

Deno.test("inverseNormal() rises with p and is odd about one half", () => {
  const word = fc.integer({ min: 0, max: 0xffffffff });
  fc.assert(fc.property(word, word, (a, b) => {
    const [p, q] = [(a + 0.5) / 2 ** 32, (b + 0.5) / 2 ** 32];
    assertEquals(inverseNormal(p) < inverseNormal(q), p < q);
    assertEquals(inverseNormal(p), -inverseNormal(1 - p));
  }));
});

Deno.test("normal() gives the float32 bits of Python's NormalDist().inv_cdf for the same words", () => {
  assertEquals(crc32(bytesOf(normal({ seed: 1, stream: "normal" }, 20000))), 0x36048f31);
});

Deno.test("normal() is normal (moments, tail counts)", () => {
  const n = 100_000;
  const z = normal({ seed: 5, stream: "moments" }, n);
  const power = (k: number) => mean(Float64Array.from(z, (v) => v ** k));
  const bound = (variance: number) => 4 * Math.sqrt(variance / n);
  assertAlmostEquals(power(1), 0, bound(1));
  assertAlmostEquals(power(2), 1, bound(2));
  assertAlmostEquals(power(3), 0, bound(15));
  assertAlmostEquals(power(4), 3, bound(96));
  const beyond2 = z.filter((v) => Math.abs(v) > 2).length;
  assertAlmostEquals(beyond2 / n, 0.04550026, bound(0.0455 * 0.9545));
});

Deno.test("normal() shifts and scales before it rounds", () => {
  const key = { seed: 8, stream: "scale" };
  const words = randomBits(key, 50);
  const wanted = Float32Array.from(words, (w) => 10 + 0.5 * inverseNormal((w + 0.5) / 2 ** 32));
  assertEquals(normal(key, 50, { mean: 10, std: 0.5 }), wanted);
  assertEquals(normal(key, 3, { mean: 2, std: 0 }), new Float32Array([2, 2, 2]));
});

Deno.test("below() rejects the words that would favor small remainders", () => {
  const words = [0xffffffff, 0xfffffffe, 7];
  // 2^32 mod 3 = 1: only 0xffffffff is rejected.
  assertEquals(below(() => words.shift() ?? 0, 3), 0xfffffffe % 3);
  assertEquals(words, [7]);
  // 2^32 mod 2^31+1 = 2^31-1: words from 2^31+1 up are rejected.
  const more = [2 ** 31 + 1, 0xffffffff, 2 ** 31];
  assertEquals(below(() => more.shift() ?? 0, 2 ** 31 + 1), 2 ** 31);
});

Deno.test("randomInt() takes each value equally often (chi-square)", () => {
  const counts = new Float64Array(10);
  for (const v of randomInt({ seed: 3, stream: "dice" }, 20000, { low: -3, high: 7 })) {
    counts[v + 3] = (counts[v + 3] ?? 0) + 1;
  }
  const chi2 = counts.reduce((sum, c) => sum + (c - 2000) ** 2 / 2000, 0);
  assert(chi2 < 27.9, `9 degrees of freedom, 99.9 % point 27.9; got ${chi2}`);
  assertEquals(counts.reduce((a, b) => a + b), 20000);
});

Deno.test("randomInt() covers the whole of int32 and refuses bounds that are not integers in order", () => {
  const wide = randomInt({ seed: 0, stream: 0 }, 200, { low: -(2 ** 31), high: 2 ** 31 });
  assert(wide.some((v) => v < -(2 ** 30)) && wide.some((v) => v > 2 ** 30));
  assertThrows(
    () => randomInt({ seed: 0, stream: 0 }, 1, { low: 2, high: 2 }),
    RangeError,
    "high must be an integer from 3 to 2147483648, got 2",
  );
  assertThrows(() => randomInt({ seed: 0, stream: 0 }, 1, { high: 1.5 }), RangeError, "high");
});

Deno.test("permutation() contains every number once", () => {
  fc.assert(fc.property(fc.nat(300), fc.nat(), (n, seed) => {
    assertEquals(permutation({ seed, stream: "p" }, n).toSorted(), new Uint32Array(n).map((_, i) => i));
  }));
});

Deno.test("permutation() gives each order of four equally often (chi-square)", () => {
  const counts = new Map<string, number>();
  for (let step = 0; step < 12000; step++) {
    const order = permutation({ seed: 9, stream: "orders", step }, 4).join("");
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  assertEquals(counts.size, 24);
  const chi2 = [...counts.values()].reduce((sum, c) => sum + (c - 500) ** 2 / 500, 0);
  assert(chi2 < 49.7, `23 degrees of freedom, 99.9 % point 49.7; got ${chi2}`);
});

Deno.test("permutation() shuffles from the end down with the words of randomBits()", () => {
  const key = { seed: 4, stream: "fy" };
  const words = randomBits(key, 6);
  const wanted = [0, 1, 2, 3, 4, 5, 6];
  for (let i = 6, k = 0; i > 0; i--, k++) {
    const j = (words[k] ?? 0) % (i + 1);
    const [a, b] = [wanted[i] ?? 0, wanted[j] ?? 0];
    wanted[i] = b;
    wanted[j] = a;
  }
  assertEquals([...permutation(key, 7)], wanted);
});
