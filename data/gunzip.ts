import { gunzip as gunzipBytes, type GunzipOptions, GzipError } from "../files/mod.ts";
import { DataError } from "./data_error.ts";

export { isGzip } from "../files/mod.ts";

/** Returns the bytes that a file of a data set compresses by gzip. @throws {DataError} where `gunzip` of `files` fails. */
export async function gunzip(
  bytes: Uint8Array<ArrayBuffer>,
  options: GunzipOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await gunzipBytes(bytes, options);
  } catch (error) {
    throw error instanceof GzipError ? new DataError(error.message, { cause: error.cause }) : error;
  }
}
