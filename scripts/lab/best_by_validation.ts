/**
 * Chooses among trained models by their validation set.
 *
 * @module
 */

/** The scores of a training on its validation set after its last epoch; not finite if it diverged. */
export interface ValidationScore {
  readonly validationLoss: number;
  readonly validationAccuracy: number;
}

/**
 * Returns the item with the highest validation accuracy and, among equal ones, the lowest validation loss; the first
 * of equal ones. Trainings that diverged rank last.
 */
export function bestByValidation<T>(items: readonly T[], scoreOf: (item: T) => ValidationScore): T {
  const rank = (item: T) => {
    const { validationLoss, validationAccuracy } = scoreOf(item);
    const finite = Number.isFinite(validationLoss) && Number.isFinite(validationAccuracy);
    return finite ? [-validationAccuracy, validationLoss] as const : [Infinity, Infinity] as const;
  };
  const isBetter = (a: T, b: T) => {
    const [[accuracy, loss], [otherAccuracy, otherLoss]] = [rank(a), rank(b)];
    return accuracy < otherAccuracy || (accuracy === otherAccuracy && loss < otherLoss);
  };
  return items.reduce((best, item) => (isBetter(item, best) ? item : best));
}
