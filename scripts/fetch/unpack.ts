/**
 * Extracts files from compressed tar archives.
 *
 * @module
 */
import { parseTar } from "nanotar";
import { gunzip, readFile } from "../../files/mod.ts";
import { replaceFile } from "../../mod.ts";
import type { KnownFile } from "./catalog.ts";
import { type Digest, isFile } from "./digest.ts";

/** Bytes that an archive may hold besides the wanted files: headers, a readme, a page. */
const BESIDES = 2 ** 20;

/**
 * Extracts known files from any folder of an archive into one folder. It writes nothing else, and uses no name from the
 * archive.
 *
 * @throws {Error} when the archive is damaged or decompresses to more than expected, or a file is missing or has another digest.
 */
export async function unpack(
  archive: string,
  { files, folder }: { files: readonly KnownFile[]; folder: string },
): Promise<void> {
  const limit = files.reduce((sum, f) => sum + f.bytes, BESIDES);
  const bytes = await gunzip(await readFile(archive), { name: archive, maxBytes: limit });
  const items = parseTar(bytes, {
    filter: ({ type, name }) => type === "file" && wanted(name) !== undefined,
  });
  function wanted(name: string): KnownFile | undefined {
    return files.find((f) => f.name === name.slice(name.lastIndexOf("/") + 1));
  }
  for (const file of files) {
    const item = items.find((i) => wanted(i.name) === file);
    if (item?.data?.length !== file.bytes) {
      const found = item?.data === undefined ? "none" : `one of ${item.data.length}`;
      throw new Error(`${archive} must hold a file ${file.name} of ${file.bytes} bytes, holds ${found}`);
    }
    await place(item.data, { archive, folder, file });
  }
}

async function place(
  data: Uint8Array,
  { archive, folder, file }: { archive: string; folder: string; file: KnownFile },
): Promise<void> {
  const path = `${folder}/${file.name}`;
  const unpacked = `${path}.unpacked`;
  await replaceFile(unpacked, [data]);
  if (!await isFile(unpacked, file)) {
    await Deno.remove(unpacked);
    throw new Error(`${archive}: ${file.name} has another ${name(file.digest)} than expected`);
  }
  await Deno.rename(unpacked, path);
}

const name = ({ algorithm, hex }: Digest) => `${algorithm} ${hex}`;
