import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "../deps/fast_check.ts";
import { hashStream, keyWords, randomBits, type RandomKey } from "../../random/random_bits.ts";
import { threefry2x32 } from "../../random/threefry.ts";

Deno.test("hashStream() gives FNV-1a's published values and hashes UTF-8", () => {
  assertEquals(hashStream(""), 0x811c9dc5);
  assertEquals(hashStream("a"), 0xe40c292c);
  assertEquals(hashStream("foobar"), 0xbf9cf968);
  assertEquals(hashStream("ü"), 0x119dd44a);
});

Deno.test("randomBits() gives the words of an independent transcription in Python", () => {
  assertEquals(
    randomBits({ seed: 12345678901234, stream: "shuffle", step: 7 }, 5),
    new Uint32Array([1252614114, 3297188420, 2303321015, 4280921493, 2117795597]),
  );
  assertEquals(randomBits({ seed: 0, stream: "ü" }, 2), new Uint32Array([755134970, 2905153056]));
});

Deno.test("randomBits() lays out counters as its documentation says", () => {
  const key: RandomKey = { seed: 5, stream: 9, step: 4 };
  const words = randomBits(key, 6);
  for (let j = 0; j < 3; j++) {
    assertEquals([words[2 * j], words[2 * j + 1]], [...threefry2x32(keyWords(key), [j, 4])]);
  }
});

Deno.test("randomBits() gives a prefix of the longer stream for any key", () => {
  const key = fc.record({
    seed: fc.maxSafeNat(),
    stream: fc.oneof(fc.string(), fc.integer({ min: 0, max: 0xffffffff })),
    step: fc.integer({ min: 0, max: 0xffffffff }),
  });
  fc.assert(
    fc.property(key, fc.nat(40), (k, n) => assertEquals(randomBits(k, n), randomBits(k, 41).slice(0, n))),
  );
});

Deno.test("randomBits() differs between seeds (their upper halves included), streams and steps", () => {
  const base = { seed: 3, stream: "a", step: 0 };
  const variants: RandomKey[] = [
    base,
    { ...base, seed: 4 },
    { ...base, seed: 3 + 2 ** 32 },
    { ...base, stream: "b" },
    { ...base, stream: 0 },
    { ...base, step: 1 },
  ];
  const seen = new Set(variants.map((key) => randomBits(key, 2).join()));
  assertEquals(seen.size, variants.length);
});

Deno.test("randomBits() uses step 0 by default", () => {
  assertEquals(randomBits({ seed: 1, stream: "a" }, 3), randomBits({ seed: 1, stream: "a", step: 0 }, 3));
});

Deno.test("randomBits() spreads bytes evenly and independently (chi-square)", () => {
  const bytes = new Uint8Array(randomBits({ seed: 2024, stream: "chi" }, 2 ** 16).buffer);
  const single = new Float64Array(256);
  const lag = new Float64Array(256);
  bytes.forEach((b, i) => {
    single[b] = (single[b] ?? 0) + 1;
    // Pairs of the upper halves of words eight bytes apart: an even spread means that neighbors are independent.
    const pair = (b >> 4) * 16 + ((bytes[(i + 8) % bytes.length] ?? 0) >> 4);
    lag[pair] = (lag[pair] ?? 0) + 1;
  });
  const expected = bytes.length / 256;
  for (const counts of [single, lag]) {
    const chi2 = counts.reduce((sum, c) => sum + (c - expected) ** 2 / expected, 0);
    // 255 degrees of freedom: 170 and 360 leave less than 1e-5 on either side.
    assert(chi2 > 170 && chi2 < 360, `chi-square ${chi2}`);
  }
});

Deno.test("randomBits() names the option, its range and the value when a key is out of range", () => {
  assertThrows(
    () => randomBits({ seed: -1, stream: 0 }, 1),
    RangeError,
    "seed must be an integer from 0 to 9007199254740991, got -1",
  );
  assertThrows(() => randomBits({ seed: 0.5, stream: 0 }, 1), RangeError, "seed");
  assertThrows(() => randomBits({ seed: 0, stream: 2 ** 32 }, 1), RangeError, "stream");
  assertThrows(() => randomBits({ seed: 0, stream: 0, step: -1 }, 1), RangeError, "step");
  assertThrows(() => randomBits({ seed: 0, stream: 0 }, NaN), RangeError, "n must be");
});
