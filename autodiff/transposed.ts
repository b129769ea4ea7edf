/**
 * Transposes matrices.
 *
 * @module
 */
import type { Graph, Value } from "../onnx/mod.ts";

/** Returns `x` with its last two dimensions exchanged. */
export function transposed(g: Graph, x: Value): Value {
  const perm = Array.from({ length: x.rank }, (_, i) => i);
  perm.splice(-2, 2, x.rank - 1, x.rank - 2);
  return g.transpose(x, { perm });
}
