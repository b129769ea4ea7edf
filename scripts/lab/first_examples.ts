/**
 * The first examples of a data set that trainings take.
 *
 * @module
 */
import type { Data, DataTensor } from "../../mod.ts";

/** Returns the first `count` examples of a data set, or all if it has no more, in memory. */
export async function firstExamples(data: Data, count = Infinity): Promise<Record<string, DataTensor>> {
  const columns = Object.entries(data).map(async ([name, column]): Promise<[string, DataTensor]> => {
    const [examples = 0, ...rest] = column.shape;
    const shape = [Math.min(count, examples), ...rest];
    if ("read" in column) {
      const { read: _, ...form } = column;
      const rows = Uint32Array.from({ length: shape[0]! }, (_, i) => i);
      return [name, { ...form, shape, data: await column.read(rows) }];
    }
    const size = shape.reduce((a, b) => a * b, 1);
    return [name, { ...column, shape, data: column.data.slice(0, size) as typeof column.data }];
  });
  return Object.fromEntries(await Promise.all(columns));
}
