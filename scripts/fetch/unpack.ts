/**
 * Files out of compressed tar archives.
 *
 * @module
 */
import { parseTar } from "nanotar";
import { gunzip, readFile } from "../../files/mod.ts";
import { replaceFile } from "../../mod.ts";
import type { KnownFile } from "./catalog.ts";
import { type Digest, isFile } from "./digest.ts";

/** What an archive may hold besides the files that are wanted of it: headers, a note, a page. */
const BESIDES = 2 ** 20;

/**
 * Takes files that are known out of an archive, whatever folder in it they lie in, and puts them into a folder. Nothing else
 * is written, and no name that is read from the archive.
 *
 * @throws {Error} when it is damaged, swells beyond what it is to hold, or a file is missing or not the one that is known.
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
    throw new Error(`${archive}: ${file.name} is not the file that is known by its ${name(file.digest)}`);
  }
  await Deno.rename(unpacked, path);
}

const name = ({ algorithm, hex }: Digest) => `${algorithm} ${hex}`;
