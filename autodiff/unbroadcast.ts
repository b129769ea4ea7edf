/**
 * Summing a cotangent back over the dimensions that a value was broadcast along.
 *
 * @module
 */
import type { Graph, Value } from "../onnx/mod.ts";
import { sameShape } from "../onnx/tensor/mod.ts";
import { reshapeLike } from "./site.ts";

/**
 * Returns the cotangent of `x`, given that of `x` broadcast to a larger shape.
 *
 * The dimensions to sum follow from the shapes if they are known. If the sizes are different symbols, or a rank is
 * unknown, the graph computes them at run time from the two shapes.
 */
export function unbroadcast(g: Graph, dx: Value, x: Value): Value {
  if (sameShape(dx.shape, x.shape)) return dx;
  if (dx.shape === undefined || x.shape === undefined) return unbroadcastAtRunTime(g, dx, x);
  const lead = dx.shape.length - x.shape.length;
  if (lead < 0) return unbroadcastAtRunTime(g, dx, x);
  const axes: number[] = [];
  for (let i = 0; i < dx.shape.length; i++) {
    const from = dx.shape[i]!;
    const to = i < lead ? 1 : x.shape[i - lead]!;
    if (i < lead) axes.push(i);
    else if (from === to) continue;
    else if (to === 1) axes.push(i);
    else return unbroadcastAtRunTime(g, dx, x);
  }
  // Leading dimensions are removed; the others stay, at size 1.
  if (axes.every((a) => a < lead)) return g.reduceSum(dx, axes, { keepdims: 0 });
  const summed = g.reduceSum(dx, axes, { keepdims: 1 });
  return lead === 0 ? summed : reshapeLike(g, summed, x);
}

function unbroadcastAtRunTime(g: Graph, dx: Value, x: Value): Value {
  const to = g.shape(x);
  const from = g.shape(dx);
  const lead = g.sub(g.shape(from), g.shape(to));
  const ones = g.expand(g.constant([1], "int64"), lead);
  const padded = g.concat([ones, to], { axis: 0 });
  const axes = g.reshape(g.nonZero(g.not(g.equal(padded, from))), [-1]);
  const summed = g.reduceSum(dx, axes, { keepdims: 1, noop_with_empty_axes: 1 });
  return g.reshape(summed, to, { allowzero: 1 });
}
