/**
 * Errors as users see them: one line that says what was wrong and what would be right.
 *
 * @module
 */
import { Interrupted } from "./interrupts.ts";

/** The command was called wrongly: exit code 2. */
export class UsageError extends Error {
  override name = "UsageError";
}

/** The exit code for an error: 2 for a wrong call, that of a signal after it, 1 for anything else. */
export function exitCode(error: unknown): number {
  if (error instanceof Interrupted) return error.exitCode;
  return error instanceof UsageError ? 2 : 1;
}

/** The error as one line; with `DESCENT_DEBUG` set, all that is known of it. */
export function errorText(error: unknown, debug: boolean): string {
  if (!(error instanceof Error)) return `error: ${String(error)}`;
  if (debug) return `error: ${Deno.inspect(error)}`;
  const [first = ""] = error.message.split("\n");
  if (error instanceof Interrupted) return first;
  const known = error.name === "Error" ||
    /^(Usage|Data|Device|Model|Range|Type|Safetensors|Checkpoint|Numerical)Error$/.test(error.name);
  return `error: ${known ? "" : `${error.name}: `}${first}`;
}
