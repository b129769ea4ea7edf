/**
 * Summing a cotangent back over the dimensions that a value was broadcast along.
 *
 * @module
 */
import type { Graph, Node, Shape, Value } from "../onnx/mod.ts";
import { sameShape } from "../onnx/tensor/mod.ts";
import { reshapeLike } from "./site.ts";

/** Operators whose operands are broadcast to the shape of the result. */
const BROADCASTING: ReadonlySet<string> = new Set(
  ["Add", "Div", "Expand", "Max", "Mean", "Min", "Mod", "Mul", "PRelu", "Pow", "Sub", "Sum", "Where"],
);

/** Returns whether a node broadcasts its operands to the shape of its result. */
export function broadcasts({ domain, opType }: Node): boolean {
  return domain === "" && BROADCASTING.has(opType);
}

/** Returns the shape that a node broadcasts its operands to; `undefined` if it does not, or the shape is not known. */
export function broadcastTo(node: Node): Shape | undefined {
  return broadcasts(node) ? node.outputs[0]?.shape : undefined;
}

/**
 * Returns the cotangent of `x`, given that of `x` broadcast to a larger shape.
 *
 * The dimensions to sum follow from the shapes if they are known. If the sizes are different symbols, or a rank is
 * unknown, the graph computes them at run time from the two shapes.
 *
 * @param to the shape that an operator broadcast `x` to, as {@linkcode broadcastTo} returns it: where it has the symbol of
 * `x`, nothing was repeated
 */
export function unbroadcast(g: Graph, dx: Value, x: Value, to?: Shape): Value {
  if (sameShape(dx.shape, x.shape) || sameShape(to, x.shape)) return dx;
  if (dx.shape === undefined || x.shape === undefined) return unbroadcastAtRunTime(g, dx, x);
  const lead = dx.shape.length - x.shape.length;
  if (lead < 0) return unbroadcastAtRunTime(g, dx, x);
  const repeated = to?.length === dx.shape.length ? to : undefined;
  const axes: number[] = [];
  for (let i = 0; i < dx.shape.length; i++) {
    const from = dx.shape[i]!;
    const size = i < lead ? 1 : x.shape[i - lead]!;
    if (i < lead) axes.push(i);
    else if (from === size || size === repeated?.[i]) continue;
    else if (size === 1) axes.push(i);
    else return unbroadcastAtRunTime(g, dx, x);
  }
  if (axes.length === 0) return dx;
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
