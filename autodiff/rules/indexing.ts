/**
 * Rules of operators that pick elements by index: the cotangent is added to where the elements came from.
 *
 * @module
 */
import type { DType, Graph, Operand, Value } from "../../onnx/mod.ts";
import { normalizeAxis } from "../../onnx/tensor/mod.ts";
import { type Rule, type Site, zerosLike } from "../site.ts";

/** Adds the cotangent of `Gather` at the indices; an index that occurs again adds up. */
export const gather: Rule = (s) => {
  const { g } = s;
  const data = s.x(0);
  const indices = int64(g, s.x(1));
  const axis = normalizeAxis(s.node.int("axis")!, data.rank);
  const zeros = zerosLike(g, data);
  if (axis === 0) return [g.scatterND(zeros, g.unsqueeze(indices, [-1]), s.dy, { reduction: "add" })];
  // ScatterND adds slices along leading axes: bring the gathered axis to the front, and back afterwards.
  const rest = Array.from({ length: data.rank }, (_, i) => i).filter((i) => i !== axis);
  const perm = [axis, ...rest];
  const spread = Array.from({ length: indices.rank }, (_, i) => axis + i);
  const others = Array.from({ length: s.dy.rank }, (_, i) => i).filter((i) => !spread.includes(i));
  const added = g.scatterND(
    g.transpose(zeros, { perm }),
    g.unsqueeze(indices, [-1]),
    g.transpose(s.dy, { perm: [...spread, ...others] }),
    { reduction: "add" },
  );
  return [g.transpose(added, { perm: perm.map((_, i) => perm.indexOf(i)) })];
};

/** Casts indices to int64: Gather takes int32 as well, ScatterND does not. */
function int64(g: Graph, indices: Value): Value {
  return indices.dtype === "int64" ? indices : g.cast(indices, { to: "int64" });
}

/** Adds the cotangent of `GatherElements` at the indices. */
export const gatherElements: Rule = (s) => [
  s.g.scatterElements(zerosLike(s.g, s.x()), s.x(1), s.dy, { axis: s.node.int("axis"), reduction: "add" }),
];

/** Adds the cotangent of `GatherND` at the indices; positions along batch dimensions become part of them. */
export const gatherND: Rule = (s) => {
  const { g } = s;
  const batch = s.node.int("batch_dims") ?? 0;
  return [g.scatterND(zerosLike(g, s.x()), withBatch(g, s.x(1), batch), s.dy, { reduction: "add" })];
};

function withBatch(g: Graph, indices: Value, batch: number): Value {
  if (batch === 0) return indices;
  const lead = g.shape(indices, { start: 0, end: -1 });
  const columns = Array.from({ length: batch }, (_, axis) => {
    const size = g.squeeze(g.shape(indices, { start: axis, end: axis + 1 }), [0]);
    const positions = g.range(g.constant(0, "int64"), size, g.constant(1, "int64"));
    const shape = Array.from({ length: indices.rank - 1 }, (_, i) => (i === axis ? -1 : 1));
    return g.unsqueeze(g.expand(g.reshape(positions, shape), lead), [-1]);
  });
  return g.concat([...columns, indices], { axis: -1 });
}

/** ScatterElements: what was overwritten gets no gradient. */
export const scatterElements: Rule = (s) => {
  const { g, dy, node } = s;
  const axis = node.int("axis");
  const reduction = node.string("reduction") ?? "none";
  const updates = s.wants(2) ? g.gatherElements(dy, s.x(1), { axis }) : null;
  if (reduction === "add") return [dy, null, updates];
  requireOverwriting(s, reduction);
  return [g.scatterElements(dy, s.x(1), zerosLike(g, s.x(2)), { axis }), null, updates];
};

/** Passes the cotangent of `ScatterND`, slice by slice, as that of `ScatterElements`. */
export const scatterND: Rule = (s) => {
  const { g, dy, node } = s;
  const reduction = node.string("reduction") ?? "none";
  const updates = s.wants(2) ? g.gatherND(dy, s.x(1)) : null;
  if (reduction === "add") return [dy, null, updates];
  requireOverwriting(s, reduction);
  return [g.scatterND(dy, s.x(1), zerosLike(g, s.x(2))), null, updates];
};

function requireOverwriting(s: Site, reduction: string): void {
  if (reduction !== "none") {
    throw new TypeError(
      `${s.node}: the gradient is implemented for reductions "none" and "add", got "${reduction}"`,
    );
  }
}

/** TopK: to the elements chosen. */
export const topK: Rule = (s) => [
  s.g.scatterElements(zerosLike(s.g, s.x()), s.y(1), s.dy, { axis: s.node.int("axis"), reduction: "add" }),
];

/** OneHot: the values off and on get the sums of what they were written to. */
export const oneHot: Rule = (s) => {
  const { g, dy } = s;
  const on = onesAt(g, s.x(0), { depth: s.x(1), axis: s.node.int("axis"), dtype: dy.dtype });
  const total = (v: Value): Operand => g.reshape(g.reduceSum(v, null, { keepdims: 0 }), [1]);
  const dOn = g.mul(dy, on);
  return [null, null, g.concat([total(g.sub(dy, dOn)), total(dOn)], { axis: 0 })];
};

/** Returns one at each index, zero elsewhere, along a new axis. */
export function onesAt(
  g: Graph,
  indices: Value,
  { depth, axis, dtype }: { depth: Value; axis: number | undefined; dtype: DType },
): Value {
  // ONNX Runtime has no kernel for float64.
  const type = dtype === "float64" ? "float32" : dtype;
  const ones = g.oneHot(indices, depth, g.constant([0, 1], type), { axis });
  return type === dtype ? ones : g.cast(ones, { to: dtype });
}
