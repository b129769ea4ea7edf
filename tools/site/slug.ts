/**
 * Anchors of headings.
 *
 * @module
 */

/**
 * Returns the anchor of a heading as GitHub makes it: lower case, spaces become hyphens, and what is neither a letter, a
 * digit, a hyphen nor an underscore is left out. The site uses the same, so that a link holds in both.
 *
 * @param heading the text of the heading; marks of code and emphasis count as punctuation
 */
export function slug(heading: string): string {
  return heading.trim().toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .replace(/\s/g, "-");
}

/** Returns the anchors of a page's headings; `-1`, `-2`, … mark those of equal headings. */
export function anchorsIn(markdown: string): Set<string> {
  const anchors = new Set<string>();
  for (
    const [, heading] of markdown.replace(/^ *```[^]*?^ *```$/gm, "").matchAll(
      /^#{1,6} (.+)$/gm,
    )
  ) {
    // Of a link in a heading, the label counts.
    const anchor = slug(heading!.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1"));
    let unique = anchor;
    for (let i = 1; anchors.has(unique); i++) unique = `${anchor}-${i}`;
    anchors.add(unique);
  }
  return anchors;
}
