/**
 * Leading singular vectors of a matrix, found anew at some updates.
 *
 * @module
 */
import type { Graph, Value } from "../../onnx/mod.ts";
import type { FloatArray } from "../float_array.ts";
import type { Expr } from "../language/mod.ts";
import { addFirst, firstOn } from "./basis.ts";
import { lazily } from "./lazily.ts";
import { addGram, gramOn, type Mode, modeKey } from "./modes.ts";

/** The vectors to replace, as columns, and when: where the scalar `due` is not 0. */
export interface Leading {
  readonly mode: Mode;
  readonly before: Expr;
  readonly due: Expr;
}

/**
 * Returns the leading singular vectors of `x` along an axis as columns: eigenvectors of its products of slices. Each points
 * to the side of the column that it replaces, so that coordinates keep their signs; at first signs are free. Where they
 * are not due, the columns before.
 */
export function nextLeading(x: Expr, { mode, before, due }: Leading): Expr {
  const [size, rank] = before.shape as [number, number];
  return lazily(due, before, {
    name: `leading ${rank} of ${modeKey(mode)}`,
    args: [x, before],
    host: (a, columns) => leadingOn(firstOn(gramOn(a!, mode), size), columns!, { size, rank }),
    graph: (g, a, columns) => addLeading(g, addFirst(g, addGram(g, a!, mode), size), columns!),
  });
}

function leadingOn(
  basis: FloatArray,
  before: FloatArray,
  { size, rank }: { size: number; rank: number },
): Float64Array {
  const out = new Float64Array(size * rank);
  for (let j = 0; j < rank; j++) {
    let along = 0;
    for (let i = 0; i < size; i++) along += basis[i * size + j]! * before[i * rank + j]!;
    const sign = along < 0 ? -1 : 1;
    for (let i = 0; i < size; i++) out[i * rank + j] = sign * basis[i * size + j]!;
  }
  return out;
}

function addLeading(g: Graph, basis: Value, before: Value): Value {
  const columns = g.slice(basis, [0], [before.shape![1] as number], [1]);
  const along = g.reduceSum(g.mul(columns, before), [0], { keepdims: true });
  const one = g.constant(1, basis.dtype);
  const sign = g.where(g.less(along, g.constant(0, basis.dtype)), g.neg(one), one);
  return g.mul(columns, sign);
}
