/**
 * The user's cache of data sets: `fetch` fills it, and experiments without `--data-dir` read it.
 *
 * @module
 */
import { CATALOG, type CatalogName } from "./catalog.ts";

/**
 * Returns the folder of all data sets: `DESCENT_CACHE_DIR`, else `descent` in the user's cache folder; `undefined` if the
 * environment names none.
 */
export function cacheFolder(environment = variable): string | undefined {
  const own = environment("DESCENT_CACHE_DIR");
  if (own !== undefined) return own.replace(/(?<=.)\/+$/, "");
  const [cache, home, windows] = ["XDG_CACHE_HOME", "HOME", "LOCALAPPDATA"].map((name) => environment(name));
  // XDG ignores paths that are not absolute.
  if (cache?.startsWith("/")) return `${cache.replace(/(?<=.)\/+$/, "")}/descent`;
  if (Deno.build.os === "windows" && windows !== undefined) return `${windows}\\descent`;
  return home === undefined ? undefined : `${home}/.cache/descent`;
}

/** Returns the folder of a data set: `dataDir` if given, else the one in the cache if it holds all files of the set. */
export function dataFolder(
  name: CatalogName,
  { dataDir }: { readonly dataDir?: string | undefined },
): string | undefined {
  if (dataDir !== undefined) return dataDir;
  const cache = cacheFolder();
  if (cache === undefined) return undefined;
  const folder = `${cache}/${name}`;
  return CATALOG[name].files.every(({ name, bytes }) => size(`${folder}/${name}`) === bytes)
    ? folder
    : undefined;
}

/** Returns how to get a data set, for an error message. */
export function howToFetch(name: CatalogName): string {
  return `--data-dir DIR, or deno task experiment fetch ${name}`;
}

function size(path: string): number | undefined {
  try {
    return Deno.statSync(path).size;
  } catch {
    return undefined;
  }
}

function variable(name: string): string | undefined {
  try {
    return Deno.env.get(name) || undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) return undefined;
    throw error;
  }
}
