/**
 * Accuracies of trainings that may have diverged.
 *
 * @module
 */

/**
 * Returns the accuracy of an evaluation; `NaN` where its loss is not finite: of scores that are NaN the first class counts as the
 * greatest, and its share among the examples would pass for what was learnt.
 */
export function accuracyOf({ loss, accuracy }: Readonly<Record<string, number>>): number {
  return Number.isFinite(loss) ? accuracy! : NaN;
}

/** `97.22%`; `diverged` for an accuracy that is none. */
export function percentText(share: number): string {
  return Number.isFinite(share) ? `${(100 * share).toFixed(2)}%` : "diverged";
}
