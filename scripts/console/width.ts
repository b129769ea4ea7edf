/**
 * The width of the terminal.
 *
 * @module
 */

/** The fewest characters of a line that output is laid out for, and those of a line that goes to a file. */
export const WIDTH = 80;

/** Returns the width to lay output out for: that of the terminal, and at least {@linkcode WIDTH}. */
export function terminalWidth(): number {
  try {
    return Deno.stdout.isTerminal() ? Math.max(WIDTH, Deno.consoleSize().columns) : WIDTH;
  } catch {
    return WIDTH;
  }
}
