/**
 * The scatter that the number of seeds is chosen by.
 *
 * @module
 */
import { deviation } from "../../stats/mod.ts";

/** The standard deviation of the size of a standard normal number. */
const FOLDED = Math.sqrt(1 - 2 / Math.PI);

/**
 * Returns a standard deviation of differences that depends on their sizes alone, not on their signs. A number of seeds
 * that is chosen by it leaves all signs equally likely if there is no difference, so the sign-flip test over the pilot
 * and the rest keeps its level exactly. It is that of normal differences around 0, and up to 1.66 times that of
 * differences far from 0: those need fewer seeds than it asks for.
 *
 * By the deviation around their mean, which depends on the signs, a test at 5 % rejected up to 6.3 % of 20,000 samples
 * without a difference.
 */
export function scatterOf(differences: readonly number[]): number {
  const square = differences.reduce((sum, d) => sum + d * d, 0) / differences.length;
  return Math.min(Math.sqrt(square), deviation(differences.map(Math.abs)) / FOLDED);
}
