import { isFloat, type Tensor } from "../tensor/mod.ts";

/** Returns a matrix of floats with rows and columns exchanged; `null` for anything else. */
export function transposed(t: Tensor): Tensor | null {
  if (t.shape.length !== 2 || !isFloat(t.dtype)) return null;
  const [rows, columns] = t.shape as [number, number];
  const from = t.data as Float32Array;
  const data = new (from.constructor as Float32ArrayConstructor)(from.length);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) data[j * rows + i] = from[i * columns + j]!;
  }
  return { dtype: t.dtype, shape: [columns, rows], data };
}
