/**
 * Pooling.
 *
 * @module
 */
import type { Dim } from "../tensor/mod.ts";
import { checkLeastRank, checkRank, shapeAt, shaped } from "./common.ts";
import { contentsOf } from "./contents.ts";
import type { InferRule } from "./types.ts";
import { extentOf, windowCount, windowsOf } from "./window.ts";

/** `AveragePool`, `LpPool`, `MaxPool`: X `[N, C, d…]`; the second output of `MaxPool` holds indices. */
const pool: InferRule = (node) => {
  const x = shapeAt(node, 0);
  checkLeastRank(x, 3, "input X");
  const kernel = node.ints("kernel_shape")!;
  checkRank(x, [kernel.length + 2], `input X of a pool with ${kernel.length} kernel dimensions`);
  const windows = windowsOf(node, kernel);
  const shape = x &&
    [x[0]!, x[1]!, ...windows.map((w, i) => windowCount(x[i + 2]!, w, node.freshDim))];
  return [{ shape }, { shape, dtype: "int64" }];
};

const globalPool: InferRule = (node) => {
  const x = shapeAt(node, 0);
  checkLeastRank(x, 2, "input X");
  return shaped(x?.map((d, i) => (i < 2 ? d : 1)));
};

/** `MaxUnpool`: by the output's shape where it is given, else the inverse of the pool's arithmetic. */
const maxUnpool: InferRule = (node) => {
  const x = shapeAt(node, 0);
  const given = contentsOf(node.inputs[2]);
  if (given !== undefined || x === undefined) return shaped(given);
  if (node.inputs[2] != null) return shaped([x[0]!, x[1]!, ...x.slice(2).map(() => node.freshDim())]);
  const windows = windowsOf(node, node.ints("kernel_shape")!);
  return shaped([
    x[0]!,
    x[1]!,
    ...windows.map((w, i): Dim => {
      const size = x[i + 2]!;
      if (typeof size === "string") return node.freshDim();
      return (size - 1) * w.stride + extentOf(w)! - (w.pads as number);
    }),
  ]);
};

const maxRoiPool: InferRule = (node) => {
  const [x, rois] = [shapeAt(node, 0), shapeAt(node, 1)];
  return shaped([
    rois?.[0] ?? node.freshDim("rois"),
    x?.[1] ?? node.freshDim("channels"),
    ...node.ints("pooled_shape")!,
  ]);
};

const roiAlign: InferRule = (node) => {
  const [x, rois] = [shapeAt(node, 0), shapeAt(node, 1)];
  checkRank(x, [4], "input X");
  checkRank(rois, [2], "input rois");
  return shaped([
    rois?.[0] ?? shapeAt(node, 2)?.[0] ?? node.freshDim("rois"),
    x?.[1] ?? node.freshDim("channels"),
    node.int("output_height") ?? 1,
    node.int("output_width") ?? 1,
  ]);
};

/** Rules of the pooling operators. */
export const POOLING: Readonly<Record<string, InferRule>> = {
  AveragePool: pool,
  GlobalAveragePool: globalPool,
  GlobalLpPool: globalPool,
  GlobalMaxPool: globalPool,
  LpPool: pool,
  MaxPool: pool,
  MaxRoiPool: maxRoiPool,
  MaxUnpool: maxUnpool,
  RoiAlign: roiAlign,
};
