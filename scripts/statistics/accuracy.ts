/**
 * Accuracies of trainings that may have diverged.
 *
 * @module
 */

/**
 * Returns the accuracy of an evaluation; `NaN` if its loss is not finite. With NaN scores the first class always wins,
 * and its share of the examples would look like an accuracy.
 */
export function accuracyOf({ loss, accuracy }: Readonly<Record<string, number>>): number {
  return Number.isFinite(loss) ? accuracy! : NaN;
}

/** Returns an accuracy as text, `97.22%`; `diverged` for NaN. */
export function percentText(share: number): string {
  return Number.isFinite(share) ? `${(100 * share).toFixed(2)}%` : "diverged";
}
