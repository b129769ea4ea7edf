/**
 * Eigenbases of the matrices that a rule gathers, found once and then followed.
 *
 * @module
 */
import type { Graph, Value } from "../../onnx/mod.ts";
import type { FloatArray } from "../float_array.ts";
import type { Expr } from "../language/mod.ts";
import { orthogonalFactor } from "./householder.ts";
import { addIdentity, addOrthogonalFactor } from "./householder_graph.ts";
import { addEigenvectors, eigenvectors } from "./jacobi.ts";
import { asCondition, lazily } from "./lazily.ts";
import { addProduct, type Mode, modeKey, productOn } from "./modes.ts";

/** The largest matrix whose first basis is that of Jacobi's rotations: their time grows with the cube and more. */
const LARGEST = 128;

/** The iterations that find the first basis of a larger matrix, each of a product and a factorization. */
const ITERATIONS = 8;

/** A basis along an axis. */
export interface Axis {
  readonly mode: Mode;
  /** The symmetric matrix. */
  readonly gram: Expr;
  /** Its eigenvectors as columns. */
  readonly basis: Expr;
}

/** The updates at which bases are found, or found or followed: scalars, 1 at those, else 0. */
export interface When {
  readonly first: Expr;
  readonly due: Expr;
}

/**
 * Returns the basis after an update. Where `first` is 1 it is that of the eigenvectors, by falling eigenvalues; elsewhere
 * where `due` is 1, that of one step of orthogonal iteration from the basis before: its columns sorted by their
 * Rayleigh quotients, times the matrix, made orthogonal.
 */
export function nextBasis({ mode: { size }, gram, basis }: Axis, { first, due }: When): Expr {
  return lazily(due, basis, {
    name: `basis ${size}`,
    args: [first, gram, basis],
    host: (found, m, q) => found![0] === 0 ? followed(m!, q!, size) : firstOn(m!, size),
    graph: (g, found, m, q) =>
      g.if(
        asCondition(g, found!),
        (then) => [addFirst(then, m!, size)],
        (other) => [addFollowed(other, m!, { q: q!, n: size })],
      )[0]!,
  });
}

/** Returns a tensor in the coordinates of the bases before with the order that a refresh brings their columns into. */
export function reordered(x: Expr, axes: readonly Axis[], refresh: Expr): Expr {
  if (axes.length === 0) return x;
  return lazily(refresh, x, {
    name: `reordered ${keyOf(axes)}`,
    args: [x, ...axes.flatMap(({ gram, basis }) => [gram, basis])],
    host: (start, ...matrices) =>
      axes.reduce<FloatArray>(
        (y, { mode }, k) =>
          permuted(y, orderOf(matrices[2 * k]!, matrices[2 * k + 1]!, mode.size).order, mode),
        start!,
      ),
    graph: (g, start, ...matrices) =>
      axes.reduce((y, { mode: { before, size, after } }, k) => {
        const { order } = addOrder(g, matrices[2 * k]!, { q: matrices[2 * k + 1]!, n: size });
        const sorted = g.gather(g.reshape(y, [before, size, after]), order, { axis: 1 });
        return g.reshape(sorted, [...x.shape]);
      }, start!),
  });
}

/** Returns a tensor in the coordinates of other bases, at a refresh; at others it is as before. */
export function rebased(x: Expr, axes: readonly (Axis & { readonly next: Expr })[], refresh: Expr): Expr {
  if (axes.length === 0) return x;
  return lazily(refresh, x, {
    name: `rebased ${keyOf(axes)}`,
    args: [x, ...axes.flatMap(({ basis, next }) => [basis, next])],
    host: (start, ...bases) =>
      axes.reduce<FloatArray>(
        (y, { mode }, k) =>
          productOn(productOn(y, bases[2 * k]!, mode, true), bases[2 * k + 1]!, mode, false),
        start!,
      ),
    graph: (g, start, ...bases) =>
      axes.reduce((y, { mode }, k) => {
        const plain = addProduct(g, y, bases[2 * k]!, { mode, back: true });
        return addProduct(g, plain, bases[2 * k + 1]!, { mode, back: false });
      }, start!),
  });
}

function keyOf(axes: readonly Axis[]): string {
  return axes.map(({ mode }) => modeKey(mode)).join(", ");
}

/** Computes all eigenvectors on the host, as columns by falling eigenvalues; those of a large matrix approximately. */
export function firstOn(m: FloatArray, n: number): FloatArray {
  // Rotations lose some of the orthogonality to rounding.
  if (n <= LARGEST) return orthogonalFactor(eigenvectors(m, n), n);
  let q: FloatArray = Float64Array.from({ length: n * n }, (_, k) => (k % (n + 1) === 0 ? 1 : 0));
  for (let i = 0; i < ITERATIONS; i++) q = followed(m, q, n);
  return q;
}

/** Writes all eigenvectors into a graph. */
export function addFirst(g: Graph, m: Value, n: number): Value {
  if (n <= LARGEST) return addOrthogonalFactor(g, addEigenvectors(g, m, n), n);
  const { states: [q] } = g.scan({
    states: [addIdentity(g, m.dtype, n)],
    scanned: [g.constant(new Array<number>(ITERATIONS).fill(0))],
    body: (step, [q]) => ({ states: [addFollowed(step, m, { q: q!, n })], outputs: [] }),
  });
  return q!;
}

function followed(m: FloatArray, q: FloatArray, n: number): FloatArray {
  const { order, product } = orderOf(m, q, n);
  return orthogonalFactor(permuted(product, order, { before: n, size: n, after: 1 }), n);
}

function addFollowed(g: Graph, m: Value, { q, n }: { q: Value; n: number }): Value {
  const { order, product } = addOrder(g, m, { q, n });
  return addOrthogonalFactor(g, g.gather(product, order, { axis: 1 }), n);
}

/** Returns the columns by falling Rayleigh quotients, and the matrix times the basis. */
function orderOf(m: FloatArray, q: FloatArray, n: number): { order: number[]; product: FloatArray } {
  const product = productOn(q, m, { before: 1, size: n, after: n }, true);
  const scores = new Float64Array(n);
  product.forEach((x, k) => (scores[k % n]! += x * q[k]!));
  const order = Array.from(scores.keys()).sort((i, j) => scores[j]! - scores[i]! || i - j);
  return { order, product };
}

function addOrder(g: Graph, m: Value, { q, n }: { q: Value; n: number }): { order: Value; product: Value } {
  const product = g.matMul(m, q);
  const [, order] = g.topK(g.reduceSum(g.mul(q, product), [0], { keepdims: false }), [n]);
  return { order, product };
}

function permuted(x: FloatArray, order: readonly number[], { before, size, after }: Mode): Float64Array {
  const out = new Float64Array(x.length);
  for (let p = 0; p < before; p++) {
    order.forEach((from, to) => {
      for (let q = 0; q < after; q++) out[(p * size + to) * after + q] = x[(p * size + from) * after + q]!;
    });
  }
  return out;
}
