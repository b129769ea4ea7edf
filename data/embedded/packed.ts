/**
 * Small tables as text within a module, so that a data set comes with the code and needs no permission to read files.
 *
 * Each column holds decimals of a fixed number of places, `value = whole / 10^places`, and each whole number takes just
 * the bits that its column needs. One division of exact numbers rounds once, so the float64 that results is the very one
 * that reading the decimal would give.
 *
 * @module
 */

/** A table in packed form: row after row, column after column, each the most significant bit first. */
export interface PackedTable {
  /** How many rows. */
  readonly rows: number;
  /** How many bits each column takes, 0 to 32; 0 for a column of zeros. */
  readonly bits: readonly number[];
  /** How many decimal places each column has. */
  readonly places: readonly number[];
  /** The bits in base 64; white space is ignored. */
  readonly base64: string;
}

/** The values of a packed table, `[rows, columns]` in row-major order. */
export function unpackTable({ rows, bits, places, base64 }: PackedTable): Float64Array {
  const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  const scales = places.map((p) => 10 ** p);
  const columns = bits.length;
  const values = new Float64Array(rows * columns);
  let at = 0;
  for (let i = 0; i < values.length; i++) {
    const column = i % columns;
    let whole = 0;
    for (let left = bits[column] as number; left > 0;) {
      const take = Math.min(left, 8 - at % 8);
      const chunk = ((bytes[at >> 3] as number) >> (8 - at % 8 - take)) & ((1 << take) - 1);
      whole = whole * 2 ** take + chunk;
      at += take;
      left -= take;
    }
    values[i] = whole / (scales[column] as number);
  }
  return values;
}

/** Labels from the last of `columns` columns, as int64 `[rows]`. */
export function labelsOf(values: Float64Array, columns: number): BigInt64Array {
  const rows = values.length / columns;
  return new BigInt64Array(rows).map((_, i) => BigInt(values[(i + 1) * columns - 1] as number));
}

/** All columns but the last of `columns`, as an array of the given kind, `[rows, columns - 1]`. */
export function featuresOf<T extends Uint8Array | Float32Array>(
  values: Float64Array,
  columns: number,
  kind: { new (length: number): T },
): T {
  const width = columns - 1;
  const features = new kind((values.length / columns) * width);
  for (let i = 0; i < features.length; i++) {
    features[i] = values[Math.floor(i / width) * columns + i % width] as number;
  }
  return features;
}
