/**
 * The outermost eigenvalues of a symmetric matrix, by its products with vectors.
 *
 * @module
 */
import { checkNumber, checkOptions, type OptionNames } from "../options/mod.ts";
import { normal } from "../random/normal.ts";
import { Lanczos, ritzValues } from "./lanczos.ts";
import type { LinearOperator } from "./operator.ts";

/** How many eigenvalues, and how exactly. */
export interface EigenvalueOptions {
  /** How many eigenvalues, from the largest down: an integer of at least 1; 1 by default. */
  k?: number;
  /** Which end of the spectrum: `"largest"` by default, or `"smallest"`, from the smallest up. */
  which?: "largest" | "smallest";
  /**
   * The error bound of each eigenvalue, relative to the largest of all by magnitude, at which the method ends: above 0;
   * 1e-6 by default. The bound is the norm of the residual, `|A x - lambda x|`; the error itself is about its square.
   */
  tolerance?: number;
  /** The products with the matrix at most: an integer of at least `k`; 200 by default. */
  maxProducts?: number;
  /** Whether to return eigenvectors; `true` by default. */
  vectors?: boolean;
  /** Seed of the first vector; 0 by default. */
  seed?: number;
  /** The first vector instead, such as the eigenvector at an earlier point: it saves products. */
  start?: ArrayLike<number>;
}

const EIGENVALUE_OPTIONS = {
  k: false,
  which: ["largest", "smallest"],
  tolerance: false,
  maxProducts: false,
  vectors: "flag",
  seed: false,
  start: false,
} satisfies OptionNames<EigenvalueOptions>;

/** Eigenvalues, with how exact they are. */
export interface Eigenvalues {
  /** The eigenvalues, the outermost first. */
  readonly values: readonly number[];
  /** The unit eigenvectors in the same order; absent if they were not asked for. */
  readonly vectors?: readonly Float64Array[];
  /** The norm of each residual, `|A x - lambda x|`: an eigenvalue lies at most so far away. */
  readonly residuals: readonly number[];
  /** Whether every residual is within the tolerance. */
  readonly converged: boolean;
  /** The products with the matrix that were computed. */
  readonly products: number;
}

/**
 * Returns the outermost eigenvalues of a symmetric matrix by Lanczos' method, with full re-orthogonalization. Its memory is a
 * vector of float64 for each product, 8 bytes times `dimension` times `maxProducts` at most: 200 products of a model of a
 * million parameters take 1.6 GB.
 *
 * @throws {RangeError} when an option is out of its range, or a product is not finite.
 *
 * @example
 * ```ts
 * import { eigenvalues } from "./eigenvalues.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const diagonal = [5, 1, -3, 2];
 * const operator = {
 *   dimension: 4,
 *   apply: (v: ArrayLike<number>) => Promise.resolve(Float64Array.from(diagonal, (d, i) => d * v[i]!)),
 * };
 * const { values } = await eigenvalues(operator, { k: 2 });
 * assertAlmostEquals(values[0]!, 5, 1e-9);
 * assertAlmostEquals(values[1]!, 2, 1e-9);
 * ```
 *
 * @see Golub and Van Loan: Matrix Computations, section 10.1.
 */
export async function eigenvalues(
  operator: LinearOperator,
  options: EigenvalueOptions = {},
): Promise<Eigenvalues> {
  checkOptions("eigenvalues", options, EIGENVALUE_OPTIONS);
  const { k = 1, which = "largest", tolerance = 1e-6, maxProducts = 200, vectors = true, seed = 0 } = options;
  checkNumber("k", k, "an integer of at least 1");
  checkNumber("tolerance", tolerance, "a finite number above 0");
  checkNumber("maxProducts", maxProducts, "an integer of at least 1");
  if (k > operator.dimension) {
    throw new RangeError(`k must be at most the dimension ${operator.dimension} of the matrix, got ${k}`);
  }
  if (maxProducts < k) throw new RangeError(`maxProducts must be at least k, ${k}, got ${maxProducts}`);
  const start = options.start ?? normal({ seed, stream: "lanczos" }, operator.dimension);
  if (start.length !== operator.dimension) {
    throw new RangeError(`start must have ${operator.dimension} numbers, got ${start.length}`);
  }
  const lanczos = new Lanczos(operator, Float64Array.from(start));
  for (let steps = 1;; steps++) {
    await lanczos.step();
    const last = steps >= maxProducts || lanczos.isComplete;
    if (steps < k || (!last && steps % CHECKED !== 0)) continue;
    const { alpha, beta, basis } = lanczos.tridiagonal;
    const ritz = await ritzValues({ alpha, beta });
    const order = which === "largest" ? ritz.values.map((_, i) => i) : ritz.values.map((_, i) => i).reverse();
    const chosen = order.slice(0, k);
    const rest = lanczos.isComplete ? 0 : beta.at(-1)!;
    const residuals = chosen.map((i) => Math.abs(rest * ritz.vectors[i]!.at(-1)!));
    const scale = Math.max(...ritz.values.map(Math.abs));
    const converged = residuals.every((r) => r <= tolerance * scale);
    if (!converged && !last) continue;
    return {
      values: chosen.map((i) => ritz.values[i]!),
      ...(vectors ? { vectors: chosen.map((i) => combined(basis, ritz.vectors[i]!)) } : {}),
      residuals,
      converged,
      products: steps,
    };
  }
}

/** The small matrix is decomposed after so many steps. */
const CHECKED = 5;

/** Returns a sum of vectors with weights. */
function combined(basis: readonly Float64Array[], weights: readonly number[]): Float64Array {
  const sum = new Float64Array(basis[0]!.length);
  basis.forEach((v, k) => v.forEach((x, i) => sum[i]! += weights[k]! * x));
  return sum;
}
