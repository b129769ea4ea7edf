/**
 * Writes files in pieces.
 *
 * @module
 */
import { host } from "../host/mod.ts";

/** Writes chunks to a file, which replaces one that is there; with `sync`, to the disk. */
export async function writeChunks(
  path: string,
  chunks: readonly Uint8Array[],
  { sync = false }: { sync?: boolean } = {},
): Promise<void> {
  const file = await host.files.open(path, "write");
  try {
    for (const chunk of chunks) {
      for (let done = 0; done < chunk.length;) done += await file.write(chunk.subarray(done));
    }
    if (sync) await file.sync();
  } finally {
    await file.close();
  }
}
