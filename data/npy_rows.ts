import { host } from "../host/mod.ts";
import { DataError } from "./data_error.ts";
import { type FileRows, openFileRows } from "./file_rows.ts";
import { NPY_HEADER_BYTES, npyHeader } from "./npy_header.ts";
import { requireData } from "./read_data.ts";

/**
 * Opens a `.npy` file of NumPy whose rows are read as needed: for arrays that do not fit into memory.
 *
 * @throws {DataError} for a file that `parseNpy` refuses, and for one whose rows do not lie one after the other as this
 * machine holds them: column-major, or of big-endian elements; for a pipe, a device or a folder.
 *
 * @example
 * ```ts
 * import { openNpyRows } from "./npy_rows.ts";
 * import { encodeNpy } from "./npy.ts";
 * import { assertEquals } from "@std/assert";
 * const path = await Deno.makeTempFile({ suffix: ".npy" });
 * await Deno.writeFile(path, encodeNpy({ dtype: "float32", shape: [3, 1], data: Float32Array.of(5, 6, 7) }));
 * await using rows = await openNpyRows(path);
 * assertEquals(await rows.read(Uint32Array.of(2, 0)), Float32Array.of(7, 5));
 * await Deno.remove(path);
 * ```
 */
export async function openNpyRows(path: string): Promise<FileRows> {
  const { dtype, descr, fortran, shape, end } = npyHeader(await beginning(path), path);
  if (fortran && shape.length > 1) {
    throw new DataError(`${path}: rows are scattered in a column-major array: save np.ascontiguousarray(x)`);
  }
  if (descr.startsWith(">")) {
    throw new DataError(
      `${path}: big-endian elements cannot be read row by row: save x.astype(x.dtype.newbyteorder("<"))`,
    );
  }
  return await openFileRows(path, { dtype, shape, offset: end });
}

async function beginning(path: string): Promise<Uint8Array> {
  await requireData(path);
  const file = await host.files.open(path, "read");
  try {
    const bytes = new Uint8Array(NPY_HEADER_BYTES);
    let length = 0;
    while (length < bytes.length) {
      const got = await file.read(bytes.subarray(length), length);
      if (got === 0) break;
      length += got;
    }
    return bytes.subarray(0, length);
  } finally {
    await file.close();
  }
}
