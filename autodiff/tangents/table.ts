/**
 * The table of tangent rules. An operator that is not in it gets its tangent from its reverse rule, which takes more nodes.
 *
 * @module
 */
import { byElements, cast, flat, logSoftmax, maxPool, reduction } from "./elements.ts";
import { layerNormalization } from "./normalization.ts";
import { concat, convolution, gemm, linear, pad, product, scatter } from "./linear.ts";
import type { TangentRule } from "./site.ts";

/** Returns a table with one rule for many operators. */
function each(names: string, rule: TangentRule): Record<string, TangentRule> {
  return Object.fromEntries(names.split(" ").map((name) => [name, rule]));
}

/** The rules by the names of their operators. */
export const TANGENTS: Readonly<Record<string, TangentRule>> = {
  ...each(
    "Abs Acos Acosh Add Asin Asinh Atan Atanh Celu Clip Cos Cosh Div Elu Erf Exp Gelu HardSigmoid HardSwish LeakyRelu " +
      "Log Max Mean Min Mish Mod Mul Neg PRelu Pow Reciprocal Relu Selu Shrink Sigmoid Sin Sinh Softmax Softplus " +
      "Softsign Sqrt Sub Sum Swish Tan Tanh ThresholdedRelu Where",
    byElements,
  ),
  ...each("Ceil Floor Hardmax Round Sign", flat),
  ...each(
    "AveragePool CumSum DepthToSpace Expand Flatten Gather GatherElements GatherND GlobalAveragePool Identity ReduceMean " +
      "ReduceSum Reshape ReverseSequence Slice SpaceToDepth Split Squeeze Tile Transpose Trilu Unsqueeze",
    linear,
  ),
  ...each("Cast CastLike", cast),
  ...each("Conv ConvTranspose", convolution),
  ...each("Einsum MatMul", product),
  ...each(
    "ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMin ReduceProd ReduceSumSquare",
    reduction,
  ),
  ...each("ScatterElements ScatterND", scatter),
  Concat: concat,
  Gemm: gemm,
  LayerNormalization: layerNormalization,
  LogSoftmax: logSoftmax,
  MaxPool: maxPool,
  Pad: pad,
};
