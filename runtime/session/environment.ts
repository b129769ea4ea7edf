/**
 * Reads environment variables.
 *
 * @module
 */

/** Returns the value of a variable; `undefined` if it is not set or may not be read. No variable is required. */
export function environmentVariable(name: string): string | undefined {
  const { state } = Deno.permissions.querySync({ name: "env", variable: name });
  return state === "granted" ? Deno.env.get(name) : undefined;
}
