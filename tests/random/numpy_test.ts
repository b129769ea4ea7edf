import { assertEquals, assertThrows } from "@std/assert";
import { mt19937 } from "../../random/mt19937.ts";
import { numpyNormal } from "../../random/numpy_normal.ts";
import golden from "../golden/random/numpy.json" with { type: "json" };

Deno.test("mt19937() gives the words of NumPy's RandomState", () => {
  for (const { seed, first, last } of golden.words) {
    const next = mt19937(seed);
    const words = Array.from({ length: 1300 }, () => next());
    assertEquals([words.slice(0, 4), words.slice(-4)], [first, last]);
  }
});

Deno.test("numpyNormal() gives the numbers of NumPy's RandomState in float32, bit for bit", async () => {
  for (const { seed, std, count, first, sha256 } of golden.normal) {
    const values = numpyNormal(count, { seed, std });
    assertEquals([...values.slice(0, 5)], first);
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", values));
    assertEquals(digest.toHex(), sha256, `seed ${seed}`);
  }
});

Deno.test("mt19937() and numpyNormal() refuse seeds and deviations out of range", () => {
  for (const seed of [-1, 0.5, 2 ** 32]) {
    assertThrows(() => mt19937(seed), RangeError, "seed");
    assertThrows(() => numpyNormal(1, { seed }), RangeError, "seed");
  }
  assertThrows(() => numpyNormal(1, { seed: 0, std: -1 }), RangeError, "std must be at least 0, got -1");
  assertThrows(() => numpyNormal(-1, { seed: 0 }), RangeError, "n");
});
