import { NotAFile, readFileIfAny, requireFile, systemText } from "../files/mod.ts";
import { messageOf } from "../options/mod.ts";
import { DataError } from "./data_error.ts";

/** Reads a file of a data set. Returns `undefined` if there is none. @throws {DataError} if it cannot be read. */
export async function readData(path: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
  try {
    return await readFileIfAny(path);
  } catch (error) {
    if (error instanceof NotAFile) throw new DataError(`${path}: ${error.message}`, { cause: error });
    throw new DataError(`${path}: cannot be read: ${systemText(messageOf(error))}`, { cause: error });
  }
}

/** Options of the readers of data sets in several files. */
interface ReadOptions {
  /** Called and awaited with the path of each file that is read. An error that it throws stops the reading. */
  readonly onFile?: ((path: string) => void | Promise<void>) | undefined;
}

/** Reads the first of the files that there is. Returns `undefined` if there is none. @throws {DataError} if it cannot be read. */
export async function readFirst(
  paths: readonly string[],
  { onFile }: ReadOptions,
): Promise<{ path: string; bytes: Uint8Array<ArrayBuffer> } | undefined> {
  for (const path of paths) {
    const bytes = await readData(path);
    if (bytes === undefined) continue;
    await onFile?.(path);
    return { path, bytes };
  }
  return undefined;
}

/** Returns the names of a file, plain and compressed by gzip. */
export function orCompressed(path: string): readonly string[] {
  return [path, `${path}.gz`];
}

/** Returns the path of a folder without slashes at its end. */
export function folderPath(folder: string): string {
  return folder.replace(/(.)\/+$/, "$1");
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
