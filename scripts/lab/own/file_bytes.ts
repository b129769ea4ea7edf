/**
 * The bytes of a user's files.
 *
 * @module
 */
import { DataError } from "../../../mod.ts";
import { readFile } from "../../../files/mod.ts";
import { reason } from "../../console/mod.ts";

/** Reads a file. @throws {DataError} naming it, if it cannot be read. */
export async function bytesOf(file: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await readFile(file);
  } catch (error) {
    throw new DataError(`${file}: ${reason(error)}`, { cause: error });
  }
}
