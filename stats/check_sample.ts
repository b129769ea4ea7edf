/**
 * Checks of samples.
 *
 * @module
 */

/**
 * Checks that a sample has enough values, all of them finite.
 *
 * @param name the argument, for the message
 * @param least the fewest values
 * @throws {RangeError} naming the argument, and the place of a value that is not finite.
 *
 * @example
 * ```ts
 * import { checkSample } from "./check_sample.ts";
 * import { assertThrows } from "@std/assert";
 * assertThrows(
 *   () => checkSample("differences", [1, NaN]),
 *   RangeError,
 *   "differences[1] must be a finite number, got NaN",
 * );
 * ```
 */
export function checkSample(
  name: string,
  values: readonly number[],
  { least = 1 }: { least?: number } = {},
): void {
  checkSize(name, values, { least });
  const wrong = values.findIndex((v) => !Number.isFinite(v));
  if (wrong >= 0) throw new RangeError(`${name}[${wrong}] must be a finite number, got ${values[wrong]}`);
}

/** Checks that a sample has enough values. @throws {RangeError} naming the argument if it has fewer. */
export function checkSize(
  name: string,
  values: readonly unknown[],
  { least = 1 }: { least?: number } = {},
): void {
  if (values.length < least) {
    const size = least === 1 ? "1 value" : `${least} values`;
    throw new RangeError(
      `${name} must have at least ${size}, got ${values.length === 0 ? "none" : values.length}`,
    );
  }
}

/** Checks that two samples are pairs: as many values in each. @throws {RangeError} naming both sizes if they differ. */
export function checkPairs(a: readonly number[], b: readonly number[]): void {
  if (a.length !== b.length || a.length === 0) {
    throw new RangeError(
      `paired samples must have the same size of at least 1, got ${a.length} and ${b.length}`,
    );
  }
}
