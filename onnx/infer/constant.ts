/**
 * Operators that make tensors from attributes, sizes or nothing.
 *
 * @module
 */
import { type Dim, isStatic, shapeText, sizeOf, type Tensor } from "../tensor/mod.ts";
import { checkRank, dtypeAt, dtypeAttribute, shapeAt, shaped } from "./common.ts";
import { contentsOf, lengthOf, scalarOf } from "./contents.ts";
import { freshShape } from "./dims.ts";
import type { InferNode, Inferred, InferRule } from "./types.ts";

/** Returns the type, shape and contents of a constant. */
function ofTensor(t: Tensor): Inferred {
  return {
    dtype: t.dtype,
    shape: t.shape,
    contents: contentsOf({ dtype: t.dtype, shape: t.shape, tensor: t }),
  };
}

/** `Constant`, in each of its forms; of a sparse one nothing is known. */
const constant: InferRule = (node) => {
  const value = node.tensor("value");
  if (value !== undefined) return [ofTensor(value)];
  const int = node.int("value_int"), float = node.float("value_float");
  if (int !== undefined) return [{ dtype: "int64", shape: [], contents: [int] }];
  if (float !== undefined) return [{ dtype: "float32", shape: [], contents: [float] }];
  const ints = node.ints("value_ints"), floats = node.floats("value_floats");
  if (ints !== undefined) return [{ dtype: "int64", shape: [ints.length], contents: ints }];
  if (floats !== undefined) return [{ dtype: "float32", shape: [floats.length], contents: floats }];
  if (node.string("value_string") !== undefined) return [{ dtype: "string", shape: [] }];
  const strings = node.strings?.("value_strings");
  return strings === undefined ? [] : [{ dtype: "string", shape: [strings.length] }];
};

/** `ConstantOfShape`: a float32 zero everywhere unless `value` says otherwise. */
const constantOfShape: InferRule = (node) => {
  const value = node.tensor("value");
  const dtype = value?.dtype ?? "float32";
  const shape = contentsOf(node.inputs[0]);
  checkRank(shapeAt(node, 0), [1], "the input");
  if (shape === undefined) {
    const rank = lengthOf(node.inputs[0]);
    return [{ dtype, shape: rank === undefined ? undefined : freshShape(rank, node.freshDim) }];
  }
  if (shape.some((d) => typeof d === "number" && (d < 0 || !Number.isInteger(d)))) {
    throw new RangeError(`the input must hold sizes, got ${shapeText(shape)}`);
  }
  const fill = value === undefined ? 0 : scalarOf({ dtype, shape: value.shape, tensor: value });
  const small = isStatic(shape) && sizeOf(shape) <= 256 && fill !== undefined;
  return [{ dtype, shape, contents: small ? Array.from({ length: sizeOf(shape) }, () => fill) : undefined }];
};

/** `Range`: from start by delta up to, but without, the limit. */
const range: InferRule = (node) => {
  const [start, limit, delta] = [0, 1, 2].map((i) => scalarOf(node.inputs[i]));
  if (delta === 0) throw new RangeError("input delta must not be 0");
  if (typeof start === "number" && typeof limit === "number" && typeof delta === "number") {
    const length = Math.max(0, Math.ceil((limit - start) / delta));
    const contents = length > 256 ? undefined : Array.from({ length }, (_, i) => start + i * delta);
    return shaped([length], contents);
  }
  return shaped([start === 0 && delta === 1 && limit !== undefined ? limit : node.freshDim("range")]);
};

/** `RandomNormal` and `RandomUniform`. */
const random: InferRule = (
  node,
) => [{ dtype: dtypeAttribute(node, "dtype") ?? "float32", shape: node.ints("shape")! }];

/** Like an input in shape, and in type unless `dtype` says otherwise. */
const like: InferRule = (node) => {
  if (node.opType === "EyeLike") checkRank(shapeAt(node, 0), [2], "the input");
  return [{ dtype: dtypeAttribute(node, "dtype") ?? dtypeAt(node, 0), shape: shapeAt(node, 0) }];
};

/** `Multinomial`: input `[B, classes]`, result `[B, samples]`. */
const multinomial: InferRule = (node: InferNode) => {
  const x = shapeAt(node, 0);
  checkRank(x, [2], "the input");
  const shape: Dim[] = [x?.[0] ?? node.freshDim("batch"), node.int("sample_size") ?? 1];
  return [{ dtype: dtypeAttribute(node, "dtype") ?? "int32", shape }];
};

/** Rules of the operators that make tensors. */
export const CONSTANT: Readonly<Record<string, InferRule>> = {
  Bernoulli: like,
  Constant: constant,
  ConstantOfShape: constantOfShape,
  EyeLike: like,
  Multinomial: multinomial,
  RandomNormal: random,
  RandomNormalLike: like,
  RandomUniform: random,
  RandomUniformLike: like,
  Range: range,
};
