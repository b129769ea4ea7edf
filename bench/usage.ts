/**
 * Errors of a command's usage.
 *
 * @module
 */
import { UsageError } from "../scripts/console/mod.ts";

/** Returns the result of a function. @throws {UsageError} if it throws a `RangeError`, with its message. */
export function asUsage<T>(choose: () => T): T {
  try {
    return choose();
  } catch (error) {
    throw error instanceof RangeError ? new UsageError(error.message) : error;
  }
}
