/**
 * A data set of the catalog, put into a folder.
 *
 * @module
 */
import type { CatalogEntry, KnownFile } from "./catalog.ts";
import { isFile } from "./digest.ts";
import { download, type DownloadOptions, PART } from "./download.ts";
import { unpack } from "./unpack.ts";

/** Where to fetch a data set from and to. */
export interface FetchSet {
  readonly set: CatalogEntry;
  /** Addresses to ask instead of the set's own. */
  readonly mirrors?: readonly string[];
  /** The folder of the set alone; made where it is missing. */
  readonly folder: string;
  /** How to download. */
  readonly options?: Omit<DownloadOptions, "onBytes">;
  /** Told how many of the bytes to download are there, and of which file. */
  readonly progress?: (done: number, of: number, file: string) => void;
}

/** A file that is in its place. */
export interface Fetched {
  readonly file: string;
  readonly bytes: number;
  readonly digest: string;
  /** The address that it came from; `null` where it was there, and right. */
  readonly from: string | null;
}

/** Downloads what is not there, or is not right. @throws {Error} as `download` and `unpack` do. */
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
    // An archive that is whole was about to be unpacked.
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
  // What a run that was killed was fetching is here by now.
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
