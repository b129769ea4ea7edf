/**
 * Environment variables of a test.
 *
 * @module
 */

/**
 * Runs a test that sets a variable, for itself alone: files of tests run at once in one process, whose environment they
 * share, so the variable is set in this file's `Deno.env` only. Processes that the test starts do not get it.
 */
export async function withVariable(
  name: string,
  test: (set: (value: string) => void) => void | Promise<void>,
): Promise<void> {
  const { get } = Deno.env;
  let value: string | undefined;
  Deno.env.get = (key) => key === name && value !== undefined ? value : get.call(Deno.env, key);
  try {
    await test((given) => value = given);
  } finally {
    Deno.env.get = get;
  }
}
