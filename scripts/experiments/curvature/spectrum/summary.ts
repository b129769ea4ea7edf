/**
 * A spectrum in a few numbers.
 *
 * @module
 */
import type { Spectrum } from "./data.ts";

/** Eigenvalues whose magnitude is below this share of the largest belong to the bulk about 0. */
export const NEAR = 0.05;

/**
 * Returns how many of the largest eigenvalues stand out: those before the largest ratio of one of them to the next, of the
 * ones above 0; 0 if fewer than two are.
 */
export function outliersOf({ values }: Pick<Spectrum, "values">): number {
  const positive = values.filter((v) => v > 0);
  const gaps = positive.slice(1).map((v, i) => Math.log(positive[i]! / v));
  return gaps.length === 0 ? 0 : 1 + gaps.indexOf(Math.max(...gaps));
}

/** Returns the share of the spectrum whose magnitude is below {@linkcode NEAR} of the largest eigenvalue. */
export function bulkOf({ values, nodes, weights }: Pick<Spectrum, "values" | "nodes" | "weights">): number {
  const bound = NEAR * values[0]!;
  return weights.reduce((sum, w, i) => sum + (Math.abs(nodes[i]!) < bound ? w : 0), 0);
}
