/**
 * Shape inference: a rule for every operator of `ai.onnx` whose outputs are tensors.
 *
 * @module
 */
import { ATTENTION } from "./attention.ts";
import { CONSTANT } from "./constant.ts";
import { CONTROL } from "./control.ts";
import { CONVOLUTION } from "./convolution.ts";
import { einsum } from "./einsum.ts";
import { ELEMENTWISE } from "./elementwise.ts";
import { INDEXING } from "./indexing.ts";
import { LAYOUT } from "./layout.ts";
import { LOSS } from "./loss.ts";
import { MATMUL } from "./matmul.ts";
import { NORMALIZATION } from "./normalization.ts";
import { POOLING } from "./pooling.ts";
import { QUANTIZATION } from "./quantization.ts";
import { RECURRENT } from "./recurrent.ts";
import { REDUCE } from "./reduce.ts";
import { reshape } from "./reshape.ts";
import { RESIZE } from "./resize.ts";
import { SHAPE_OPS } from "./shape_ops.ts";
import { SIGNAL } from "./signal.ts";
import { slice } from "./slice.ts";
import { TEXT } from "./text.ts";
import type { InferRule } from "./types.ts";

/** The rules by operator name. Operators that return sequences or optionals alone have none. */
export const INFER: Readonly<Record<string, InferRule>> = {
  ...ATTENTION,
  ...CONSTANT,
  ...CONTROL,
  ...CONVOLUTION,
  ...ELEMENTWISE,
  ...INDEXING,
  ...LAYOUT,
  ...LOSS,
  ...MATMUL,
  ...NORMALIZATION,
  ...POOLING,
  ...QUANTIZATION,
  ...RECURRENT,
  ...REDUCE,
  ...RESIZE,
  ...SHAPE_OPS,
  ...SIGNAL,
  ...TEXT,
  Einsum: einsum,
  Reshape: reshape,
  Slice: slice,
};
