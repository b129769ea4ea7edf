/**
 * Writes several files, all or none.
 *
 * @module
 */
import { host } from "../host/mod.ts";
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
  wanted: readonly { path: string; chunks: readonly Uint8Array[] }[],
): Promise<void> {
  const { files } = host;
  const suffix = `${host.pid}.${written++}`;
  const partial = (path: string) => `${path}.${suffix}.tmp`;
  const kept = (path: string) => `${path}.${suffix}.old.tmp`;
  const undo: (() => Promise<void>)[] = [];
  try {
    for (const { path, chunks } of wanted) await writeChunks(partial(path), chunks);
    for (const [i, { path }] of wanted.entries()) {
      // No step after the last rename can fail.
      if (i < wanted.length - 1) {
        const there = await keep(path, kept(path));
        undo.push(() => there ? files.rename(kept(path), path) : files.remove(path));
      }
      await files.rename(partial(path), path);
    }
  } catch (error) {
    for (const step of undo.reverse()) await step().catch(() => {});
    for (const name of wanted.flatMap(({ path }) => [partial(path), kept(path)])) {
      await files.remove(name).catch(() => {});
    }
    throw error;
  }
  for (const { path } of wanted.slice(0, -1)) await files.remove(kept(path)).catch(() => {});
}

/** Keeps a file under a second name as well. @returns whether the file exists. */
async function keep(path: string, name: string): Promise<boolean> {
  try {
    await host.files.link(path, name);
  } catch (error) {
    if (host.files.isMissing(error)) return false;
    await host.files.copyFile(path, name); // not every file system has links
  }
  return true;
}
