/**
 * Equations of Einsum.
 *
 * @module
 */

/** The terms of an equation: letters and `...` of each operand, and of the result. */
export interface Equation {
  /** One list an operand. */
  readonly inputs: readonly (readonly string[])[];
  /** The result's. */
  readonly output: readonly string[];
}

/**
 * Reads an equation such as `bij,bjk->bik`. Without an arrow the result has the ellipsis, where there is one, and then
 * every letter that occurs once, in alphabetical order.
 */
export function parseEquation(equation: string): Equation {
  const [left = "", right] = equation.replaceAll(" ", "").split("->");
  const letters = (term: string): string[] => term.match(/\.\.\.|[A-Za-z]/g) ?? [];
  const inputs = left.split(",").map(letters);
  if (right !== undefined) return { inputs, output: letters(right) };
  const all = inputs.flat();
  const once = [...new Set(all)].filter((l) => l !== "..." && all.indexOf(l) === all.lastIndexOf(l)).sort();
  return { inputs, output: all.includes("...") ? ["...", ...once] : once };
}
