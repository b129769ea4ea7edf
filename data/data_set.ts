/**
 * Data sets: named tensors of the same number of examples, as a training program takes them.
 *
 * @module
 */
import { displayedSet } from "./display.ts";
import type { DataInputs, DataSet, DataTensor } from "./types.ts";

export type { DataArray, DataInputs, DataSet, DataTensor } from "./types.ts";

/**
 * Returns the number of examples in a data set.
 *
 * @throws {RangeError} when its inputs disagree, or one does not hold what its shape says; the input is named.
 *
 * @example
 * ```ts
 * import { sizeOfDataSet } from "./data_set.ts";
 * import { digits } from "./digits.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(sizeOfDataSet(digits()), 1797);
 * ```
 */
export function sizeOfDataSet(set: DataSet): number {
  const size = set.inputs.x.shape[0];
  for (const [name, { shape, data }] of Object.entries(set.inputs)) {
    if (shape[0] === undefined || shape[0] !== size) {
      throw new RangeError(
        `input ${name} of ${set.name} must have shape [${size}, ...], got [${shape.join(", ")}]`,
      );
    }
    const wanted = shape.reduce((a, b) => a * b, 1);
    if (data.length !== wanted) {
      throw new RangeError(
        `input ${name} of ${set.name} must hold ${wanted} elements for shape [${
          shape.join(", ")
        }], got ${data.length}`,
      );
    }
  }
  return size as number;
}

/**
 * Copies the examples at `indices`, in that order; an index may occur more than once.
 *
 * @throws {RangeError} for an index outside [0, N).
 *
 * @example
 * ```ts
 * import { takeExamples } from "./data_set.ts";
 * import { iris } from "./iris.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(takeExamples(iris(), [149, 0]).inputs.y.data, new BigInt64Array([2n, 0n]));
 * ```
 */
export function takeExamples(set: DataSet, indices: ArrayLike<number>): DataSet {
  const size = sizeOfDataSet(set);
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i] as number;
    if (!Number.isInteger(index) || index < 0 || index >= size) {
      throw new RangeError(`indices[${i}] must be an integer from 0 to ${size - 1}, got ${index}`);
    }
  }
  const inputs = Object.fromEntries(
    Object.entries(set.inputs).map(([name, tensor]) => [name, takeRows(tensor, indices)]),
  );
  return displayedSet({ ...set, inputs: inputs as unknown as DataInputs });
}

function takeRows({ dtype, shape, data }: DataTensor, indices: ArrayLike<number>): DataTensor {
  const row = shape.slice(1).reduce((a, b) => a * b, 1);
  // Both are the same kind of array; TypeScript cannot carry that through a union.
  const source = data as Float64Array;
  const taken = new (data.constructor as Float64ArrayConstructor)(indices.length * row);
  for (let i = 0; i < indices.length; i++) {
    const from = (indices[i] as number) * row;
    taken.set(source.subarray(from, from + row), i * row);
  }
  return { dtype, shape: [indices.length, ...shape.slice(1)], data: taken };
}
