/**
 * Shares the width of a line among the columns of a table.
 *
 * @module
 */

/** The spaces between two columns, where there is room for them. */
export const GAP = 2;

/** The widths that columns may have. */
export interface Widths {
  /** With breaks wherever there may be some. */
  readonly least: readonly number[];
  /** With breaks in the header alone. */
  readonly cells: readonly number[];
  /** Without any break. */
  readonly natural: readonly number[];
}

/**
 * Returns widths of columns that fit into a line, and the spaces between two columns; `undefined` if none fit. It breaks
 * as little as possible: nothing, else headers, else cells. One space is left between columns if two are too many.
 */
export function columnWidths(
  width: number,
  { least, cells, natural }: Widths,
): { widths: readonly number[]; gap: number } | undefined {
  for (const [low, high] of [[natural, natural], [cells, natural], [least, cells]] as const) {
    // Numbers are kept apart by one space rather than texts broken.
    for (const gap of [GAP, 1]) {
      const room = width - gap * (least.length - 1);
      if (sum(low) <= room && (gap === GAP || low !== natural)) {
        return { widths: grown(low, { high, room }), gap };
      }
    }
  }
  return undefined;
}

/** Returns `low` with what is left of the room, given to the columns that need the most lines. */
function grown(
  low: readonly number[],
  { high, room }: { high: readonly number[]; room: number },
): readonly number[] {
  const widths = [...low];
  for (let left = room - sum(low); left > 0; left--) {
    const needs = widths.map((w, i) => (w < high[i]! ? high[i]! / w : 0));
    const most = Math.max(...needs);
    if (most === 0) break;
    widths[needs.indexOf(most)]!++;
  }
  return widths;
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}
