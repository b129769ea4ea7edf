/**
 * Digests that identify the content of data sets in memory.
 *
 * @module
 */
import { createHash, type Hash } from "node:crypto";
import type { Data } from "../../mod.ts";

/** The parts of a data set by name, such as `train`, `validation` and `test`. */
export type DataParts = Readonly<Record<string, Data>>;

/**
 * Returns the SHA-256 of the arrays of a data set, in hexadecimal digits; `undefined` if rows are read as needed. It
 * covers names, element types, shapes, scales and bytes, part by part in their order, so another split is another digest.
 */
export function digestData(parts: DataParts): string | undefined {
  const hash = createHash("sha256");
  for (const [part, columns] of Object.entries(parts)) {
    for (const [name, column] of Object.entries(columns)) {
      if (!("data" in column)) return undefined;
      const { dtype, shape, data, scale = 1, shift = 0 } = column;
      hash.update(JSON.stringify([part, name, dtype, shape, scale, shift]));
      addValues(hash, data);
    }
  }
  return hash.digest("hex");
}

function addValues(hash: Hash, values: ArrayBufferView | readonly string[]): void {
  if (!ArrayBuffer.isView(values)) hash.update(JSON.stringify(values));
  else hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
}

/** Returns the number of examples of a part of a data set. */
export function examplesOf(data: Data): number {
  return Object.values(data)[0]?.shape[0] ?? 0;
}
