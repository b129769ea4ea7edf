/**
 * Aligns tables of text.
 *
 * @module
 */
import { columnWidths, GAP } from "./column_widths.ts";
import { longestPiece, wrap } from "./wrap.ts";

/** A column of a table. */
interface Column {
  readonly header: string;
  readonly cells: readonly string[];
  /** Whether it holds numbers: they are aligned to the right, and never broken. */
  readonly right: boolean;
}

/** Returns rows under a header in aligned columns: numbers to the right, everything else to the left. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const columns = columnsOf(header, rows);
  return laidOut(columns, { widths: columns.map(naturalWidth), gap: GAP });
}

/**
 * Returns a table whose lines have at most `width` characters. It leaves out columns without content, and breaks first
 * headers, then long cells at spaces. If that is not enough, it sets the columns in several tables, one below the other,
 * each with the first columns that hold text.
 */
export function fittedTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  { width }: { width: number },
): string {
  const columns = columnsOf(header, rows).filter((c) =>
    rows.length === 0 || c.cells.some((cell) => cell !== "")
  );
  return blocksOf(columns, width).map((block) => {
    const fit = fitOf(block, width);
    return laidOut(block, fit ?? { widths: block.map(leastWidth), gap: 1 });
  }).join("\n\n");
}

/** Returns whether all cells of a column are numbers, optionally with a spread, or empty. */
export function isNumeric(cells: readonly string[]): boolean {
  return cells.every((c) => /^[-+\d.e%± ]*$/.test(c));
}

function columnsOf(header: readonly string[], rows: readonly (readonly string[])[]): Column[] {
  return header.map((name, i) => {
    const cells = rows.map((r) => r[i]!);
    return { header: name, cells, right: rows.length > 0 && alignsRight(cells) };
  });
}

/** Returns whether a column holds numbers, also if some cells say instead that there is none. */
function alignsRight(cells: readonly string[]): boolean {
  const others = cells.filter((c) => !/^(diverged|\d+ of \d+ diverged|none)$/.test(c));
  return others.length > 0 && isNumeric(others);
}

/** Returns the width without any break. */
function naturalWidth({ header, cells }: Column): number {
  return Math.max(header.length, ...cells.map((c) => c.length));
}

/** Returns the width with breaks in the header alone. */
function cellWidth({ header, cells }: Column): number {
  return Math.max(longestPiece(header), ...cells.map((c) => c.length));
}

/** Returns the width with breaks wherever there may be some. */
function leastWidth(column: Column): number {
  if (column.right) return cellWidth(column);
  return Math.max(longestPiece(column.header), ...column.cells.map(longestPiece));
}

/** The widths of columns, and the spaces between two. */
interface Fit {
  readonly widths: readonly number[];
  readonly gap: number;
}

/** Returns how columns fit; `undefined` if they do not. */
function fitOf(columns: readonly Column[], width: number): Fit | undefined {
  return columnWidths(width, {
    least: columns.map(leastWidth),
    cells: columns.map(cellWidth),
    natural: columns.map(naturalWidth),
  });
}

/** Returns the columns of each table that is needed. Where there are several, no cell is broken if that can be avoided. */
function blocksOf(columns: readonly Column[], width: number): Column[][] {
  if (fitOf(columns, width) !== undefined) return [[...columns]];
  const keys = keysOf(columns, width);
  const fits = (block: readonly Column[]) =>
    block.reduce((used, c) => used + cellWidth(c) + GAP, -GAP) <= width;
  const blocks: Column[][] = [];
  for (const column of columns.slice(keys.length)) {
    const block = blocks.at(-1);
    if (block !== undefined && fits([...block, column])) block.push(column);
    else blocks.push([...keys, column]);
  }
  return blocks;
}

/** Returns the first columns of text, which say what a row is about, up to half of the width; at least one column. */
function keysOf(columns: readonly Column[], width: number): readonly Column[] {
  let n = 1;
  const used = (count: number) => columns.slice(0, count).reduce((sum, c) => sum + leastWidth(c) + GAP, 0);
  while (n < columns.length - 1 && !columns[n]!.right && used(n + 1) <= width / 2) n++;
  return columns.slice(0, n);
}

/** Returns columns of these widths as text. */
function laidOut(columns: readonly Column[], { widths: most, gap }: Fit): string {
  const broken = columns.map(({ header, cells, right }, i) => ({
    header: wrap(header, most[i]!),
    cells: cells.map((c) => (right ? [c] : wrap(c, most[i]!))),
    right,
  }));
  const widths = broken.map(({ header, cells }) =>
    Math.max(...[header, ...cells].flat().map((l) => l.length))
  );
  const pad = (text: string, i: number) =>
    columns[i]!.right ? text.padStart(widths[i]!) : text.padEnd(widths[i]!);
  const line = (texts: readonly string[]) => texts.map(pad).join(" ".repeat(gap)).trimEnd();
  const row = (
    of: readonly (readonly string[])[],
    from: (lines: readonly string[], height: number) => number,
  ) => {
    const height = Math.max(...of.map((lines) => lines.length));
    return Array.from(
      { length: height },
      (_, k) => line(of.map((lines) => lines[k - from(lines, height)] ?? "")),
    );
  };
  // Headers stand on their last line, cells begin on their first.
  const head = row(broken.map((c) => c.header), (lines, height) => height - lines.length);
  const body = (columns[0]?.cells ?? []).map((_, r) => row(broken.map((c) => c.cells[r]!), () => 0));
  const apart = body.some((lines) => lines.length > 2);
  const rows = body.flatMap((lines, i) => (apart && i > 0 ? ["", ...lines] : lines));
  return [...head, widths.map((w) => "-".repeat(w)).join(" ".repeat(gap)), ...rows].join("\n");
}
