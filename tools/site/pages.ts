/**
 * The pages of the repository that are on the site.
 *
 * @module
 */
import { GROUPS } from "./nav.ts";

/** The folders of `docs/` with pages. */
const FOLDERS = ["docs/", "docs/tutorials/", "docs/how_to/", "docs/decisions/"];

/** Returns the files of the pages, from the root: all of `docs/`, and those elsewhere that the navigation names. */
export function repositoryPages(root: string): Set<string> {
  const docs = FOLDERS.flatMap((folder) =>
    [...Deno.readDirSync(`${root}${folder}`)].filter((e) => e.isFile && e.name.endsWith(".md"))
      .map((e) => `${folder}${e.name}`)
  );
  const others = GROUPS.flatMap(({ pages }) => pages).filter((p) => !/^(docs\/|site:)/.test(p));
  return new Set([...docs, ...others]);
}
