/**
 * Random estimates of a symmetric matrix: its trace, Frobenius norm and diagonal.
 *
 * @module
 */
import { checkNumber, checkOptions, type OptionNames } from "../options/mod.ts";
import { randomBits } from "../random/random_bits.ts";
import type { LinearOperator } from "./operator.ts";
import { dot } from "./vectors.ts";

/** How many random vectors, and which. */
export interface EstimateOptions {
  /** Random vectors of entries 1 and -1: an integer of at least 1; 30 by default. */
  probes?: number;
  /** Seed of the vectors; 0 by default. */
  seed?: number;
}

const ESTIMATE_OPTIONS = { probes: false, seed: false } satisfies OptionNames<EstimateOptions>;

/** A random estimate. */
export interface Estimate {
  /** The estimate. */
  readonly value: number;
  /** Its standard error; NaN with one probe. */
  readonly standardError: number;
}

/** Estimates of a matrix from the same products. */
export interface MatrixEstimates {
  /** The sum of the eigenvalues. */
  readonly trace: Estimate;
  /** The root of the sum of their squares. */
  readonly frobenius: Estimate;
  /** The diagonal, `E[z * A z]`. */
  readonly diagonal: Float64Array;
}

/**
 * Estimates trace, Frobenius norm and diagonal of a symmetric matrix by Hutchinson's method: `E[z'A z]`, `E[|A z|^2]` and
 * `E[z * A z]` over random signs `z`.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { matrixEstimates } from "./estimates.ts";
 * import { assertEquals } from "@std/assert";
 * const diagonal = [3, -1, 2];
 * const operator = {
 *   dimension: 3,
 *   apply: (v: ArrayLike<number>) => Promise.resolve(Float64Array.from(diagonal, (d, i) => d * v[i]!)),
 * };
 * const { trace, diagonal: found } = await matrixEstimates(operator, { probes: 2 });
 * assertEquals([trace.value, [...found]], [4, diagonal]);
 * ```
 *
 * @see Hutchinson: A stochastic estimator of the trace of the influence matrix, 1990.
 */
export async function matrixEstimates(
  operator: LinearOperator,
  options: EstimateOptions = {},
): Promise<MatrixEstimates> {
  checkOptions("matrixEstimates", options, ESTIMATE_OPTIONS);
  const { probes = 30, seed = 0 } = options;
  checkNumber("probes", probes, "an integer of at least 1");
  const traces: number[] = [];
  const squares: number[] = [];
  const diagonal = new Float64Array(operator.dimension);
  for (let p = 0; p < probes; p++) {
    const bits = randomBits({ seed, stream: `sign ${p}` }, operator.dimension);
    const z = Float64Array.from(bits, (b) => (b & 1 ? 1 : -1));
    const product = await operator.apply(z);
    traces.push(dot(z, product));
    squares.push(dot(product, product));
    product.forEach((v, i) => diagonal[i]! += v * z[i]! / probes);
  }
  const square = estimateOf(squares);
  const value = Math.sqrt(square.value);
  return {
    trace: estimateOf(traces),
    // The root's error by its slope.
    frobenius: { value, standardError: square.standardError / (2 * value) },
    diagonal,
  };
}

function estimateOf(values: readonly number[]): Estimate {
  const n = values.length;
  const value = values.reduce((a, b) => a + b, 0) / n;
  const variance = values.reduce((sum, v) => sum + (v - value) ** 2, 0) / (n - 1);
  return { value, standardError: Math.sqrt(variance / n) };
}

/** The most rows for which the whole matrix is computed. */
const MOST_ROWS = 10_000;

/**
 * Returns the whole matrix, row by row, by a product with each unit vector: for small matrices.
 *
 * @throws {RangeError} when it has more than 10,000 rows.
 *
 * @example
 * ```ts
 * import { denseMatrix } from "./estimates.ts";
 * import { assertEquals } from "@std/assert";
 * const apply = (v: ArrayLike<number>) => Promise.resolve(Float64Array.of(2 * v[0]! + v[1]!, v[0]!));
 * assertEquals((await denseMatrix({ dimension: 2, apply })).map((row) => [...row]), [[2, 1], [1, 0]]);
 * ```
 */
export async function denseMatrix(operator: LinearOperator): Promise<Float64Array[]> {
  const { dimension } = operator;
  if (dimension > MOST_ROWS) {
    throw new RangeError(
      `a whole matrix has at most ${MOST_ROWS} rows here, got ${dimension}: use its products`,
    );
  }
  const rows: Float64Array[] = [];
  for (let i = 0; i < dimension; i++) {
    const unit = new Float64Array(dimension);
    unit[i] = 1;
    rows.push(await operator.apply(unit));
  }
  return rows;
}
