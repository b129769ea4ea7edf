/**
 * Picks the error to report when closing something fails too.
 *
 * @module
 */

/**
 * Returns the error that came first. If an error in a block makes closing a resource fail too, JavaScript throws a
 * `SuppressedError` whose message names neither; the error of the block is the cause.
 */
export function firstError(error: unknown): unknown {
  return error instanceof SuppressedError ? firstError(error.suppressed) : error;
}
