/**
 * Variables of the environment.
 *
 * @module
 */

/** A variable's value; `undefined` where it is not set, or the program may not read it: nothing there is needed. */
export function environmentVariable(name: string): string | undefined {
  const { state } = Deno.permissions.querySync({ name: "env", variable: name });
  return state === "granted" ? Deno.env.get(name) : undefined;
}
