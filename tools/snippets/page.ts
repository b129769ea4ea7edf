/**
 * Pages that set the code of another library beside ours: `docs/from_pytorch.md` and the like.
 *
 * @module
 */

/** One task in two libraries. */
export interface Snippet {
  /** The heading. */
  readonly title: string;
  /** The code in the other library. */
  readonly theirs: string;
  /** The code in Descent. */
  readonly ours: string;
}

/** A page: the lines that every snippet begins with, and the snippets. */
export interface Page {
  readonly setUp: Snippet;
  readonly snippets: readonly Snippet[];
}

/** The heading of the lines that every snippet begins with. */
const SET_UP = "Set-up";

/** The headings of sections that have two blocks of code. */
const SNIPPETS = /^(Set-up|\d+\. .*|Your own network)$/;

/**
 * Reads a page: the sections `Set-up` and `Your own network`, and those with numbered headings, have two blocks of code
 * each.
 *
 * @throws {Error} naming a section that has not, or if there is no set-up.
 */
export function parsePage(text: string): Page {
  const sections = text.split(/^## /m).slice(1).map((section) => {
    const end = section.indexOf("\n");
    return { title: section.slice(0, end), body: section.slice(end) };
  });
  const snippets = sections.filter(({ title }) => SNIPPETS.test(title)).map(
    parseSection,
  );
  const setUp = snippets.find(({ title }) => title === SET_UP);
  if (setUp === undefined) throw new Error(`the page has no section '${SET_UP}'`);
  return { setUp, snippets: snippets.filter((snippet) => snippet !== setUp) };
}

function parseSection({ title, body }: { title: string; body: string }): Snippet {
  const blocks = [...body.matchAll(/^```\w+(?: ignore)?\n([^]*?)^```$/gm)].map(([, code]) => code!);
  if (blocks.length !== 2) throw new Error(`'${title}' must have two blocks of code, has ${blocks.length}`);
  return { title, theirs: blocks[0]!, ours: blocks[1]! };
}

/** Returns the whole programs of a page, by the library: set-up and snippet. */
export function programs(page: Page, library: "theirs" | "ours"): string[] {
  return page.snippets.map((snippet) => `${page.setUp[library]}\n${snippet[library]}`);
}

/** Returns the SHA-256 of a text, in hexadecimal: it tells whether results belong to the code as it is now. */
export async function digestOf(text: string): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return new Uint8Array(hash).toHex();
}
