/**
 * Halton's sequence: points that fill a cube evenly, plain or with randomly permuted digits.
 *
 * @module
 */
import { permutation } from "../../../mod.ts";

/** The options of a sequence. */
export interface HaltonOptions {
  /** Coordinates of a point, at least 1. */
  readonly dimensions: number;
  /** Seed of the digits' permutations: an integer from 0 to 2^53 - 1; without one the digits stay as they are. */
  readonly seed?: number;
}

/**
 * Returns the first `n` points of Halton's sequence: coordinate `d` of point `i` is the number whose digits after the
 * point, in the base of the `d`-th prime, are those of `i` in reverse. Any `b^k` consecutive points put one point into
 * each of `b^k` equal parts of the coordinate with base `b`.
 *
 * With a seed, each digit goes through a random permutation of its own, so that coordinates with large bases do not run
 * in step, and the first point is not a corner. A point depends on the seed and its number alone, so more points begin
 * with the same ones.
 *
 * @returns `n` points of numbers in [0, 1)
 *
 * @see Halton: On the efficiency of certain quasi-random sequences of points, Numerische Mathematik 2 (1960); Owen: A
 * randomized Halton algorithm in R (2017), whose permutations SciPy's `qmc.Halton` draws too.
 *
 * @example
 * ```ts
 * import { haltonPoints } from "./halton.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(haltonPoints(4, { dimensions: 2 }), [[0, 0], [1 / 2, 1 / 3], [1 / 4, 2 / 3], [3 / 4, 1 / 9]]);
 * ```
 */
export function haltonPoints(n: number, { dimensions, seed }: HaltonOptions): number[][] {
  const columns = primes(dimensions).map((base, d) => {
    const digits = seed === undefined ? undefined : permutations(base, { seed, stream: `halton ${d}` });
    return Array.from({ length: n }, (_, i) => radicalInverse(i, { base, digits }));
  });
  return Array.from({ length: n }, (_, i) => columns.map((column) => column[i]!));
}

/** Returns a permutation of the digits for each place that a number in [0, 1) resolves. */
function permutations(base: number, key: { seed: number; stream: string }): readonly ArrayLike<number>[] {
  // Places beyond the 53 bits of a number change nothing.
  const places = Math.ceil(54 / Math.log2(base)) - 1;
  return Array.from({ length: places }, (_, step) => permutation({ ...key, step }, base));
}

/**
 * Returns the number whose digits after the point are those of `i` in reverse.
 *
 * @param options.digits a permutation of the digits for each place, the zeros behind the last digit included; without
 * them the digits stay
 */
export function radicalInverse(
  i: number,
  { base, digits }: { base: number; digits?: readonly ArrayLike<number>[] | undefined },
): number {
  let value = 0;
  let weight = 1 / base;
  let rest = i;
  for (let place = 0; digits === undefined ? rest > 0 : place < digits.length; place++) {
    const digit = rest % base;
    value += (digits?.[place]?.[digit] ?? digit) * weight;
    weight /= base;
    rest = Math.floor(rest / base);
  }
  return value;
}

/** Returns the first `n` primes. */
function primes(n: number): number[] {
  const found: number[] = [];
  for (let k = 2; found.length < n; k++) {
    if (found.every((p) => k % p !== 0)) found.push(k);
  }
  return found;
}
