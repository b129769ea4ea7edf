/**
 * Reports something that a user can put right: a file, a model, a device, or a setting. Every error class of the
 * library extends this one; wrong arguments are a `RangeError` or a `TypeError`. The message says what was wrong,
 * where, and what would be right.
 *
 * @example
 * ```ts
 * import { DataError, DescentError, parseNpy } from "../mod.ts";
 * import { assertThrows } from "@std/assert";
 * const error = assertThrows(() => parseNpy(new Uint8Array(3), { name: "rows.npy" }), DescentError);
 * console.assert(error instanceof DataError);
 * ```
 */
export class DescentError extends Error {
  /** The name of the class. */
  override name = "DescentError";
}
