/**
 * Turns tensors around.
 *
 * @module
 */
import type { Graph, Value } from "../../onnx/mod.ts";

/** Returns `x` turned around along axes of known sizes. */
export function turned(g: Graph, x: Value, axes: readonly number[]): Value {
  const sizes = axes.map((a) => x.shape![a] as number);
  if (sizes.every((n) => n === 1)) return x;
  return g.slice(x, axes.map(() => -1), sizes.map((n) => -n - 1), [...axes], axes.map(() => -1));
}
