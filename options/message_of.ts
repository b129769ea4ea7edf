/**
 * The messages of errors.
 *
 * @module
 */

/**
 * Returns the message of an error; of another value that was thrown, its text.
 *
 * @example
 * ```ts
 * import { messageOf } from "./message_of.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals([messageOf(new Error("no room")), messageOf("no room")], ["no room", "no room"]);
 * ```
 */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
