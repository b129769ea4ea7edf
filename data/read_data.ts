import { NotAFile, readFile, requireFile, systemText } from "../files/mod.ts";
import { messageOf } from "../options/mod.ts";
import { DataError } from "./data_error.ts";

/** Reads a file of a data set. Returns `undefined` if there is none. @throws {DataError} if it cannot be read. */
export async function readData(path: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return undefined;
    if (error instanceof NotAFile) throw new DataError(`${path}: ${error.message}`, { cause: error });
    throw new DataError(`${path}: cannot be read: ${systemText(messageOf(error))}`, { cause: error });
  }
}

/**
 * Checks that a path is a regular file.
 *
 * @throws {DataError} for a pipe, a device or a folder; the system's error for a missing file.
 */
export async function requireData(path: string): Promise<void> {
  try {
    await requireFile(path);
  } catch (error) {
    if (!(error instanceof NotAFile)) throw error;
    throw new DataError(`${path}: ${error.message}`, { cause: error });
  }
}
