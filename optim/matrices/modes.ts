/**
 * Products of a tensor with a matrix along one axis, and products of a tensor with itself over all other axes.
 *
 * @module
 */
import type { Graph, Value } from "../../onnx/mod.ts";
import { sizeOf, type StaticShape } from "../../onnx/tensor/mod.ts";
import type { FloatArray } from "../float_array.ts";
import type { Expr } from "../language/mod.ts";

/** An axis of a tensor: the number of elements before it, its size, and the number after it. */
export interface Mode {
  readonly before: number;
  readonly size: number;
  readonly after: number;
}

/** Returns an axis of a shape. */
export function modeOf(shape: StaticShape, axis: number): Mode {
  return { before: sizeOf(shape.slice(0, axis)), size: shape[axis]!, after: sizeOf(shape.slice(axis + 1)) };
}

/** Returns a text that equal axes share. */
export function modeKey({ before, size, after }: Mode): string {
  return `${before} ${size} ${after}`;
}

/** Returns a tensor times a square matrix along an axis; `back`, times the transposed matrix. */
export function modeProduct(x: Expr, m: Expr, mode: Mode, back = false): Expr {
  return {
    op: "whole",
    name: `modeProduct ${modeKey(mode)} ${back} ${x.shape}`,
    args: [x, m],
    shape: x.shape,
    host: (a, b) => productOn(a!, b!, mode, back),
    graph: (g, a, b) => addProduct(g, a!, b!, { mode, back }),
  };
}

/** Returns the products of all pairs of slices along an axis: a square matrix. */
export function modeGram(x: Expr, mode: Mode): Expr {
  return {
    op: "whole",
    name: `modeGram ${modeKey(mode)}`,
    args: [x],
    shape: [mode.size, mode.size],
    host: (a) => gramOn(a!, mode),
    graph: (g, a) => addGram(g, a!, mode),
  };
}

/** Computes a product along an axis on the host. */
export function productOn(
  x: FloatArray,
  m: FloatArray,
  { before, size, after }: Mode,
  back: boolean,
): Float64Array {
  const out = new Float64Array(x.length);
  for (let p = 0; p < before; p++) {
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) {
        const c = back ? m[j * size + i]! : m[i * size + j]!;
        const [from, to] = [(p * size + i) * after, (p * size + j) * after];
        for (let q = 0; q < after; q++) out[to + q]! += c * x[from + q]!;
      }
    }
  }
  return out;
}

/** Writes a product along an axis into a graph. */
export function addProduct(
  g: Graph,
  x: Value,
  m: Value,
  { mode: { before, size, after }, back }: { mode: Mode; back: boolean },
): Value {
  const turned = () => g.transpose(m, { perm: [1, 0] });
  const product = after === 1
    ? g.matMul(shaped(g, x, [before, size]), back ? turned() : m)
    : g.matMul(back ? m : turned(), shaped(g, x, before === 1 ? [size, after] : [before, size, after]));
  return shaped(g, product, x.shape as StaticShape);
}

/** Computes the products of all pairs of slices on the host. */
export function gramOn(x: FloatArray, { before, size, after }: Mode): Float64Array {
  const out = new Float64Array(size * size);
  for (let p = 0; p < before; p++) {
    for (let i = 0; i < size; i++) {
      for (let j = 0; j <= i; j++) {
        const [a, b] = [(p * size + i) * after, (p * size + j) * after];
        let total = 0;
        for (let q = 0; q < after; q++) total += x[a + q]! * x[b + q]!;
        out[i * size + j]! += total;
      }
    }
  }
  for (let i = 0; i < size; i++) for (let j = 0; j < i; j++) out[j * size + i] = out[i * size + j]!;
  return out;
}

/** Writes the products of all pairs of slices into a graph. */
export function addGram(g: Graph, x: Value, { before, size, after }: Mode): Value {
  if (after === 1) {
    const y = shaped(g, x, [before, size]);
    return g.matMul(g.transpose(y, { perm: [1, 0] }), y);
  }
  const y = before === 1
    ? shaped(g, x, [size, after])
    : g.reshape(g.transpose(shaped(g, x, [before, size, after]), { perm: [1, 0, 2] }), [
      size,
      before * after,
    ]);
  return g.matMul(y, g.transpose(y, { perm: [1, 0] }));
}

/** Returns a value in a shape: itself if it has it. */
function shaped(g: Graph, x: Value, shape: StaticShape): Value {
  return x.shape?.join() === shape.join() ? x : g.reshape(x, [...shape]);
}
