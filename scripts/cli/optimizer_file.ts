/**
 * Tells optimizer files from optimizer names.
 *
 * @module
 */

/** Returns whether a value of `--optimizer` names a file with an optimizer, by its extension. */
export function isOptimizerFile(given: string): boolean {
  return /\.[mc]?[jt]s$/.test(given);
}
