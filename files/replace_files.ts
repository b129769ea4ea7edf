/**
 * Writes several files, all or none.
 *
 * @module
 */
import { writeChunks } from "./write_chunks.ts";

let written = 0;

/**
 * Replaces files in order: all of them or, on an error, none. Each is first written whole under another name, and
 * the file that a later failure would have to restore is kept under another name too.
 *
 * @example
 * ```ts
 * import { replaceFiles } from "./replace_files.ts";
 * import { assertEquals } from "@std/assert";
 * const folder = await Deno.makeTempDir();
 * const [a, b] = [`${folder}/a`, `${folder}/b`];
 * await replaceFiles([{ path: a, chunks: [Uint8Array.of(1), Uint8Array.of(2)] }, { path: b, chunks: [] }]);
 * assertEquals([await Deno.readFile(a), await Deno.readFile(b)], [Uint8Array.of(1, 2), Uint8Array.of()]);
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export async function replaceFiles(
  files: readonly { path: string; chunks: readonly Uint8Array[] }[],
): Promise<void> {
  const suffix = `${Deno.pid}.${written++}`;
  const partial = (path: string) => `${path}.${suffix}.tmp`;
  const kept = (path: string) => `${path}.${suffix}.old.tmp`;
  const undo: (() => Promise<void>)[] = [];
  try {
    for (const { path, chunks } of files) await writeChunks(partial(path), chunks);
    for (const [i, { path }] of files.entries()) {
      // No step after the last rename can fail.
      if (i < files.length - 1) {
        const there = await keep(path, kept(path));
        undo.push(() => there ? Deno.rename(kept(path), path) : Deno.remove(path));
      }
      await Deno.rename(partial(path), path);
    }
  } catch (error) {
    for (const step of undo.reverse()) await step().catch(() => {});
    for (const name of files.flatMap(({ path }) => [partial(path), kept(path)])) {
      await Deno.remove(name).catch(() => {});
    }
    throw error;
  }
  for (const { path } of files.slice(0, -1)) await Deno.remove(kept(path)).catch(() => {});
}

/** Keeps a file under a second name as well. @returns whether the file exists. */
async function keep(path: string, name: string): Promise<boolean> {
  try {
    await Deno.link(path, name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    await Deno.copyFile(path, name); // not every file system has links
  }
  return true;
}
