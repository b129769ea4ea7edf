/**
 * Markdown tables, and rows of a new one in an old one.
 *
 * @module
 */

/** A table: its header, and its rows with as many cells. */
export interface Table {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Returns a Markdown table: `first` aligns the first column, left by default; the other columns are numbers. */
export function markdownTable({ header, rows }: Table, first: "---" | "---:" = "---"): string {
  const marks = header.map((_, i) => (i === 0 ? first : "---:"));
  return [header, marks, ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** Returns the tables of a Markdown text in their order. */
export function tablesOf(text: string): Table[] {
  const blocks = text.split(/\n\s*\n/).map((block) => block.trim()).filter((block) => block.startsWith("|"));
  return blocks.map((block) => {
    const [header, _, ...rows] = block.split("\n").map((line) =>
      line.trim().slice(1, -1).split("|").map((cell) => cell.trim())
    );
    return { header: header!, rows };
  });
}

/**
 * Returns an old table with the rows of a new one. Every old row whose first cell the new table has is replaced. Cells
 * of columns that only one of them has are empty.
 *
 * @param columns all columns in order; others follow
 * @param keys all first cells in order; others follow
 */
export function mergeTables(
  [old, fresh]: readonly [Table, Table],
  { columns, keys }: { columns: readonly string[]; keys: readonly string[] },
): Table {
  const header = inOrder([...new Set([...old.header, ...fresh.header])], { order: columns, key: (c) => c });
  const spread = ({ header: own, rows }: Table) =>
    rows.map((cells) => header.map((column) => cells[own.indexOf(column)] ?? ""));
  const replaced = new Set(fresh.rows.map(([key]) => key));
  const kept = spread(old).filter(([key]) => !replaced.has(key));
  return { header, rows: inOrder([...kept, ...spread(fresh)], { order: keys, key: ([first]) => first! }) };
}

/** Returns items sorted by the place of their keys; those without a place at the end, equals as they are. */
function inOrder<T>(
  items: readonly T[],
  { order, key }: { order: readonly string[]; key: (item: T) => string },
): T[] {
  const place = (item: T) => {
    const found = order.indexOf(key(item));
    return found < 0 ? order.length : found;
  };
  return items.toSorted((a, b) => place(a) - place(b));
}
