/**
 * The table of differentiation rules: one per `ai.onnx` operator, in its form since operator set 21. A new rule is a
 * function in a file of this folder, a line here, and cases in `tests/autodiff`; `deno task docs` writes its line in
 * `docs/coverage.md`.
 *
 * @module
 */
import * as arithmetic from "./arithmetic.ts";
import * as composite from "./composite.ts";
import * as control from "./control/control.ts";
import * as convolution from "./convolution.ts";
import * as einsum from "./einsum.ts";
import * as grid from "./grid.ts";
import * as gru from "./recurrent/gru.ts";
import * as indexing from "./indexing.ts";
import * as layout from "./layout.ts";
import * as loss from "./loss.ts";
import * as lstm from "./recurrent/lstm.ts";
import * as matmul from "./matmul.ts";
import * as normalization from "./normalization.ts";
import * as pooling from "./pooling.ts";
import * as reduce from "./reduce.ts";
import * as resize from "./resize.ts";
import * as rnn from "./recurrent/rnn.ts";
import { slice } from "./slice.ts";
import * as softmax from "./softmax.ts";
import * as unary from "./unary.ts";
import type { Rule } from "../site.ts";

/** The rules by the names of their operators. */
export const RULES: Readonly<Record<string, Rule>> = {
  Abs: unary.abs,
  Acos: unary.acos,
  Acosh: unary.acosh,
  Add: arithmetic.add,
  AffineGrid: grid.affineGrid,
  Asin: unary.asin,
  Asinh: unary.asinh,
  Atan: unary.atan,
  Atanh: unary.atanh,
  Attention: composite.attention,
  AveragePool: pooling.averagePool,
  BatchNormalization: normalization.batchNormalization,
  Cast: unary.cast,
  CastLike: unary.cast,
  Ceil: unary.flat,
  Celu: unary.celu,
  Clip: unary.clip,
  Compress: composite.compress,
  Concat: layout.concat,
  Conv: convolution.conv,
  ConvTranspose: convolution.convTranspose,
  Cos: unary.cos,
  Cosh: unary.cosh,
  CumSum: layout.cumSum,
  DepthToSpace: layout.depthToSpace,
  Det: matmul.det,
  Div: arithmetic.div,
  Dropout: normalization.dropout,
  Einsum: einsum.einsum,
  Elu: unary.elu,
  Erf: unary.erf,
  Exp: unary.exp,
  Expand: layout.expand,
  Flatten: layout.sameElements,
  Floor: unary.flat,
  Gather: indexing.gather,
  GatherElements: indexing.gatherElements,
  GatherND: indexing.gatherND,
  Gelu: unary.gelu,
  Gemm: matmul.gemm,
  GlobalAveragePool: pooling.globalAveragePool,
  GlobalLpPool: pooling.globalLpPool,
  GlobalMaxPool: pooling.globalMaxPool,
  GridSample: grid.gridSample,
  GroupNormalization: normalization.groupNormalization,
  GRU: gru.gru,
  Hardmax: unary.flat,
  HardSigmoid: unary.hardSigmoid,
  HardSwish: unary.hardSwish,
  Identity: unary.identity,
  If: control.ifRule,
  InstanceNormalization: normalization.instanceNormalization,
  LayerNormalization: normalization.layerNormalization,
  LeakyRelu: unary.leakyRelu,
  Log: unary.log,
  LogSoftmax: softmax.logSoftmax,
  Loop: control.loop,
  LpNormalization: normalization.lpNormalization,
  LpPool: pooling.lpPool,
  LRN: normalization.lrn,
  LSTM: lstm.lstm,
  MatMul: matmul.matMul,
  Max: arithmetic.extremum,
  MaxPool: pooling.maxPool,
  Mean: arithmetic.mean,
  MeanVarianceNormalization: normalization.meanVarianceNormalization,
  Min: arithmetic.extremum,
  Mish: unary.mish,
  Mod: arithmetic.mod,
  Mul: arithmetic.mul,
  Neg: unary.neg,
  NegativeLogLikelihoodLoss: loss.negativeLogLikelihoodLoss,
  OneHot: indexing.oneHot,
  Pad: layout.pad,
  Pow: arithmetic.pow,
  PRelu: unary.pRelu,
  Range: composite.range,
  Reciprocal: unary.reciprocal,
  ReduceL1: reduce.reduceL1,
  ReduceL2: reduce.reduceL2,
  ReduceLogSum: reduce.reduceLogSum,
  ReduceLogSumExp: reduce.reduceLogSumExp,
  ReduceMax: reduce.reduceExtremum,
  ReduceMean: reduce.reduceMean,
  ReduceMin: reduce.reduceExtremum,
  ReduceProd: reduce.reduceProd,
  ReduceSum: reduce.reduceSum,
  ReduceSumSquare: reduce.reduceSumSquare,
  Relu: unary.relu,
  Reshape: layout.sameElements,
  Resize: resize.resize,
  ReverseSequence: layout.reverseSequence,
  RMSNormalization: normalization.rmsNormalization,
  RNN: rnn.rnn,
  RotaryEmbedding: composite.rotaryEmbedding,
  Round: unary.flat,
  Scan: control.scan,
  ScatterElements: indexing.scatterElements,
  ScatterND: indexing.scatterND,
  Selu: unary.selu,
  Shrink: unary.shrink,
  Sigmoid: unary.sigmoid,
  Sign: unary.flat,
  Sin: unary.sin,
  Sinh: unary.sinh,
  Slice: slice,
  Softmax: softmax.softmax,
  SoftmaxCrossEntropyLoss: loss.softmaxCrossEntropyLoss,
  Softplus: unary.softplus,
  Softsign: unary.softsign,
  SpaceToDepth: layout.spaceToDepth,
  Split: layout.split,
  Sqrt: unary.sqrt,
  Squeeze: layout.sameElements,
  Sub: arithmetic.sub,
  Sum: arithmetic.sum,
  Swish: unary.swish,
  Tan: unary.tan,
  Tanh: unary.tanh,
  ThresholdedRelu: unary.thresholdedRelu,
  Tile: layout.tile,
  TopK: indexing.topK,
  Transpose: layout.transpose,
  Trilu: layout.trilu,
  Unsqueeze: layout.sameElements,
  Where: arithmetic.where,
};
