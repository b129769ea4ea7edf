/**
 * The order of tensors in a flat vector.
 *
 * @module
 */
import type { FlatOptions } from "./flat_options.ts";

/** The places of tensors in a vector, in rows of equal length or element by element. */
export interface Layout {
  /** The elements of each tensor. */
  readonly sizes: readonly number[];
  /** The elements of a row; 1 if the vector is put together from elements. */
  readonly row: number;
  /** The tensors of whole rows, by their numbers: they come first. */
  readonly whole: readonly number[];
  /** The other tensors, one after another behind them. */
  readonly rest: readonly number[];
  /** The elements that fill the last row. */
  readonly padding: number;
  /** The elements of the vector. */
  readonly length: number;
  /** The parts that one `Split` makes at most. */
  readonly parts: number;
}

/** Vectors of so few elements are put together element by element. */
const FEW = 4096;

/** The longest row. */
const LONGEST_ROW = 1024;

/** The rows of one vector: a table of as many entries goes to a CUDA device with each `Concat` and `Split`. */
const MOST_ROWS = 2 ** 15;

/** Returns the order of tensors of these sizes in a vector. */
export function layoutOf(sizes: readonly number[], { rows, parts }: FlatOptions): Layout {
  const total = sum(sizes);
  const row = rows && total > FEW ? bestRow(sizes) : 1;
  const numbers = sizes.map((_, i) => i);
  const whole = numbers.filter((i) => sizes[i]! % row === 0);
  const rest = numbers.filter((i) => sizes[i]! % row !== 0);
  const over = sum(rest.map((i) => sizes[i]!)) % row;
  const padding = over === 0 ? 0 : row - over;
  return { sizes, row, whole, rest, padding, length: total + padding, parts };
}

/** Returns which of the sizes go into one vector, as lists of their numbers; those that suit none are left out. */
export function vectors(sizes: readonly number[], options: FlatOptions): number[][] {
  const made: { numbers: number[]; length: number; rows: number }[] = [];
  for (const [i, size] of sizes.entries()) {
    const rows = size <= FEW ? 0 : size / rowOf(size);
    if (size < 1 || size > options.largest || (options.rows && rows > FEW)) continue;
    const last = made.at(-1);
    if (last && last.length + size <= options.most && (!options.rows || last.rows + rows <= MOST_ROWS)) {
      last.numbers.push(i);
      last.length += size;
      last.rows += rows;
    } else made.push({ numbers: [i], length: size, rows });
  }
  return made.map(({ numbers }) => numbers);
}

/** Returns the row, a power of two, that puts tensors together from the fewest rows and elements. */
function bestRow(sizes: readonly number[]): number {
  const cost = (row: number) => sum(sizes.map((size) => (size % row === 0 ? size / row : size)));
  let best = 1;
  for (let row = 2; row <= LONGEST_ROW; row *= 2) if (cost(row) < cost(best)) best = row;
  return best;
}

/** Returns the longest row that divides a size. */
function rowOf(size: number): number {
  let row = 1;
  while (row < LONGEST_ROW && size % (2 * row) === 0) row *= 2;
  return row;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0);
}
