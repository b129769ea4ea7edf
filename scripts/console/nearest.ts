/**
 * Suggests names instead of unknown ones.
 *
 * @module
 */
import { closest, distance } from "fastest-levenshtein";

/** Returns ` Did you mean "adam"?` for the nearest choice, or an empty text if none is near. */
export function didYouMean(name: string, choices: readonly string[]): string {
  if (choices.length === 0) return "";
  const best = closest(name, choices);
  return distance(name, best) <= Math.max(2, Math.floor(name.length / 2)) ? ` Did you mean "${best}"?` : "";
}
