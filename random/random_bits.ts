/**
 * Random words by name: the one source of randomness of initializers, shuffles, splits and dropout masks.
 *
 * The layout of the counters, by which a graph can emit the same bits (it takes only additions modulo 2^32, exclusive
 * ors and rotations of `uint32`):
 *
 * 1. `stream` becomes a word `s`: a number is itself, a string its 32-bit FNV-1a hash over UTF-8.
 * 2. The key is one Threefry block: `[k0, k1] = threefry2x32([seed mod 2^32, floor(seed / 2^32)], [s, 0])`. For one
 *    seed this is a bijection of `s`, so streams with different words never share a key.
 * 3. Elements come in pairs. Pair `j` is `threefry2x32([k0, k1], [j, step])`; element `2j` is its first word and
 *    element `2j + 1` its second. A graph computes both words over `j = 0, 1, …` and interleaves them.
 *
 * Hence element `i` of step `t` does not depend on how many elements are drawn, or in which order.
 *
 * @module
 */
import { checkInteger, checkNumber, checkOptions, SEED } from "../options/mod.ts";
import { fillThreefry, threefry2x32, type WordPair } from "./threefry.ts";

/** The key of random numbers: the same key gives the same numbers, on every platform. */
export interface RandomKey {
  /** The experiment's seed: an integer in [0, 2^53). */
  readonly seed: number;
  /** The purpose of the numbers, such as `"shuffle"`: a name, or an integer in [0, 2^32). */
  readonly stream: string | number;
  /** The training step, epoch or other time: an integer in [0, 2^32). 0 by default. */
  readonly step?: number;
}

const WORD = 2 ** 32;

/**
 * Returns the 32-bit FNV-1a hash of a string's UTF-8 bytes: the word of a named stream.
 *
 * @returns an integer in [0, 2^32)
 *
 * @example
 * ```ts
 * import { hashStream } from "./random_bits.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(hashStream("foobar"), 0xbf9cf968);
 * ```
 *
 * @see Fowler, Noll, Vo, Eastlake: The FNV Non-Cryptographic Hash Algorithm (draft-eastlake-fnv).
 */
export function hashStream(name: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(name)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

/**
 * Returns the two key words of a seed and a stream: what a graph that emits the same bits takes as its constants or
 * inputs.
 *
 * @returns two words in [0, 2^32)
 * @throws {RangeError} for a seed or a stream number out of range.
 *
 * @example
 * ```ts
 * import { keyWords } from "./random_bits.ts";
 * import { assertNotEquals } from "@std/assert";
 * assertNotEquals(keyWords({ seed: 1, stream: "shuffle" }), keyWords({ seed: 1, stream: "dropout" }));
 * ```
 */
export function keyWords(key: RandomKey): WordPair {
  checkOptions("a key of random numbers", key, { seed: true, stream: true, step: false });
  checkNumber("seed", key.seed, SEED);
  if (typeof key.stream === "number") checkInteger("stream", key.stream, { low: 0, high: WORD - 1 });
  const stream = typeof key.stream === "number" ? key.stream : hashStream(key.stream);
  return threefry2x32([key.seed % WORD, Math.floor(key.seed / WORD)], [stream, 0]);
}

/**
 * Returns `n` random words of a key; see the head of this module for which word is which.
 *
 * @param key seed, stream and step
 * @param n how many: an integer in [0, 2^31)
 * @returns `[n]` words, uniform in [0, 2^32)
 * @throws {RangeError} for a seed, stream number, step or `n` out of range.
 *
 * @example
 * ```ts
 * import { randomBits } from "./random_bits.ts";
 * import { assertEquals } from "@std/assert";
 * const key = { seed: 7, stream: "dropout", step: 3 };
 * assertEquals(randomBits(key, 5), randomBits(key, 1000).slice(0, 5));
 * ```
 */
export function randomBits(key: RandomKey, n: number): Uint32Array<ArrayBuffer> {
  checkInteger("n", n, { low: 0, high: 2 ** 31 - 1 });
  const words = new Uint32Array(n);
  fillThreefry(keyWords(key), stepOf(key), words);
  return words;
}

/** Returns a function that gives the words of a key one by one, for algorithms that do not know how many they need. */
export function wordSource(key: RandomKey): () => number {
  const block = blocks(key);
  let pair: WordPair = [0, 0];
  let taken = 0;
  return () => {
    if (taken % 2 === 0) pair = block(taken / 2);
    return pair[taken++ % 2] as number;
  };
}

function stepOf({ step = 0 }: RandomKey): number {
  checkInteger("step", step, { low: 0, high: WORD - 1 });
  return step;
}

function blocks(key: RandomKey): (pair: number) => WordPair {
  const step = stepOf(key);
  const words = keyWords(key);
  return (pair) => threefry2x32(words, [pair, step]);
}
