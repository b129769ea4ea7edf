/**
 * Operators that make tensors from attributes and sizes.
 *
 * @module
 */
import { dtypeOfCode, isInteger } from "../dtype.ts";
import type { Dim } from "../shape.ts";
import { numbersOf, type Tensor } from "../tensor.ts";
import { contentsOf, numbersIn, one } from "./common.ts";
import type { InferRule } from "./types.ts";

function small(t: Tensor): readonly Dim[] | undefined {
  return isInteger(t.dtype) && t.shape.length <= 1 ? numbersOf(t) : undefined;
}

const constant: InferRule = (node) => {
  const t = node.tensor("value");
  if (t !== undefined) return [{ dtype: t.dtype, shape: t.shape, contents: small(t) }];
  const [i, is, f, fs] = [
    node.int("value_int"),
    node.ints("value_ints"),
    node.float("value_float"),
    node.floats("value_floats"),
  ];
  if (i !== undefined) return [{ dtype: "int64", shape: [], contents: [i] }];
  if (is !== undefined) return [{ dtype: "int64", shape: [is.length], contents: is }];
  if (f !== undefined) return [{ dtype: "float32", shape: [] }];
  if (fs !== undefined) return [{ dtype: "float32", shape: [fs.length] }];
  return [{ dtype: "string" }];
};

const constantOfShape: InferRule = (node) => {
  const value = node.tensor("value");
  const shape = contentsOf(node.inputs[0]);
  const length = typeof shape?.[0] === "number" ? shape[0] : undefined;
  const vector = value !== undefined && shape?.length === 1 && length !== undefined && length <= 64 &&
    small(value);
  return [{
    dtype: value?.dtype ?? "float32",
    shape: shape ?? rankOf(node.inputs[0]?.shape?.[0], () => node.freshDim()),
    contents: vector ? Array.from({ length: length! }, () => vector[0]!) : undefined,
  }];
};

function rankOf(rank: Dim | undefined, fresh: () => string) {
  return typeof rank === "number" ? Array.from({ length: rank }, fresh) : undefined;
}

const range: InferRule = (node) => {
  const numbers = node.inputs.map((i) => (i?.tensor ? numbersOf(i.tensor)[0] : numbersIn(i)?.[0]));
  const [start, limit, delta] = numbers;
  if (start === undefined || limit === undefined || delta === undefined) {
    // range(0, n, 1) has n elements, whatever n is.
    const size = contentsOf(node.inputs[1])?.[0];
    return one([start === 0 && delta === 1 && size !== undefined ? size : node.freshDim("range")]);
  }
  const length = Math.max(0, Math.ceil((limit - start) / delta));
  const whole = node.inputs[0]?.dtype !== undefined && isInteger(node.inputs[0].dtype) && length <= 64;
  return [{
    shape: [length],
    contents: whole ? Array.from({ length }, (_, i) => start + i * delta) : undefined,
  }];
};

const eyeLike: InferRule = (node) => {
  const code = node.int("dtype");
  return [{
    dtype: code === undefined ? node.inputs[0]?.dtype : dtypeOfCode(code),
    shape: node.inputs[0]?.shape,
  }];
};

const random: InferRule = (node) => [{ dtype: dtypeOfCode(node.int("dtype")!), shape: node.ints("shape") }];

const multinomial: InferRule = (node) => [{
  dtype: dtypeOfCode(node.int("dtype")!),
  shape: [node.inputs[0]?.shape?.[0] ?? node.freshDim(), node.int("sample_size")!],
}];

const window: InferRule = (node) => [{
  dtype: dtypeOfCode(node.int("output_datatype")!),
  shape: [contentsOf(node.inputs[0])?.[0] ?? node.freshDim("window")],
}];

const quantize: InferRule = (node) => {
  const code = node.int("output_dtype") ?? 0;
  return [{ dtype: dtypeOfCode(code) ?? node.inputs[2]?.dtype ?? "uint8", shape: node.inputs[0]?.shape }];
};

/** Rules by operator. */
export const CONSTANT: Readonly<Record<string, InferRule>> = {
  Constant: constant,
  ConstantOfShape: constantOfShape,
  Range: range,
  EyeLike: eyeLike,
  RandomNormal: random,
  RandomUniform: random,
  Multinomial: multinomial,
  BlackmanWindow: window,
  HammingWindow: window,
  HannWindow: window,
  QuantizeLinear: quantize,
  DequantizeLinear: (node) => [{ dtype: node.inputs[1]?.dtype, shape: node.inputs[0]?.shape }],
};
