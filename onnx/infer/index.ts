/**
 * The table of shape-inference rules.
 *
 * @module
 */
import { CONSTANT } from "./constant.ts";
import { CONTROL } from "./control.ts";
import { ELEMENTWISE } from "./elementwise.ts";
import { INDEXING } from "./indexing.ts";
import { MATMUL } from "./matmul.ts";
import { NETWORK } from "./network.ts";
import { REDUCE } from "./reduce.ts";
import { SHAPE_OPS } from "./shape_ops.ts";
import type { InferRule } from "./types.ts";

/** The inference rule of each `ai.onnx` operator that has one; outputs of the others have unknown shapes. */
export const INFER: Readonly<Record<string, InferRule>> = {
  ...ELEMENTWISE,
  ...REDUCE,
  ...MATMUL,
  ...SHAPE_OPS,
  ...INDEXING,
  ...CONSTANT,
  ...NETWORK,
  ...CONTROL,
};
