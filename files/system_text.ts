/**
 * The messages of the file system and the network.
 *
 * @module
 */

/**
 * Returns a message of the system without what the host adds: Deno an error number, Node a code, the call and the paths.
 *
 * @example
 * ```ts
 * import { systemText } from "./system_text.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(systemText("No space left on device (os error 28)"), "No space left on device");
 * assertEquals(systemText("ENOSPC: no space left on device, write 'a'"), "no space left on device");
 * ```
 */
export function systemText(message: string): string {
  return message.replace(/\s*\(os error.*$/, "").replace(/^E[A-Z\d]+: (.*?)(, [a-z]+( '.*')?)?$/, "$1");
}

/**
 * Returns such a message to continue a sentence: without the number, its first word in lower case unless it is an
 * abbreviation.
 *
 * @example
 * ```ts
 * import { systemClause } from "./system_text.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(systemClause("No space left on device (os error 28)"), "no space left on device");
 * ```
 */
export function systemClause(message: string): string {
  return systemText(message).replace(/^[A-Z](?=[a-z])/, (c) => c.toLowerCase());
}
