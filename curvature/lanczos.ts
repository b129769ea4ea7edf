/**
 * Lanczos' method: a symmetric matrix by a small tridiagonal one.
 *
 * @module
 */
import { importMatrix } from "../deps.ts";
import type { LinearOperator } from "./operator.ts";
import { dot, norm, plus, scaled } from "./vectors.ts";

/** The tridiagonal matrix of Lanczos' method, and its basis. */
export interface Tridiagonal {
  /** The diagonal. */
  readonly alpha: readonly number[];
  /** The numbers beside the diagonal, one less; then the norm of what is left, which a further step would begin with. */
  readonly beta: readonly number[];
  /** The orthonormal vectors, one for each step. */
  readonly basis: readonly Float64Array[];
}

/** A tridiagonal matrix that grows by a step at a time. */
export class Lanczos {
  readonly #alpha: number[] = [];
  readonly #beta: number[] = [];
  readonly #basis: Float64Array[] = [];
  #next: Float64Array;

  /** @param start the first direction; it need not be normalized */
  constructor(readonly operator: LinearOperator, start: Float64Array) {
    const length = norm(start);
    if (!(length > 0)) throw new RangeError("the first vector of Lanczos' method must not be 0");
    this.#next = scaled(start, 1 / length);
  }

  /** The matrix so far. */
  get tridiagonal(): Tridiagonal {
    return { alpha: this.#alpha, beta: this.#beta, basis: this.#basis };
  }

  /** Whether the basis spans all that the start can reach: no further step is possible. */
  get isComplete(): boolean {
    const last = this.#beta.at(-1);
    if (last === undefined) return false;
    const scale = Math.max(...this.#alpha.map(Math.abs), ...this.#beta.map(Math.abs));
    return this.#basis.length >= this.operator.dimension || last <= SMALL * scale;
  }

  /** Multiplies with the matrix once more. Every vector is made orthogonal to all before it, twice. */
  async step(): Promise<void> {
    const v = this.#next;
    this.#basis.push(v);
    let w = await this.operator.apply(v);
    if (!w.every(Number.isFinite)) throw new RangeError("a product of the matrix is not finite");
    this.#alpha.push(dot(w, v));
    for (let pass = 0; pass < 2; pass++) {
      for (const u of this.#basis) w = plus(w, u, -dot(w, u));
    }
    const left = norm(w);
    this.#beta.push(left);
    this.#next = scaled(w, left > 0 ? 1 / left : 0);
  }
}

/** A rest below this share of the largest number of the matrix is rounding. */
const SMALL = 1e-10;

/** The eigenvalues of a tridiagonal matrix, in falling order, each with its unit vector. */
export interface RitzValues {
  readonly values: readonly number[];
  readonly vectors: readonly (readonly number[])[];
}

/** Returns the eigenvalues and vectors of a tridiagonal matrix. */
export async function ritzValues({ alpha, beta }: Pick<Tridiagonal, "alpha" | "beta">): Promise<RitzValues> {
  const { EigenvalueDecomposition } = await importMatrix();
  const rows = alpha.map((a, i) =>
    alpha.map((_, j) => (i === j ? a : Math.abs(i - j) === 1 ? beta[Math.min(i, j)]! : 0))
  );
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(rows, { assumeSymmetric: true });
  const order = realEigenvalues.map((_, i) => i).sort((a, b) => realEigenvalues[b]! - realEigenvalues[a]!);
  return {
    values: order.map((i) => realEigenvalues[i]!),
    vectors: order.map((i) => eigenvectorMatrix.getColumn(i)),
  };
}
