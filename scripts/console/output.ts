/**
 * Prints to standard output and standard error, which may be full or closed.
 *
 * @module
 */
import { reason } from "./reason.ts";

/**
 * Prints results on standard output.
 *
 * @param kept the folder with the results, for the error message
 * @throws {Error} when standard output cannot be written to.
 */
export function printResults(text: string, kept?: string): void {
  try {
    console.log(text);
  } catch (error) {
    const where = kept === undefined ? "" : `; they are kept in ${kept}`;
    throw new Error(`the results cannot be printed: ${reason(error).toLowerCase()}${where}`, {
      cause: error,
    });
  }
}

/** Prints a message on standard error. If that is full or closed, the message is dropped and the work continues. */
export function tell(text: string): void {
  try {
    console.error(text);
  } catch {
    // There is no other place to print it.
  }
}
