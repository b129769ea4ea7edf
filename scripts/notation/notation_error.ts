/**
 * Errors that point at a character.
 *
 * @module
 */
import { UsageError } from "../console/mod.ts";

/** The most characters to show on each side of the place. */
const MOST = 50;

/** A text on the command line is wrong at some place: exit code 2. */
export class NotationError extends UsageError {
  override name = "NotationError";

  /** @param at the place in the text, from 0 */
  constructor(message: string, { text, at }: { text: string; at: number }) {
    super(message, { below: pointer(text, at) });
  }
}

/** Returns the text with a caret below the place; of a long text the part around it. */
function pointer(text: string, at: number): string {
  const from = at > MOST ? at - MOST : 0;
  const [before, after] = [from > 0 ? "…" : "", text.length > at + MOST ? "…" : ""];
  const shown = `${before}${text.slice(from, at + MOST)}${after}`;
  return `  ${shown}\n  ${" ".repeat(before.length + at - from)}^`;
}
