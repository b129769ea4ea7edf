/**
 * Shapes of element-wise operations.
 *
 * @module
 */
import { broadcastShapes, type StaticShape } from "../../onnx/tensor/mod.ts";

/**
 * Returns the shape that operands broadcast to.
 *
 * @throws {RangeError} if they do not broadcast.
 *
 * @example
 * ```ts
 * import { broadcast } from "./ops.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(broadcast([[2, 1], [3]]), [2, 3]);
 * ```
 */
export function broadcast(shapes: readonly StaticShape[]): StaticShape {
  // Without symbols in the sizes, the result has none.
  return broadcastShapes(shapes, () => "") as StaticShape;
}
