/**
 * Which of two errors to tell.
 *
 * @module
 */

/**
 * Returns the error that came first. Where something that is closed at the end of a block fails because of an error in it,
 * JavaScript throws a `SuppressedError` that names neither; the one that was thrown in the block is the cause of it all.
 */
export function firstError(error: unknown): unknown {
  return error instanceof SuppressedError ? firstError(error.suppressed) : error;
}
