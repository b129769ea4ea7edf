/**
 * Threefry-2x32 with 20 rounds: a counter-based generator, that is, a keyed bijection on 64-bit counters. A word of
 * the stream depends on its key and counter alone, so it can be computed in any order, on any device, at any time.
 *
 * @see Salmon, Moraes, Dror, Shaw: Parallel random numbers: as easy as 1, 2, 3 (SC 2011), section 4.2; Random123.
 *
 * @module
 */

/** Skein's key-schedule constant for 32-bit words, so that an all-zero key does not make an all-zero schedule. */
const PARITY = 0x1bd11bda;

/** Random123's rotation distances for 2x32, cycled through the rounds. */
const ROTATIONS = [13, 15, 26, 6, 17, 29, 16, 24] as const;

/** Two unsigned 32-bit words: a key, a counter or a block of output. */
export type WordPair = readonly [number, number];

/**
 * The block of two words that Threefry-2x32-20 gives for a key and a counter: the same as Random123's and JAX's.
 *
 * @param key two unsigned 32-bit words; only the low 32 bits of each number are used
 * @param counter two unsigned 32-bit words, likewise
 * @returns two words in [0, 2^32)
 *
 * @example
 * ```ts
 * import { threefry2x32 } from "./threefry.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(threefry2x32([0, 0], [0, 0]), [0x6b200159, 0x99ba4efe]);
 * ```
 *
 * @see Random123, `kat_vectors`: the known answers that the tests hold this to.
 */
export function threefry2x32(key: WordPair, counter: WordPair): WordPair {
  const schedule = [key[0] | 0, key[1] | 0, (PARITY ^ key[0] ^ key[1]) | 0] as const;
  let x = (counter[0] + schedule[0]) | 0;
  let y = (counter[1] + schedule[1]) | 0;
  for (let injection = 1; injection <= 5; injection++) {
    for (let round = 0; round < 4; round++) {
      // Twenty rounds are two and a half turns through the eight distances: injections alternate between the halves.
      const r = ROTATIONS[(injection % 2 === 1 ? 0 : 4) + round] as number;
      x = (x + y) | 0;
      y = ((y << r) | (y >>> (32 - r))) ^ x;
    }
    x = (x + (schedule[injection % 3] as number)) | 0;
    y = (y + (schedule[(injection + 1) % 3] as number) + injection) | 0;
  }
  return [x >>> 0, y >>> 0];
}
