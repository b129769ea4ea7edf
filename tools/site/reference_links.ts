/**
 * Links between the pages that `deno doc --html` writes.
 *
 * @module
 */
import { dirname, join, relative } from "node:path/posix";

/** The anchors of each page, by its path. */
export type Anchors = ReadonlyMap<string, ReadonlySet<string>>;

/** The place of a link. */
export interface LinkPlace {
  /** The page with the link. */
  readonly file: string;
  readonly anchors: Anchors;
  /** The folder of the reference. */
  readonly folder: string;
}

/** Returns whether a page is about one member of a symbol. The symbol's own page has all of them. */
export function isMember(file: string): boolean {
  return /\/~\/[^/]*\.[^/]+\.html$/.test(file);
}

/** Returns the anchors of the pages of symbols. */
export async function anchorsOf(
  files: readonly string[],
): Promise<Map<string, Set<string>>> {
  const pages = files.filter((file) => file.includes("/~/") && !isMember(file));
  return new Map(
    await Promise.all(pages.map(async (file) => {
      const text = await Deno.readTextFile(file);
      return [
        file,
        new Set([...text.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id!)),
      ] as const;
    })),
  );
}

/**
 * Returns a link as it holds on the site:
 *
 * - to a member: to its anchor on the page of its symbol, as members have no pages;
 * - to a symbol without a page in its entry point, which is there under another name: to its page in `mod.ts`;
 * - to an anchor that is not there: to its page.
 */
export function mended(
  link: string,
  { file, anchors, folder }: LinkPlace,
): string {
  const [path, hash] = link.split("#") as [string, string?];
  if (path === "") {
    return hash !== undefined && hash !== "" && isMissing(file, hash, anchors) ? "#" : link;
  }
  if (!path.includes("~/") || !path.endsWith(".html")) return link;
  const target = join(dirname(file), decodeURI(path));
  const page = pageOf(
    target.replace(/(\/~\/[^./]+)\.[^/]*\.html$/, "$1.html"),
    { anchors, folder },
  );
  const to = relative(dirname(file), page);
  if (isMember(target)) {
    const member = target.slice(0, -".html".length).split(".").at(-1)!
      .toLowerCase();
    const id = [...anchors.get(page) ?? []].find((i) =>
      i.replace(/^[a-z]+_/, "").replace(/_\d+$/, "") === member
    );
    return id === undefined ? to : `${to}#${id}`;
  }
  return hash === undefined || isMissing(page, hash, anchors) ? to : `${to}#${hash}`;
}

/** Returns the page of a symbol: the given one, or that of `mod.ts`. */
function pageOf(
  page: string,
  { anchors, folder }: Omit<LinkPlace, "file">,
): string {
  const root = `${folder}/~/${page.split("/").at(-1)}`;
  return !anchors.has(page) && anchors.has(root) ? root : page;
}

function isMissing(page: string, hash: string, anchors: Anchors): boolean {
  return anchors.has(page) && !anchors.get(page)!.has(decodeURIComponent(hash));
}
