/**
 * Errors as users see them: one line that says what was wrong and what would be right.
 *
 * @module
 */
import { firstError } from "./first_error.ts";
import { Interrupted } from "./interrupts.ts";
import { tell } from "./output.ts";
import { placeIn } from "./own_code.ts";

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
  const first = printable(error.message.split("\n")[0]!);
  if (error instanceof Interrupted) return first;
  const known = error.name === "Error" ||
    /^(Usage|Data|Device|Model|Range|Type|Safetensors|Checkpoint|Numerical)Error$/.test(error.name);
  const place = placeIn(error);
  const where = place === undefined || first.includes(place) ? "" : `${printable(place)}: `;
  return `error: ${where}${known ? "" : `${error.name}: `}${first}`;
}

/** Runs a command with the process's arguments; where it fails, says why and ends the process. */
export async function runCommand(main: (args: readonly string[]) => Promise<void>): Promise<void> {
  try {
    await main(Deno.args);
  } catch (thrown) {
    const debug = Deno.env.has("DESCENT_DEBUG");
    tell(errorText(debug ? thrown : firstError(thrown), debug));
    Deno.exit(exitCode(firstError(thrown)));
  }
}

/** The most characters of an error. */
const MOST = 2000;

/** A text that may quote a file as a terminal can show it: control characters would be commands to it. */
function printable(text: string): string {
  const shown = text.replace(
    // deno-lint-ignore no-control-regex -- they are what is looked for
    /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return shown.length > MOST ? `${shown.slice(0, MOST)}...` : shown;
}
