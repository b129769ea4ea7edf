import type { DataSet } from "./data_set.ts";
import { displayedSet } from "./display.ts";
import { DIGITS } from "./embedded/digits_table.ts";
import { featuresOf, labelsOf, unpackTable } from "./embedded/packed.ts";

/**
 * Returns 1,797 handwritten digits of 8 by 8 pixels, embedded: `x` uint8 `[1797, 8, 8]` with values 0 to 16, `y` int64
 * `[1797]`.
 *
 * The test part of UCI's "Optical Recognition of Handwritten Digits", as distributed with scikit-learn. License: CC BY
 * 4.0. Each call gives fresh arrays.
 *
 * @example
 * ```ts
 * import { digits } from "./digits.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(digits().inputs.x.shape, [1797, 8, 8]);
 * ```
 *
 * @see Alpaydin, Kaynak: Optical Recognition of Handwritten Digits, UCI Machine Learning Repository (1998).
 */
export function digits(): DataSet {
  const values = unpackTable(DIGITS);
  const classNames = Array.from({ length: 10 }, (_, i) => String(i));
  return displayedSet({
    name: "digits",
    inputs: {
      x: { dtype: "uint8", shape: [DIGITS.rows, 8, 8], data: featuresOf(values, 65, Uint8Array) },
      y: { dtype: "int64", shape: [DIGITS.rows], data: labelsOf(values, 65) },
    },
    classes: 10,
    classNames,
    range: [0, 16],
    source: "Alpaydin, Kaynak (1998), UCI Optical Recognition of Handwritten Digits, test part; CC BY 4.0",
  });
}
