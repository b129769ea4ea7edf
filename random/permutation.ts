import { checkInteger } from "../options/mod.ts";
import { below } from "./random_int.ts";
import { type RandomKey, wordSource } from "./random_bits.ts";

/**
 * Returns the numbers 0 … n - 1 in random order, each order equally likely (up to the 2^96 streams there are): the
 * shuffle of Fisher and Yates from the end down, with bounded integers by rejection.
 *
 * @param key seed, stream and step
 * @param n how many: an integer in [0, 2^31)
 * @returns `[n]` uint32
 * @throws {RangeError} for `n` or a key out of range.
 *
 * @example
 * ```ts
 * import { permutation } from "./permutation.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(permutation({ seed: 1, stream: "shuffle" }, 4).toSorted(), new Uint32Array([0, 1, 2, 3]));
 * ```
 *
 * @see Durstenfeld: Algorithm 235: Random permutation, CACM 7 (1964).
 */
export function permutation(key: RandomKey, n: number): Uint32Array<ArrayBuffer> {
  checkInteger("n", n, { low: 0, high: 2 ** 31 - 1 });
  const order = new Uint32Array(n).map((_, i) => i);
  const next = wordSource(key);
  for (let i = n - 1; i > 0; i--) {
    const j = below(next, i + 1);
    const held = order[i] as number;
    order[i] = order[j] as number;
    order[j] = held;
  }
  return order;
}
