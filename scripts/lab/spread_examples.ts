/**
 * Some examples of a data set that trainings take.
 *
 * @module
 */
import type { Data, DataTensor } from "../../mod.ts";

/**
 * Returns `count` examples of a data set, evenly spread over it, as a set may be in the order of its classes; all if it
 * has no more. They are copied into memory.
 */
export async function spreadExamples(data: Data, count = Infinity): Promise<Record<string, DataTensor>> {
  const columns = Object.entries(data).map(async ([name, column]): Promise<[string, DataTensor]> => {
    const [all = 0, ...rest] = column.shape;
    const most = Math.min(count, all);
    const rows = Uint32Array.from({ length: most }, (_, i) => Math.floor(i * all / most));
    const shape = [most, ...rest];
    if ("read" in column) {
      const { read: _, ...form } = column;
      return [name, { ...form, shape, data: await column.read(rows) }];
    }
    const size = rest.reduce((a, b) => a * b, 1);
    // All kinds of typed arrays alike; TypeScript cannot carry that through a union.
    const source = column.data as Float64Array;
    const taken = new (column.data.constructor as Float64ArrayConstructor)(most * size);
    rows.forEach((row, i) => taken.set(source.subarray(row * size, (row + 1) * size), i * size));
    return [name, { ...column, shape, data: taken }];
  });
  return Object.fromEntries(await Promise.all(columns));
}
