/**
 * Decides how many threads a session uses.
 *
 * @module
 */
import { environmentVariable } from "./environment.ts";

/**
 * Returns the number of threads of a session within an operator: `given`, else the environment variable
 * `DESCENT_THREADS`; `undefined` if neither is set. ONNX Runtime starts any number of threads, so a number above that
 * of the available processors is refused: more threads could only wait, and tens of thousands take gigabytes.
 *
 * @throws {RangeError} naming the option or variable, its range and its value.
 */
export function threadsOf(given: number | undefined): number | undefined {
  if (given !== undefined) return checked(given, { name: "threads", shown: String(given) });
  const text = environmentVariable("DESCENT_THREADS");
  if (text === undefined || text === "") return undefined;
  return checked(/^\d+$/.test(text) ? Number(text) : NaN, { name: "DESCENT_THREADS", shown: text });
}

function checked(threads: number, { name, shown }: { name: string; shown: string }): number {
  // Deno counts the processors that the affinity and the control group of the process allow.
  const most = navigator.hardwareConcurrency;
  if (Number.isInteger(threads) && threads >= 1 && threads <= most) return threads;
  throw new RangeError(
    `${name} must be an integer from 1 to ${most}, the number of available processors, got ${shown}`,
  );
}
