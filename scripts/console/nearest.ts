/**
 * Suggestions for names that are not known.
 *
 * @module
 */
import { closest, distance } from "fastest-levenshtein";

/** ` Did you mean "adam"?`, where a choice is near enough; else an empty text. */
export function didYouMean(name: string, choices: readonly string[]): string {
  if (choices.length === 0) return "";
  const best = closest(name, choices);
  return distance(name, best) <= Math.max(2, Math.floor(name.length / 2)) ? ` Did you mean "${best}"?` : "";
}
