/**
 * Eigenvectors of a symmetric matrix by Jacobi's rotations, on the host and in a graph: each round rotates every row in
 * one of `n / 2` pairs, and after `n - 1` rounds each pair has met once.
 *
 * @module
 */
import type { Graph, Value } from "../../onnx/mod.ts";
import type { FloatArray } from "../float_array.ts";
import { addIdentity, integers, numbers } from "./householder_graph.ts";

/** The rounds over all pairs: the error is squared in each of the last ones. */
const SWEEPS = 10;

/** Returns, for each row of the next round, the row of this one: the first stays, the others go round. */
function successors(n: number): number[] {
  const half = n / 2;
  const ring = [
    ...Array.from({ length: half - 1 }, (_, i) => i + 1),
    ...Array.from({ length: half }, (_, i) => n - 1 - i),
  ];
  const next = Array.from({ length: n }, (_, i) => i);
  ring.forEach((place, i) => (next[place] = ring[(i + ring.length - 1) % ring.length]!));
  return next;
}

const even = (n: number) => n + n % 2;

/** Returns the eigenvectors as columns, by falling eigenvalues. */
export function eigenvectors(matrix: FloatArray, n: number): Float64Array {
  const size = even(n);
  let a = new Float64Array(size * size);
  let q = new Float64Array(size * size);
  for (let i = 0; i < size; i++) q[i * size + i] = 1;
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) a[i * size + j] = matrix[i * n + j]!;
  const next = successors(size);
  for (let round = 0; round < SWEEPS * (size - 1); round++) {
    const [c, s] = rotations(a, size);
    a = rotated(transposed(rotated(a, { c, s, next, size }), size), { c, s, next, size });
    q = rotated(q, { c, s, next, size });
  }
  // A padded row is zero, and stays so: its vector is the last unit vector.
  const rows = Array.from({ length: size }, (_, i) => i).filter((i) => size === n || q[i * size + n] !== 1);
  const order = rows.sort((i, j) => a[j * size + j]! - a[i * size + i]! || i - j);
  const out = new Float64Array(n * n);
  order.slice(0, n).forEach((row, j) => {
    for (let i = 0; i < n; i++) out[i * n + j] = q[row * size + i]!;
  });
  return out;
}

/** Returns cosines and sines of the rotations that clear the elements between row `i` and row `i + n / 2`. */
function rotations(a: Float64Array, n: number): [Float64Array, Float64Array] {
  const half = n / 2;
  const [c, s] = [new Float64Array(half), new Float64Array(half)];
  for (let i = 0; i < half; i++) {
    const k = i + half;
    const apart = a[i * n + k]!;
    const tau = (a[k * n + k]! - a[i * n + i]!) / (2 * apart);
    const t = apart === 0 ? 0 : (tau >= 0 ? 1 : -1) / (Math.abs(tau) + Math.sqrt(1 + tau * tau));
    c[i] = 1 / Math.sqrt(1 + t * t);
    s[i] = t * c[i]!;
  }
  return [c, s];
}

/** Returns the rows after the rotations, in the order of the next round. */
function rotated(
  a: Float64Array,
  { c, s, next, size }: { c: Float64Array; s: Float64Array; next: readonly number[]; size: number },
): Float64Array<ArrayBuffer> {
  const half = size / 2;
  const out = new Float64Array(size * size);
  for (let row = 0; row < size; row++) {
    const from = next[row]!;
    const i = from % half;
    for (let j = 0; j < size; j++) {
      const [top, bottom] = [a[i * size + j]!, a[(i + half) * size + j]!];
      out[row * size + j] = from < half ? c[i]! * top - s[i]! * bottom : s[i]! * top + c[i]! * bottom;
    }
  }
  return out;
}

function transposed(a: Float64Array, n: number): Float64Array {
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) out[j * n + i] = a[i * n + j]!;
  return out;
}

/** Writes the eigenvectors of a symmetric matrix into a graph, as columns by falling eigenvalues. */
export function addEigenvectors(g: Graph, a: Value, n: number): Value {
  const { dtype } = a;
  const size = even(n);
  const half = size / 2;
  const padded = size === n ? a : g.pad(a, [0, 0, 1, 1]);
  const rounds = numbers(g, dtype, new Array<number>(SWEEPS * (size - 1)).fill(0));
  const { states: [values, vectors] } = g.scan({
    states: [padded, addIdentity(g, dtype, size)],
    scanned: [rounds],
    body(step, [a, q]) {
      const flat = step.reshape(a!, [size * size]);
      const at = (place: (i: number) => number) =>
        step.gather(flat, integers(step, Array.from({ length: half }, (_, i) => place(i))));
      const top = at((i) => i * size + i);
      const bottom = at((i) => (i + half) * size + i + half);
      const apart = at((i) => i * size + i + half);
      const [zero, one] = [step.constant(0, dtype), step.constant(1, dtype)];
      const none = step.equal(apart, zero);
      const tau = step.div(step.sub(bottom, top), step.mul(step.where(none, one, apart), 2));
      const sign = step.where(step.greaterOrEqual(tau, zero), one, step.neg(one));
      const root = step.sqrt(step.add(step.mul(tau, tau), 1));
      const t = step.where(none, zero, step.div(sign, step.add(step.abs(tau), root)));
      const cosine = step.div(one, step.sqrt(step.add(step.mul(t, t), 1)));
      const c = step.reshape(cosine, [half, 1]);
      const s = step.mul(step.reshape(t, [half, 1]), c);
      const rotate = (x: Value) => {
        const [up, down] = [step.slice(x, [0], [half], [0]), step.slice(x, [half], [size], [0])];
        const rows = step.concat([
          step.sub(step.mul(c, up), step.mul(s, down)),
          step.add(step.mul(s, up), step.mul(c, down)),
        ], { axis: 0 });
        return step.gather(rows, integers(step, successors(size)), { axis: 0 });
      };
      return { states: [rotate(step.transpose(rotate(a!), { perm: [1, 0] })), rotate(q!)], outputs: [] };
    },
  });
  const diagonal = g.gather(
    g.reshape(values!, [size * size]),
    integers(g, Array.from({ length: size }, (_, i) => i * size + i)),
  );
  // The padded row comes last.
  const scores = size === n ? diagonal : addWithoutPadding(g, { diagonal, vectors: vectors!, n });
  const [, order] = g.topK(scores, [n]);
  const kept = g.slice(g.gather(vectors!, order, { axis: 0 }), [0], [n], [1]);
  return g.transpose(kept, { perm: [1, 0] });
}

/** Returns the eigenvalues with that of the padded row, the one whose vector has a last element, below all others. */
function addWithoutPadding(
  g: Graph,
  { diagonal, vectors, n }: { diagonal: Value; vectors: Value; n: number },
): Value {
  const last = g.gather(vectors, g.constant(n, "int64"), { axis: 1 });
  return g.where(g.equal(last, 1), g.constant(-Infinity, diagonal.dtype), diagonal);
}
