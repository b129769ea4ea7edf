import { gunzip, type GunzipOptions, GzipError, isGzip } from "../files/mod.ts";
import { DataError } from "./data_error.ts";

/**
 * Returns the bytes of a file of a data set, decompressed if gzip compressed them.
 *
 * @throws {DataError} where {@linkcode gunzip} fails.
 */
export async function plainBytes(
  bytes: Uint8Array<ArrayBuffer>,
  options: GunzipOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  if (!isGzip(bytes)) return bytes;
  try {
    return await gunzip(bytes, options);
  } catch (error) {
    throw error instanceof GzipError ? new DataError(error.message, { cause: error.cause }) : error;
  }
}
