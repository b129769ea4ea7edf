/**
 * The Mersenne Twister of 32 bits, MT19937: the generator behind `numpy.random.RandomState`, for numbers that other
 * programs have drawn with it.
 *
 * @see Matsumoto, Nishimura: Mersenne Twister: a 623-dimensionally equidistributed uniform pseudo-random number generator
 * (ACM Transactions on Modeling and Computer Simulation 8, 1998).
 *
 * @module
 */
import { checkInteger } from "../options/mod.ts";

/** Words of the state. */
const SIZE = 624;

/** The distance of the word that a step mixes in. */
const MIDDLE = 397;

/** Returns the state of a seed, by Knuth's linear congruential sequence. */
function seeded(seed: number): Uint32Array {
  const state = new Uint32Array(SIZE);
  state[0] = seed;
  for (let i = 1; i < SIZE; i++) {
    const last = state[i - 1]!;
    state[i] = Math.imul(1812433253, last ^ (last >>> 30)) + i;
  }
  return state;
}

/** Replaces each word of the state by the next that the recurrence gives. */
function advance(state: Uint32Array): void {
  for (let i = 0; i < SIZE; i++) {
    const joined = (state[i]! & 0x80000000) | (state[(i + 1) % SIZE]! & 0x7fffffff);
    state[i] = state[(i + MIDDLE) % SIZE]! ^ (joined >>> 1) ^ (joined & 1 ? 0x9908b0df : 0);
  }
}

/** Spreads the bits of a word of the state, so that each leading part of the output is uniform. */
function tempered(word: number): number {
  let y = word ^ (word >>> 11);
  y ^= (y << 7) & 0x9d2c5680;
  y ^= (y << 15) & 0xefc60000;
  return (y ^ (y >>> 18)) >>> 0;
}

/**
 * Returns a function that gives the words of a seed one by one.
 *
 * @param seed an integer in [0, 2^32)
 * @returns words uniform in [0, 2^32)
 * @throws {RangeError} for a seed out of range.
 *
 * @example The first word of the reference implementation's own seed
 * ```ts
 * import { mt19937 } from "./mt19937.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(mt19937(5489)(), 3499211612);
 * ```
 */
export function mt19937(seed: number): () => number {
  checkInteger("seed", seed, { low: 0, high: 2 ** 32 - 1 });
  const state = seeded(seed);
  let used = SIZE;
  return () => {
    if (used === SIZE) {
      advance(state);
      used = 0;
    }
    return tempered(state[used++]!);
  };
}
