import { DescentError } from "../options/mod.ts";

/**
 * Reports data that cannot be read: a missing, truncated or malformed file or text. The message is one line that names
 * the source, the place in it (offset, or line and column) and what would be right.
 *
 * @example
 * ```ts
 * import { DataError } from "./data_error.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(new DataError("a.csv, line 3: expected 4 fields, got 2").name, "DataError");
 * ```
 */
export class DataError extends DescentError {
  /** The name of the class. */
  override readonly name = "DataError";
}
