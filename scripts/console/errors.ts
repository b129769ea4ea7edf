/**
 * Errors as users see them: one line that says what was wrong and what would be right. Below it may stand the text that is
 * meant, with a caret.
 *
 * @module
 */
import { DescentError } from "../../options/mod.ts";
import { firstError } from "./first_error.ts";
import { Interrupted } from "./interrupts.ts";
import { tell } from "./output.ts";
import { placeIn } from "./own_code.ts";

/** The command line is wrong: exit code 2. */
export class UsageError extends DescentError {
  override name = "UsageError";
  /** Lines to print below the message, such as a text with a caret below the place. */
  readonly below: string | undefined;

  constructor(message: string, { below, ...options }: ErrorOptions & { below?: string | undefined } = {}) {
    super(message, options);
    this.below = below;
  }
}

/** Returns the exit code for an error: 2 for a wrong command line, 128 + n after signal n, 1 for anything else. */
export function exitCode(error: unknown): number {
  if (error instanceof Interrupted) return error.exitCode;
  return error instanceof UsageError ? 2 : 1;
}

/** The names of errors whose message suffices, besides those of the library. */
const PLAIN = [Error, RangeError, TypeError].map((c) => c.name);

/** Returns an error as one line, and what stands below it; with `debug`, as everything known about it, stack included. */
export function errorText(error: unknown, debug: boolean): string {
  if (!(error instanceof Error)) return `error: ${String(error)}`;
  if (debug) return `error: ${Deno.inspect(error)}`;
  const first = printable(error.message.split("\n")[0]!);
  if (error instanceof Interrupted) return first;
  const known = error instanceof DescentError || PLAIN.includes(error.name);
  const place = placeIn(error);
  const where = place === undefined || first.includes(place) ? "" : `${printable(place)}: `;
  const below = error instanceof UsageError && error.below !== undefined
    ? `\n${error.below.split("\n").map(printable).join("\n")}`
    : "";
  return `error: ${where}${known ? "" : `${error.name}: `}${first}${below}`;
}

/** Runs a command with the process's arguments. If it fails, prints why and ends the process with an exit code. */
export async function runCommand(main: (args: readonly string[]) => Promise<void>): Promise<void> {
  try {
    await main(Deno.args);
  } catch (thrown) {
    const debug = Deno.env.has("DESCENT_DEBUG");
    tell(errorText(debug ? thrown : firstError(thrown), debug));
    Deno.exit(exitCode(firstError(thrown)));
  }
}

/** The longest error to print, in characters. */
const MOST = 2000;

/** Escapes control characters, which a terminal would execute: the text may quote a file. */
function printable(text: string): string {
  const shown = text.replace(
    // deno-lint-ignore no-control-regex -- they are what is looked for
    /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return shown.length > MOST ? `${shown.slice(0, MOST)}...` : shown;
}
