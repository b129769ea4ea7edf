/**
 * The orthogonal factor of a square matrix by Householder's reflections, in a graph.
 *
 * A panel of columns is reduced column by column; its reflections then apply to all others at once, as
 * `I - V T V'` with a triangular `T`: matrix products, which are fast.
 *
 * @module
 */
import type { DType, Graph, Value } from "../../onnx/mod.ts";
import { tensor } from "../../onnx/tensor/mod.ts";
import { LEAST } from "./householder.ts";

/** The columns of a panel; the least size that has several panels is twice that. */
const PANEL = 32;

/** Writes the orthogonal factor `Q` of `A = Q R` into a graph. */
export function addOrthogonalFactor(g: Graph, a: Value, n: number): Value {
  const dtype = a.dtype;
  const panel = n < 2 * PANEL ? n : PANEL;
  const panels = Math.ceil(n / panel);
  const size = panel * panels;
  const identity = addIdentity(g, dtype, size);
  if (panels === 1) {
    const { v, t } = addPanel(g, a, { rows: size, columns: panel, start: g.constant(0, dtype), dtype });
    return g.sub(identity, g.matMul(v, g.matMul(t, turned(g, v))));
  }
  const padded = size === n ? a : g.pad(a, [0, 0, size - n, size - n]);
  const starts = numbers(g, dtype, Array.from({ length: panels }, (_, k) => k * panel));
  const { states: [, q] } = g.scan({
    states: [padded, identity],
    scanned: [starts],
    body(step, [rest, q], [start]) {
      const within = integers(step, Array.from({ length: panel }, (_, j) => j));
      const columns = step.add(step.cast(start!, { to: "int64" }), within);
      const { v, t } = addPanel(step, step.gather(rest!, columns, { axis: 1 }), {
        rows: size,
        columns: panel,
        start: start!,
        dtype,
      });
      const reduced = step.matMul(v, step.matMul(turned(step, t), step.matMul(turned(step, v), rest!)));
      const product = step.matMul(step.matMul(step.matMul(q!, v), t), turned(step, v));
      return { states: [step.sub(rest!, reduced), step.sub(q!, product)], outputs: [] };
    },
  });
  return size === n ? q! : g.slice(q!, [0, 0], [n, n], [0, 1]);
}

/** Returns the matrix with rows and columns exchanged. */
function turned(g: Graph, x: Value): Value {
  return g.transpose(x, { perm: [1, 0] });
}

/** Reduces a panel whose diagonal begins at row `start`: its reflections are `I - V T V'`. */
function addPanel(
  g: Graph,
  panel: Value,
  { rows, columns, start, dtype }: { rows: number; columns: number; start: Value; dtype: DType },
): { v: Value; t: Value } {
  const zeros = (n: number) => g.expand(g.constant(0, dtype), [n, columns]);
  const index = numbers(g, dtype, Array.from({ length: rows }, (_, i) => i), [rows, 1]);
  const units = addIdentity(g, dtype, columns);
  const offsets = numbers(g, dtype, Array.from({ length: columns }, (_, j) => j));
  const { states: [, v, t] } = g.scan({
    states: [panel, zeros(rows), zeros(columns)],
    scanned: [offsets, units],
    body(step, [rest, v, t], [offset, unit]) {
      const across = step.reshape(unit!, [1, columns]);
      const down = step.reshape(unit!, [columns, 1]);
      const row = step.add(start, offset!);
      const x = step.matMul(rest!, down);
      const next = addReflector(step, { x, index, row, dtype });
      const reflected = step.mul(next, step.matMul(turned(step, next), rest!));
      const products = step.matMul(t!, step.matMul(turned(step, v!), next));
      const column = step.mul(step.sub(down, products), 2);
      return {
        states: [
          step.sub(rest!, step.mul(reflected, 2)),
          step.add(v!, step.mul(next, across)),
          step.add(t!, step.mul(column, across)),
        ],
        outputs: [],
      };
    },
  });
  return { v: v!, t: t! };
}

/** Writes the unit vector whose reflection clears a column below a row; zero if the column is. */
function addReflector(
  g: Graph,
  { x, index, row, dtype }: { x: Value; index: Value; row: Value; dtype: DType },
): Value {
  const zero = g.constant(0, dtype);
  const below = g.where(g.greaterOrEqual(index, row), x, zero);
  const most = g.reduceMax(g.abs(below), [0], { keepdims: true });
  const counts = g.not(g.lessOrEqual(most, LEAST));
  const scaled = g.div(below, g.where(counts, most, g.constant(1, dtype)));
  const length = (y: Value) => g.sqrt(g.reduceSum(g.mul(y, y), [0], { keepdims: true }));
  const here = g.equal(index, row);
  const signed = g.where(g.greaterOrEqual(scaled, zero), length(scaled), g.neg(length(scaled)));
  const mirror = g.add(scaled, g.where(here, signed, zero));
  return g.where(counts, g.div(mirror, length(mirror)), zero);
}

/** Writes the identity matrix: from its indices, since a constant of its size would be stored in the model. */
export function addIdentity(g: Graph, dtype: DType, n: number): Value {
  const index = numbers(g, dtype, Array.from({ length: n }, (_, i) => i));
  return g.cast(g.equal(g.reshape(index, [n, 1]), index), { to: dtype });
}

/** Returns a constant tensor. */
export function numbers(
  g: Graph,
  dtype: DType,
  values: readonly number[],
  shape: readonly number[] = [values.length],
): Value {
  const data = dtype === "float64" ? Float64Array.from(values) : Float32Array.from(values);
  return g.constant(tensor(data, shape));
}

/** Returns a constant list of indices. */
export function integers(g: Graph, values: readonly number[]): Value {
  return g.constant(tensor(BigInt64Array.from(values, BigInt), [values.length]));
}
