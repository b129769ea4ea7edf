import { assertEquals, assertNotEquals } from "@std/assert";
import fc from "../deps/fast_check.ts";
import { threefry2x32, type WordPair } from "../../random/threefry.ts";

Deno.test("threefry2x32() gives Random123's known answers for 20 rounds", () => {
  assertEquals(threefry2x32([0, 0], [0, 0]), [0x6b200159, 0x99ba4efe]);
  assertEquals(threefry2x32([0xffffffff, 0xffffffff], [0xffffffff, 0xffffffff]), [0x1cb996fc, 0xbb002be7]);
  assertEquals(threefry2x32([0x13198a2e, 0x03707344], [0x243f6a88, 0x85a308d3]), [0xc4923a9c, 0x483df7a0]);
});

/** Runs the cipher backwards over BigInt: an independent transcription of Random123's round function. */
function decrypt(key: WordPair, block: WordPair): WordPair {
  const M = 0xffffffffn;
  const k = [BigInt(key[0]), BigInt(key[1]), 0x1bd11bdan ^ BigInt(key[0]) ^ BigInt(key[1])];
  const rotations = [13n, 15n, 26n, 6n, 17n, 29n, 16n, 24n];
  let [x, y] = [BigInt(block[0]), BigInt(block[1])];
  for (let round = 19; round >= 0; round--) {
    if (round % 4 === 3) {
      const j = (round + 1) / 4;
      x = (x - (k[j % 3] ?? 0n)) & M;
      y = (y - (k[(j + 1) % 3] ?? 0n) - BigInt(j)) & M;
    }
    const r = rotations[round % 8] ?? 0n;
    const turned = x ^ y;
    y = ((turned >> r) | (turned << (32n - r))) & M;
    x = (x - y) & M;
  }
  return [Number((x - (k[0] ?? 0n)) & M), Number((y - (k[1] ?? 0n)) & M)];
}

Deno.test("threefry2x32() is inverted by the cipher run backwards", () => {
  const word = fc.integer({ min: 0, max: 0xffffffff });
  const pair = fc.tuple(word, word);
  fc.assert(fc.property(pair, pair, (key, counter) => {
    assertEquals(decrypt(key, threefry2x32(key, counter)), counter);
  }));
});

Deno.test("threefry2x32() changes about half of the output bits if one input bit changes", () => {
  let changed = 0;
  const [x, y] = threefry2x32([1, 2], [3, 4]);
  for (let bit = 0; bit < 32; bit++) {
    const [u, v] = threefry2x32([1, 2], [3 ^ (1 << bit), 4]);
    assertNotEquals([u, v], [x, y]);
    for (let b = 0; b < 32; b++) changed += (((u ^ x) >>> b) & 1) + (((v ^ y) >>> b) & 1);
  }
  // 2,048 fair bits: mean 1,024, standard deviation 22.6.
  assertEquals(Math.abs(changed - 1024) < 4 * 22.6, true, `${changed} of 2048 bits changed`);
});
