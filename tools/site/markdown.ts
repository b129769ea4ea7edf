/**
 * Changes pages of the repository into pages of the site: their links, and comments.
 *
 * @module
 */
import { dirname, join, relative } from "node:path/posix";
import { placeOf } from "./nav.ts";

/** The pictures and sources that a page refers to, by path from the root of the repository. */
export interface References {
  /** Pictures, which are copied beside the pages. */
  readonly pictures: Set<string>;
  /** Files and folders that are shown as source text. */
  readonly sources: Set<string>;
}

/** A page. */
export interface Page {
  /** Its file from the root of the repository, or a name that begins with `site:`. */
  readonly file: string;
  readonly text: string;
  /** The file that the links of the text are relative to. */
  readonly from: string;
}

/**
 * Returns the text of a page for the site, and adds what it refers to.
 *
 * @param page the page
 * @param pages the files of all pages of the site
 * @param to receives the pictures and sources that the page refers to
 */
export function forSite(
  page: Page,
  pages: ReadonlySet<string>,
  to: References,
): string {
  return outsideCode(
    page.text,
    (text) =>
      text.replace(/<!--[^]*?-->\n*/g, "").replace(
        /(!?)(\[(?:[^\[\]]|\[[^\]]*\])*\])\(([^)\s]+)\)/g,
        (whole, picture: string, label: string, target: string) => {
          const link = linkTo(
            { page, target, picture: picture !== "" },
            pages,
            to,
          );
          return link === undefined ? whole : `${picture}${label}${link}`;
        },
      ),
  );
}

interface Link {
  readonly page: Page;
  readonly target: string;
  readonly picture: boolean;
}

/** Returns the link in parentheses with its attributes; `undefined` if it stays as it is. */
function linkTo(
  { page: { file, from }, target, picture }: Link,
  pages: ReadonlySet<string>,
  to: References,
): string | undefined {
  if (/^([a-z]+:|#|\/)/.test(target)) return undefined;
  const [path, hash] = target.split("#") as [string, string?];
  const goal = join(dirname(from), path).replace(/\/$/, "");
  const anchor = hash === undefined ? "" : `#${hash}`;
  const page = [goal, `${goal}/README.md`].find((f) => pages.has(f));
  if (page !== undefined) return `(${between(file, page)}${anchor})`;
  if (picture) {
    to.pictures.add(goal);
    return `(${fromTo(placeOf(file), pictureOf(goal))})`;
  }
  to.sources.add(goal);
  // Relative, because VitePress does not add the site's base to links with a target.
  return `(${fromTo(placeOf(file), `source/${goal}.html`)}){target="_self"}`;
}

/** Returns the relative link from one page of the site to another. */
export function between(from: string, to: string): string {
  return fromTo(placeOf(from), placeOf(to));
}

function fromTo(from: string, to: string): string {
  const path = relative(dirname(from), to);
  return path.startsWith(".") ? path : `./${path}`;
}

/** Returns where a picture of the repository is on the site. */
export function pictureOf(file: string): string {
  return file.replace(/^(docs|bench)\//, "");
}

/** Changes the text between blocks of code and pieces of code in a line. */
function outsideCode(text: string, change: (text: string) => string): string {
  const code = /^( *)(`{3,})[^]*?^\1\2$|(?<!`)(`+)(?!`)[^]*?(?<!`)\3(?!`)/gm;
  const pieces: string[] = [];
  // A link's label may hold code, so code in a line is masked rather than cut out.
  const masked = text.replace(
    code,
    (piece) => `\uE000${pieces.push(piece) - 1}\uE000`,
  );
  return change(masked).replace(
    /\uE000(\d+)\uE000/g,
    (_, i: string) => pieces[Number(i)]!,
  );
}
