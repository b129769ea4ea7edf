/**
 * Reads files that users name, and refuses pipes and devices: a pipe would block for ever, a device never end.
 *
 * @module
 */
import { type FileFacts, host } from "../host/mod.ts";
import { DescentError } from "../options/mod.ts";

/** Reports that a path is no regular file; the message says what it is. */
export class NotAFile extends DescentError {
  /** The name of the class. */
  override readonly name = "NotAFile";
}

/**
 * Checks that a path is a regular file, directly or through links, before it is opened.
 *
 * @throws {NotAFile} saying what it is instead; the file system's error when there is nothing.
 */
export async function requireFile(path: string): Promise<void> {
  requireRegular(await host.files.stat(path));
}

/** Reads a regular file. @throws {NotAFile} as {@linkcode requireFile} does. */
export async function readFile(path: string): Promise<Uint8Array<ArrayBuffer>> {
  await requireFile(path);
  return await host.files.readFile(path);
}

/** Reads a regular file; returns `undefined` if there is none. @throws {NotAFile} as {@linkcode requireFile} does. */
export async function readFileIfAny(path: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (host.files.isMissing(error) || host.files.isPathThroughFile(error)) return undefined;
    throw error;
  }
}

/** Reads a regular file of text in UTF-8. @throws {NotAFile} as {@linkcode requireFile} does. @throws {Error} for other text. */
export async function readTextFile(path: string): Promise<string> {
  return decodeText(await readFile(path));
}

/**
 * Decodes text in UTF-8; a byte order mark at its beginning is left out.
 *
 * @throws {Error} for other bytes. Replacing them by a sign would make different texts equal.
 */
export function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    throw new Error("must be text in UTF-8", { cause: error });
  }
}

/** Checks that a directory entry is a regular file, and no link either. @throws {NotAFile} saying what it is. */
export function requireRegular(file: FileFacts): void {
  if (file.isFile) return;
  // The system's message, which Deno gives only when it opens the file.
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
