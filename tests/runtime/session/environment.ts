/**
 * Environment variables of a test.
 *
 * @module
 */

/** Runs a test that sets a variable, and restores its value. */
export async function withVariable(
  name: string,
  test: (set: (value: string) => void) => void | Promise<void>,
): Promise<void> {
  const before = Deno.env.get(name);
  try {
    await test((value) => Deno.env.set(name, value));
  } finally {
    if (before === undefined) Deno.env.delete(name);
    else Deno.env.set(name, before);
  }
}
