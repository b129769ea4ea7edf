/**
 * Files written whole or not at all.
 *
 * @module
 */
import { host } from "../host/mod.ts";
import { messageOf } from "../options/mod.ts";
import { systemClause } from "./system_text.ts";
import { writeChunks } from "./write_chunks.ts";

/** The ending of files that are being written; one that is found was left by a process that was killed. */
const PARTIAL = ".tmp";

/**
 * Replaces a file: writes it under another name in the same folder, syncs it to the disk, then renames it. At any
 * moment, and after a loss of power, either the old file or the new one is there, whole. On an error, such as a full
 * disk, the
 * old file stays and no temporary file is left.
 *
 * @throws {Error} naming the file and what the file system says.
 *
 * @example
 * ```ts
 * import { replaceFile } from "./replace_file.ts";
 * import { assertEquals } from "@std/assert";
 * const folder = await Deno.makeTempDir();
 * await replaceFile(`${folder}/a`, [new TextEncoder().encode("whole")]);
 * assertEquals(await Deno.readTextFile(`${folder}/a`), "whole");
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export async function replaceFile(path: string, chunks: readonly Uint8Array[]): Promise<void> {
  const cut = path.lastIndexOf("/");
  const folder = cut < 0 ? "." : path.slice(0, cut) || "/";
  const partial = `${path}${PARTIAL}`;
  try {
    await writeChunks(partial, chunks, { sync: true });
    await host.files.rename(partial, path);
  } catch (error) {
    await host.files.remove(partial).catch(() => {});
    throw new Error(`cannot write ${path}: ${systemClause(messageOf(error))}`, { cause: error });
  }
  await syncFolder(folder);
}

/** Makes a rename last, where the system lets folders be synced. */
async function syncFolder(path: string): Promise<void> {
  try {
    await host.files.syncFolder(path);
  } catch {
    // This system cannot sync folders: the rename alone must suffice.
  }
}
