/**
 * Margins: differences that are too small to matter, stated before anything is compared.
 *
 * @module
 */

/** A margin, and why it is as large as it is. */
export type Margin =
  & { readonly reason: string }
  & ({ readonly percent: number } | { readonly points: number });

/** The unit in which differences are shown beside a margin. */
export interface Shown {
  /** The unit of differences: `percent` of the stored mean, or `points`, hundredths of an accuracy. */
  readonly unit: "percent" | "points";
  /** The difference of two means that has the size of one unit. */
  readonly one: number;
  /** The margin in the unit. */
  readonly size: number;
  /** The margin in words: `1 %` or `0.5 points`. */
  readonly text: string;
}

/** Returns how differences from a stored mean are shown. */
export function shownBy(margin: Margin, { stored }: { readonly stored: number }): Shown {
  if ("percent" in margin) {
    return {
      unit: "percent",
      one: Math.abs(stored) / 100,
      size: margin.percent,
      text: `${margin.percent} %`,
    };
  }
  const { points } = margin;
  return { unit: "points", one: 0.01, size: points, text: points === 1 ? "1 point" : `${points} points` };
}
