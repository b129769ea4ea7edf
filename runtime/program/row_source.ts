/**
 * Data sets that need not be in memory.
 *
 * @module
 */
import { sizeOf } from "../../onnx/tensor/mod.ts";
import { type Tensor, tensor, type TensorData } from "../../onnx/mod.ts";
import type { DataInput, DataTensor } from "./batch_input.ts";

/**
 * The data for one input of a model if it is not in memory. Rows are read when a run needs them, all rows of a run at once.
 */
export interface RowSource extends DataInput {
  /** Returns the elements of rows in the given order; each row is given once. */
  read(rows: Uint32Array): Promise<TensorData>;
}

/** The data for one input of a model, in memory or not. */
export type DataColumn = DataTensor | RowSource;

/** Returns whether the rows of a column must be read, because they are not in memory. */
export function isSource(column: DataColumn): column is RowSource {
  return "read" in column;
}

/** Returns some rows as a new tensor. @throws {RangeError} when a source gives too few or too many elements. */
export async function takeRows(column: DataColumn, rows: Uint32Array): Promise<Tensor> {
  const { dtype, shape } = column;
  const taken = [rows.length, ...shape.slice(1)];
  if (!isSource(column)) return tensor(copyRows(column, rows), taken, dtype);
  const data = await column.read(rows);
  if (data.length !== sizeOf(taken)) {
    throw new RangeError(
      `read() must give ${sizeOf(taken)} elements for ${rows.length} rows of [${shape}], got ${data.length}`,
    );
  }
  return tensor(data, taken, dtype);
}

/** Returns consecutive rows; they are not copied if they are in memory. */
export async function sliceRows(
  column: DataColumn,
  { start, count }: { start: number; count: number },
): Promise<Tensor> {
  if (isSource(column)) {
    return await takeRows(
      column,
      Uint32Array.from({ length: count }, (_, i) => start + i),
    );
  }
  const each = sizeOf(column.shape.slice(1));
  const data = (column.data as Float32Array).subarray(start * each, (start + count) * each) as TensorData;
  return tensor(data, [count, ...column.shape.slice(1)], column.dtype);
}

function copyRows({ data, shape }: Tensor, rows: Uint32Array): TensorData {
  const each = sizeOf(shape.slice(1));
  const all = data as Float32Array;
  const part = new (all.constructor as Float32ArrayConstructor)(rows.length * each);
  rows.forEach((row, i) => part.set(all.subarray(row * each, (row + 1) * each), i * each));
  return part as TensorData;
}
