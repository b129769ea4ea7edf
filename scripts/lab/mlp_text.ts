/**
 * The sizes of a perceptron in words.
 *
 * @module
 */
import type { Parts } from "./tasks/mod.ts";

/** Returns the layers of a perceptron on the parts of a data set: `MLP 64-32-10`. */
export function mlpText(
  { features, classes }: Pick<Parts, "features" | "classes">,
  hidden: readonly number[],
): string {
  return `MLP ${[features, ...hidden, classes].join("-")}`;
}
