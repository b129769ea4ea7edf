/**
 * Fetches a data set of the catalog into a folder.
 *
 * @module
 */
import type { CatalogEntry, KnownFile } from "./catalog.ts";
import { isFile } from "./digest.ts";
import { download, type DownloadOptions, PART } from "./download.ts";
import { unpack } from "./unpack.ts";

/** The mirror and the folder of a data set to fetch. */
export interface FetchSet {
  readonly set: CatalogEntry;
  /** URLs to use instead of the set's own. */
  readonly mirrors?: readonly string[];
  /** The folder for this set alone; created if missing. */
  readonly folder: string;
  /** The options of the download. */
  readonly options?: Omit<DownloadOptions, "onBytes">;
  /** Called with the bytes downloaded so far, and the current file. */
  readonly progress?: (done: number, of: number, file: string) => void;
}

/** A file of the set in its folder. */
export interface Fetched {
  readonly file: string;
  readonly bytes: number;
  readonly digest: string;
  /** The URL that it came from; `null` if it was there already. */
  readonly from: string | null;
}

/** Downloads the files that are missing or damaged. @throws {Error} as `download` and `unpack` do. */
export async function fetchSet(
  { set, mirrors = set.mirrors, folder, options = {}, progress = () => {} }: FetchSet,
): Promise<Fetched[]> {
  const { files, archive } = set;
  await Deno.mkdir(folder, { recursive: true });
  const missing: KnownFile[] = [];
  for (const file of files) if (!await isFile(`${folder}/${file.name}`, file)) missing.push(file);
  const from = new Map<string, string>();
  const wanted = archive === undefined ? missing : missing.length > 0 ? [archive] : [];
  const total = wanted.reduce((sum, f) => sum + f.bytes, 0);
  let before = 0;
  for (const file of wanted) {
    const { name, bytes, digest } = file;
    const path = `${folder}/${name}`;
    // A complete archive was left by a run that was killed before unpacking it.
    const url = archive !== undefined && await isFile(path, file) ? path : await download(
      { urls: mirrors.map((m) => `${m.replace(/\/+$/, "")}/${name}`), path, bytes, digest },
      { ...options, onBytes: (done) => progress(before + done, total, name) },
    );
    for (const f of archive === undefined ? [file] : missing) from.set(f.name, url);
    before += bytes;
  }
  if (archive !== undefined && missing.length > 0) {
    const path = `${folder}/${archive.name}`;
    await unpack(path, { files: missing, folder });
    await Deno.remove(path);
  }
  // Partial files of killed runs are complete by now.
  for (const { name } of [...files, ...archive ? [archive] : []]) {
    await Deno.remove(`${folder}/${name}${PART}`).catch(() => {});
  }
  return files.map(({ name, bytes, digest }) => ({
    file: name,
    bytes,
    digest: `${digest.algorithm} ${digest.hex}`,
    from: from.get(name) ?? null,
  }));
}
