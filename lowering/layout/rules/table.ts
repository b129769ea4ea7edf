/**
 * The rules of the layout pass by operator.
 *
 * @module
 */
import type { LayoutRule } from "../rule.ts";
import { add, arithmetic, relu } from "./channels.ts";
import { COMPOSITES } from "../../../autodiff/composites/mod.ts";
import { conv, inputGradient, weightGradient } from "./convolution.ts";
import { expand, identity, reshape, shape } from "./copies.ts";
import { pad, slice, sliceGradient } from "./cut.ts";
import { elementwise } from "./elementwise.ts";
import { concat, split } from "./joined.ts";
import { normalization, normalizationGradient, normalizationOfBatch } from "./normalization.ts";
import { averagePool, averagePoolGradient, maxPool, maxPoolGradient } from "./pooling.ts";
import { globalAveragePool, reduce } from "./reduce.ts";

const ELEMENTWISE =
  "Abs And Cast Ceil Celu Clip Cos Elu Equal Erf Exp Floor Gelu Greater GreaterOrEqual HardSigmoid HardSwish IsInf IsNaN " +
  "LeakyRelu Less LessOrEqual Log Max Mean Min Mish Mod Neg Not Or PRelu Pow Reciprocal Round Selu Sigmoid Sign Sin " +
  "Softplus Softsign Sqrt Sum Swish Tan Tanh ThresholdedRelu Where Xor";

/** The rule of each operator, by its domain and name. Nodes of other operators stay as they are. */
export const RULES: ReadonlyMap<string, LayoutRule> = new Map<string, LayoutRule>([
  ...ELEMENTWISE.split(" ").map((name) => [`:${name}`, elementwise] as const),
  [":Add", add],
  [":AveragePool", averagePool],
  [":BatchNormalization", normalization],
  [":Concat", concat],
  [":Conv", conv],
  [":Div", arithmetic],
  [":Dropout", identity],
  [":Expand", expand],
  [":GlobalAveragePool", globalAveragePool],
  [":Identity", identity],
  [":MaxPool", maxPool],
  [":Mul", arithmetic],
  [":Pad", pad],
  [":ReduceMean", reduce],
  [":ReduceSum", reduce],
  [":Relu", relu],
  [":Reshape", reshape],
  [":Shape", shape],
  [":Size", shape],
  [":Slice", slice],
  [":Split", split],
  [":Sub", arithmetic],
  [`${COMPOSITES}:AveragePoolGradient`, averagePoolGradient],
  [`${COMPOSITES}:BatchNormalization`, normalizationOfBatch],
  [`${COMPOSITES}:BatchNormalizationGradient`, normalizationGradient],
  [`${COMPOSITES}:ConvInputGradient`, inputGradient],
  [`${COMPOSITES}:ConvWeightGradient`, weightGradient],
  [`${COMPOSITES}:MaxPoolGradient`, maxPoolGradient],
  [`${COMPOSITES}:SliceGradient`, sliceGradient],
]);
