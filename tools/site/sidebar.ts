/**
 * The side bar of the site.
 *
 * @module
 */
import { GROUPS, placeOf, TITLES } from "./nav.ts";

/** A group of links, as VitePress takes it. */
export interface SidebarGroup {
  readonly text: string;
  readonly collapsed: boolean;
  readonly items: readonly { readonly text: string; readonly link: string }[];
}

/**
 * Returns the side bar. Pages that are listed but not there are left out.
 *
 * @param files the files of the pages that are in the repository
 * @param titles the headings of pages, by file
 */
export function sidebar(
  files: ReadonlySet<string>,
  titles: ReadonlyMap<string, string>,
): SidebarGroup[] {
  const listed = new Set(GROUPS.flatMap(({ pages }) => pages));
  const others = [...files].filter((file) => !listed.has(file) && !isWithin(file));
  return GROUPS.map(({ title, pages, closed }, i) => {
    const all = i === GROUPS.length - 1 ? [...pages, ...others] : pages;
    const there = all.filter((page) => page.startsWith("site:") || files.has(page));
    const items = there.map((page) => ({
      text: TITLES[page] ??
        plain(
          titles.get(page) ??
            (page === "site:gallery" ? "Gallery" : "Entry points"),
        ),
      link: `/${placeOf(page).replace(/(index)?\.md$/, "")}`,
    }));
    return { text: title, collapsed: closed ?? false, items };
  }).filter(({ items }) => items.length > 0);
}

/** Returns whether a page is reached from the first page of its folder. */
function isWithin(file: string): boolean {
  return /^docs\/decisions\/\d/.test(file);
}

function plain(heading: string): string {
  return heading.replaceAll("`", "").replaceAll("_", "");
}
