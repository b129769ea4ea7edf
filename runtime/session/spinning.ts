/**
 * Decides whether the threads of a session spin while they wait.
 *
 * @module
 */
import { environmentVariable } from "./environment.ts";
import { freeProcessors } from "./load.ts";
import { processors } from "./threads.ts";

/** The environment variable that says whether threads spin. */
const VARIABLE = "DESCENT_SPINNING";

/** Processors that other work leaves free. */
let free: Promise<number> | undefined;

/**
 * Returns whether the threads of a session spin while they wait for work, rather than sleep: `given`, else the
 * environment variable `DESCENT_SPINNING` (`on` or `off`); without both, unless the session has more threads than other
 * work leaves processors free. That is looked at once, when the process opens its first session of several threads: later
 * its own threads are part of the load.
 *
 * @throws {RangeError} when the variable is neither `on` nor `off`.
 */
export async function spinningOf(
  given: boolean | undefined,
  { threads }: { threads: number },
): Promise<boolean> {
  if (given !== undefined) return given;
  const text = environmentVariable(VARIABLE) ?? "";
  if (text !== "") {
    if (text !== "on" && text !== "off") throw new RangeError(`${VARIABLE} must be on or off, got ${text}`);
    return text === "on";
  }
  return threads === 1 || threads <= await (free ??= freeProcessors(processors()));
}
