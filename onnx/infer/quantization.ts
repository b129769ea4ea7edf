/**
 * Quantization.
 *
 * @module
 */
import { dtypeAt, dtypeAttribute, shapeAt } from "./common.ts";
import type { InferRule } from "./types.ts";

/** `QuantizeLinear`: to the zero point's type, else to `output_dtype`, else to uint8. */
const quantize: InferRule = (node) => [{
  dtype: dtypeAt(node, 2) ?? dtypeAttribute(node, "output_dtype") ?? "uint8",
  shape: shapeAt(node, 0),
}];

/** `DequantizeLinear`: to `output_dtype` (from opset 23 on), else to the scale's type. */
const dequantize: InferRule = (node) => [{
  dtype: dtypeAttribute(node, "output_dtype") ?? dtypeAt(node, 1),
  shape: shapeAt(node, 0),
}];

const dynamicQuantize: InferRule = (node) => [
  { dtype: "uint8", shape: shapeAt(node, 0) },
  { dtype: "float32", shape: [] },
  { dtype: "uint8", shape: [] },
];

/** Rules of the quantization operators. */
export const QUANTIZATION: Readonly<Record<string, InferRule>> = {
  DequantizeLinear: dequantize,
  DynamicQuantizeLinear: dynamicQuantize,
  QuantizeLinear: quantize,
};
