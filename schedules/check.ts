/** Checks shared by the schedules: each error names the option, its range and the value. */

/** The ranges an option may be asked to lie in, as the error message words them. */
export type OptionRange =
  | "a finite number of at least 0"
  | "a finite number above 0"
  | "in (0, 1)"
  | "in (0, 1]"
  | "in [0, 1)"
  | "in [0, 1]"
  | "an integer of at least 0"
  | "an integer of at least 1";

const RANGES: Readonly<Record<OptionRange, (value: number) => boolean>> = {
  "a finite number of at least 0": (v) => Number.isFinite(v) && v >= 0,
  "a finite number above 0": (v) => Number.isFinite(v) && v > 0,
  "in (0, 1)": (v) => v > 0 && v < 1,
  "in (0, 1]": (v) => v > 0 && v <= 1,
  "in [0, 1)": (v) => v >= 0 && v < 1,
  "in [0, 1]": (v) => v >= 0 && v <= 1,
  "an integer of at least 0": (v) => Number.isSafeInteger(v) && v >= 0,
  "an integer of at least 1": (v) => Number.isSafeInteger(v) && v >= 1,
};

/** Throws a `RangeError` unless the option's value lies in the range of that name. */
export function checkOption(name: string, value: number, range: OptionRange): void {
  if (typeof value !== "number" || !RANGES[range](value)) {
    throw new RangeError(`${name} must be ${range}, got ${String(value)}`);
  }
}

/** Throws a `RangeError` unless `values` are whole numbers from 1 up, each above the one before. */
export function checkBoundaries(name: string, values: readonly number[]): void {
  values.forEach((value, i) => {
    checkOption(`${name}[${i}]`, value, "an integer of at least 1");
    const before = values[i - 1];
    if (before !== undefined && value <= before) {
      throw new RangeError(`${name}[${i}] must be above ${name}[${i - 1}] = ${before}, got ${value}`);
    }
  });
}
