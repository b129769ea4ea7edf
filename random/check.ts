/** Checks shared by the generators of this folder: each error names the option, its range and the value. */

/** Throws unless `value` is a whole number from `low` up to and including `high`. */
export function checkInteger(name: string, value: number, range: { low: number; high: number }): void {
  if (!Number.isInteger(value) || value < range.low || value > range.high) {
    throw new RangeError(`${name} must be an integer in [${range.low}, ${range.high}], got ${value}`);
  }
}

/** Throws unless `value` is neither infinite nor NaN. */
export function checkFinite(name: string, value: number): void {
  if (!Number.isFinite(value)) throw new RangeError(`${name} must be a finite number, got ${value}`);
}
