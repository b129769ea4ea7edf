/**
 * Reading of files that users name, which may be anything: a pipe blocks for ever, a device never ends.
 *
 * @module
 */

/** A path leads to something that cannot be read as a file; the message says to what. */
export class NotAFile extends Error {
  /** An error that is told by its message alone. */
  override readonly name = "Error";
}

/**
 * Requires a path to lead to a regular file, over links or not, before it is opened.
 *
 * @throws {NotAFile} saying what it is instead; whatever the file system says, where there is nothing.
 */
export async function requireFile(path: string): Promise<void> {
  requireRegular(await Deno.stat(path));
}

/** Reads a regular file. @throws {NotAFile} as {@linkcode requireFile} does. */
export async function readFile(path: string): Promise<Uint8Array<ArrayBuffer>> {
  await requireFile(path);
  return await Deno.readFile(path);
}

/** Reads a regular file of text in UTF-8. @throws {NotAFile} as {@linkcode requireFile} does. @throws {Error} for other text. */
export async function readTextFile(path: string): Promise<string> {
  return decodeText(await readFile(path));
}

/**
 * Decodes text in UTF-8; a byte order mark at its beginning is left out.
 *
 * @throws {Error} for other bytes: replaced by a sign for them, texts that differ would become equal.
 */
export function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    throw new Error("must be text in UTF-8", { cause: error });
  }
}

/** Requires what was found to be a regular file, and not a link either. @throws {NotAFile} */
export function requireRegular(file: Deno.FileInfo): void {
  if (file.isFile) return;
  // In the words that the system has for it, which Deno would only say on opening it.
  if (file.isDirectory) throw new NotAFile("is a folder, not a file");
  const what = file.isFifo
    ? "a pipe (FIFO)"
    : file.isCharDevice || file.isBlockDevice
    ? "a device"
    : file.isSocket
    ? "a socket"
    : file.isSymlink
    ? "a link"
    : "something else";
  throw new NotAFile(`is ${what}, not a file: write its content to a file first`);
}
