/**
 * Aligns tables of text.
 *
 * @module
 */

/** Returns rows under a header in aligned columns: numbers to the right, everything else to the left. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((h, i) => Math.max(h.length, ...rows.map((r) => r[i]!.length)));
  const right = header.map((_, i) => rows.length > 0 && isNumeric(rows.map((r) => r[i]!)));
  const line = (cells: readonly string[]) =>
    cells.map((c, i) => (right[i] ? c.padStart(widths[i]!) : c.padEnd(widths[i]!))).join("  ").trimEnd();
  return [line(header), widths.map((w) => "-".repeat(w)).join("  "), ...rows.map(line)].join("\n");
}

/** Returns whether all cells of a column are numbers, optionally with a spread, or empty. */
export function isNumeric(cells: readonly string[]): boolean {
  return cells.every((c) => /^[-+\d.e%± ]*$/.test(c));
}
