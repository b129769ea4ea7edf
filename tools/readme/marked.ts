/**
 * Parts of a page that a task writes, between two comments.
 *
 * @module
 */

/** The comments around a written part. */
export interface Marks {
  readonly begin: string;
  readonly end: string;
}

/** Returns a page with a new text between its marks. @throws {Error} if the page lacks them. */
export function withMarked(page: string, { begin, end, text }: Marks & { text: string }): string {
  const from = page.indexOf(begin);
  const to = page.indexOf(end, from);
  if (from < 0 || to < from) throw new Error(`the page must have ${begin} before ${end}`);
  return `${page.slice(0, from + begin.length)}\n\n${text}\n\n${page.slice(to)}`;
}
