/**
 * How many threads a session may use.
 *
 * @module
 */
import { environmentVariable } from "./environment.ts";

/**
 * Returns how many threads a session is to use within an operator: `given`, else what the environment's
 * `DESCENT_THREADS` says; `undefined` where neither says anything. ONNX Runtime starts and keeps as many threads as it is
 * told to, so a number above that of the processors this process may run on is refused: they could only wait, and tens
 * of thousands take gigabytes.
 *
 * @throws {RangeError} naming where the number comes from, its range and the number.
 */
export function threadsOf(given: number | undefined): number | undefined {
  if (given !== undefined) return checked(given, { name: "threads", shown: String(given) });
  const text = environmentVariable("DESCENT_THREADS");
  if (text === undefined || text === "") return undefined;
  return checked(/^\d+$/.test(text) ? Number(text) : NaN, { name: "DESCENT_THREADS", shown: text });
}

function checked(threads: number, { name, shown }: { name: string; shown: string }): number {
  // Deno counts the processors that the affinity and the control group of the process leave it.
  const most = navigator.hardwareConcurrency;
  if (Number.isInteger(threads) && threads >= 1 && threads <= most) return threads;
  throw new RangeError(
    `${name} must be a whole number from 1 to ${most}, the processors that are available, got ${shown}`,
  );
}
