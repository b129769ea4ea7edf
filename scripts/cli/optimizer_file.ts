/**
 * Optimizers given as files.
 *
 * @module
 */

/** Whether what was given for `--optimizer` is a file that makes one. */
export function isOptimizerFile(given: string): boolean {
  return /\.[mc]?[jt]s$/.test(given);
}
