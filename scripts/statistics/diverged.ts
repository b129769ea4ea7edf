/**
 * Says which trainings of classifiers diverged, by their loss: the cross-entropy, of which guessing has log(classes).
 *
 * @module
 */

/** The notes, from the worst on. */
const [DIVERGED, WORSE] = ["diverged", "worse than guessing"];

/**
 * Returns the note on a training that ended with a loss: `diverged` if the loss is not finite or more than twice that of
 * guessing among `classes`, `worse than guessing` if it is above that of guessing; empty otherwise.
 */
export function outcomeNote(loss: number, { classes }: { readonly classes: number }): string {
  const guess = Math.log(classes);
  if (!(loss <= 2 * guess)) return DIVERGED;
  return loss > guess ? WORSE : "";
}

/** Returns the sentences below a table that explain the notes in it; none if nothing is to be explained. */
export function outcomeText(notes: readonly string[], { classes }: { readonly classes: number }): string[] {
  if (!notes.includes(DIVERGED) && !notes.includes(WORSE)) return [];
  const guess = Math.log(classes).toFixed(3);
  return [
    `Guessing among ${classes} classes has a training loss of ${guess}; a training diverged if it ended above twice that. ` +
    "Try a lower learning rate.",
  ];
}

/** Returns a loss as text with four decimals; one of 10,000 or more with four digits, `2.800e+4`. */
export function lossText(loss: number): string {
  return Math.abs(loss) < 1e4 ? loss.toFixed(4) : loss.toExponential(3);
}
