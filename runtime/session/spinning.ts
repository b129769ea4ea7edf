/**
 * Decides whether the threads of a session spin while they wait.
 *
 * @module
 */
import { environmentVariable } from "./environment.ts";
import { processors } from "./threads.ts";

/** The environment variable that says whether threads spin. */
const VARIABLE = "DESCENT_SPINNING";

/** Processors that other work leaves free. */
let free: number | undefined;

/**
 * Returns whether the threads of a session spin while they wait for work, rather than sleep: `given`, else the
 * environment variable `DESCENT_SPINNING` (`on` or `off`); without both, unless the session has more threads than other
 * work leaves processors free. The load is looked at once, when the process opens its first session: later its own
 * threads are part of it.
 *
 * @throws {RangeError} when the variable is neither `on` nor `off`.
 */
export function spinningOf(given: boolean | undefined, { threads }: { threads: number }): boolean {
  if (given !== undefined) return given;
  const text = environmentVariable(VARIABLE);
  if (text !== undefined && text !== "") {
    if (text !== "on" && text !== "off") throw new RangeError(`${VARIABLE} must be on or off, got ${text}`);
    return text === "on";
  }
  free ??= freeProcessors({ processors: processors(), load: loadAverage(), age: performance.now() / 1000 });
  return threads === 1 || threads <= free;
}

/**
 * Returns how many processors other processes leave free.
 *
 * @param state.load the load average over a minute; `undefined` if it is not known: all processors then count as free
 * @param state.age the age of this process in seconds. Its own work until now is part of the load: at most what one
 * processor that was busy all the time adds to the average
 */
export function freeProcessors(
  { processors, load, age }: { processors: number; load: number | undefined; age: number },
): number {
  if (load === undefined) return processors;
  const own = 1 - Math.exp(-age / 60);
  return processors - Math.round(Math.max(0, load - own));
}

/** Returns the load average over a minute; `undefined` if this process may not know it, or the system keeps none. */
function loadAverage(): number | undefined {
  if (Deno.permissions.querySync({ name: "sys", kind: "loadavg" }).state !== "granted") return undefined;
  return Deno.loadavg()[0];
}
