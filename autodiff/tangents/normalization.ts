/**
 * Tangents of normalization layers.
 *
 * @module
 */
import type { Value } from "../../onnx/mod.ts";
import { normalizeAxis } from "../../onnx/tensor/mod.ts";
import { standardized, standardizedGradient } from "../standardized.ts";
import { type TangentRule, total } from "./site.ts";
import { transposedTwice } from "./transposed_twice.ts";

/** LayerNormalization: scale times the tangent of xhat, plus xhat times that of scale, plus that of b. */
export const layerNormalization: TangentRule = (s) => {
  const { g, node, needed } = s;
  const [tx = null, tScale = null, tb = null] = s.tangents;
  if (node.outputs.slice(1).some((y) => y !== null && needed.has(y))) return transposedTwice(s);
  const [x, scale] = node.inputs as [Value, Value];
  const first = normalizeAxis(node.int("axis")!, x.rank);
  const axes = Array.from({ length: x.rank - first }, (_, i) => first + i);
  const own = standardized(g, x, { axes, epsilon: node.float("epsilon")! });
  return [total(g, [
    tx && g.mul(standardizedGradient(g, own, { d: tx, axes }), scale),
    tScale && g.mul(own.xhat, tScale),
    tb,
  ])];
};
