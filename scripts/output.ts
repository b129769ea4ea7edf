/**
 * What a command prints, where standard output or standard error may be full or closed.
 *
 * @module
 */
import { reason } from "./reason.ts";

/**
 * Prints results on standard output.
 *
 * @param kept the folder that they are kept in, for the error
 * @throws {Error} when it cannot be written to.
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

/** Says something on standard error. Where that is full or closed nobody listens, and the work goes on without. */
export function tell(text: string): void {
  try {
    console.error(text);
  } catch {
    // There is no other place to say it.
  }
}
