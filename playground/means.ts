/**
 * Means of losses, which are easier to see than the losses of single batches.
 *
 * @module
 */

/** Steps whose mean loss is drawn. */
export const MEAN_OF = 20;

/** Returns the mean of each loss and those right before it. */
export function trailingMeans(losses: readonly number[]): number[] {
  let sum = 0;
  return losses.map((loss, i) => {
    sum += loss - (losses[i - MEAN_OF] ?? 0);
    return sum / Math.min(i + 1, MEAN_OF);
  });
}
