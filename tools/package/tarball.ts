/**
 * Folders as archives.
 *
 * @module
 */
import { createTarGzip, type TarFileInput } from "nanotar";

/** Returns the gzipped archive of a folder, as npm takes it: all files below `package/`, with the same bytes each time. */
export async function tarball(folder: string): Promise<Uint8Array<ArrayBuffer>> {
  const files: TarFileInput[] = [];
  for (const path of (await filesBelow(folder, "")).toSorted()) {
    files.push({ name: `package/${path}`, data: await Deno.readFile(`${folder}/${path}`) });
  }
  return await createTarGzip(files, { attrs: { mtime: 0, mode: "644" } }) as Uint8Array<ArrayBuffer>;
}

async function filesBelow(folder: string, path: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(`${folder}/${path}`)) {
    if (isDirectory) found.push(...await filesBelow(folder, `${path}${name}/`));
    else found.push(`${path}${name}`);
  }
  return found;
}
