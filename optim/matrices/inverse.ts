/**
 * Inverses of symmetric positive definite matrices, by elimination: on the host and in a graph.
 *
 * @module
 */
import type { Graph, Value } from "../../onnx/mod.ts";
import type { FloatArray } from "../float_array.ts";
import { addIdentity, numbers } from "./householder_graph.ts";

/** The rows that are eliminated at once; the least size that has several blocks is twice that. */
const BLOCK = 32;

/** Computes the inverse on the host, by Gauss and Jordan's elimination along the diagonal, which needs no exchanges. */
export function inverseOn(a: FloatArray, n: number): Float64Array {
  const m = Float64Array.from(a);
  for (let k = 0; k < n; k++) {
    const pivot = 1 / m[k * n + k]!;
    const row = m.subarray(k * n, k * n + n);
    row[k] = 1;
    for (let j = 0; j < n; j++) row[j]! *= pivot;
    for (let i = 0; i < n; i++) {
      if (i === k) continue;
      const factor = m[i * n + k]!;
      m[i * n + k] = 0;
      for (let j = 0; j < n; j++) m[i * n + j]! -= factor * row[j]!;
    }
  }
  return m;
}

/**
 * Writes the inverse into a graph. Each step eliminates the first rows and moves them behind the others, so that all steps
 * are the same and the order at the end is that at the beginning.
 */
export function addInverse(g: Graph, a: Value, n: number): Value {
  const block = n < 2 * BLOCK ? 1 : BLOCK;
  const steps = Math.ceil(n / block);
  const size = steps * block;
  if (size === 1) return g.reciprocal(a);
  const { states: [inverse] } = g.scan({
    states: [size === n ? a : padded(g, a, { n, size })],
    scanned: [numbers(g, a.dtype, new Array<number>(steps).fill(0))],
    body: (step, [m]) => ({ states: [eliminated(step, m!, { size, block })], outputs: [] }),
  });
  return size === n ? inverse! : g.slice(inverse!, [0, 0], [n, n], [0, 1]);
}

/** Returns the matrix with rows and columns of the identity behind its own. */
function padded(g: Graph, a: Value, { n, size }: { n: number; size: number }): Value {
  const added = numbers(g, a.dtype, Array.from({ length: size }, (_, i) => (i < n ? 0 : 1)));
  return g.add(g.pad(a, [0, 0, size - n, size - n]), g.mul(addIdentity(g, a.dtype, size), added));
}

function eliminated(g: Graph, m: Value, { size, block }: { size: number; block: number }): Value {
  const part = (rows: readonly [number, number], columns: readonly [number, number]) =>
    g.slice(m, [rows[0], columns[0]], [rows[1], columns[1]], [0, 1]);
  const [first, rest] = [[0, block], [block, size]] as const;
  const pivot = addInverse(g, part(first, first), block);
  const row = g.matMul(pivot, part(first, rest));
  const column = part(rest, first);
  const top = [g.sub(part(rest, rest), g.matMul(column, row)), g.neg(g.matMul(column, pivot))];
  return g.concat([g.concat(top, { axis: 1 }), g.concat([row, pivot], { axis: 1 })], { axis: 0 });
}
