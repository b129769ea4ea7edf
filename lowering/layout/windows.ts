/**
 * The windows of convolutions and pools over images.
 *
 * @module
 */
import type { Node, Value } from "../../onnx/mod.ts";
import { type Axis, windowAxes } from "../../autodiff/windows/mod.ts";
import { imageSizes } from "./shapes.ts";

/** Returns the windows of a node over images; `undefined` if the sizes are not known, or they are no images. */
export function imageWindows(
  node: Node,
  { over, windows, kernel }: { over: Value; windows: Value; kernel: readonly number[] | undefined },
): readonly [Axis, Axis] | undefined {
  if (!imageSizes(over) || !imageSizes(windows) || kernel?.length !== 2) return undefined;
  const [rows, columns] = windowAxes(node, { over, windows, kernel });
  return [rows!, columns!];
}
