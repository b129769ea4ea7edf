/**
 * The user's cache of data sets: where `fetch` puts them, and where experiments look that are not told where to.
 *
 * @module
 */
import { CATALOG, type CatalogName } from "./catalog.ts";

/**
 * The folder of all data sets: `DESCENT_CACHE_DIR`, else `descent` in the user's cache folder; `undefined` where the
 * environment names none.
 */
export function cacheFolder(environment = variable): string | undefined {
  const own = environment("DESCENT_CACHE_DIR");
  if (own !== undefined) return own.replace(/(?<=.)\/+$/, "");
  const [cache, home, windows] = ["XDG_CACHE_HOME", "HOME", "LOCALAPPDATA"].map((name) => environment(name));
  // By the rules of XDG a path that is not absolute is no answer.
  if (cache?.startsWith("/")) return `${cache.replace(/(?<=.)\/+$/, "")}/descent`;
  if (Deno.build.os === "windows" && windows !== undefined) return `${windows}\\descent`;
  return home === undefined ? undefined : `${home}/.cache/descent`;
}

/** The folder with a data set: the one that was asked for, else the cache's, where all files of the set lie there. */
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

/** What an error says of a data set that is nowhere: how to get it. */
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
