/**
 * Finds quantized weights, which are stored as integers.
 *
 * @module
 */
import { type Graph, isFloat, type StaticShape, type Value } from "../../onnx/mod.ts";
import { sizeOf } from "../../onnx/tensor/mod.ts";
import { Readers, type Reading } from "./readers.ts";

/** The remedy for a quantized weight. */
export const REMEDY_QUANTIZED =
  "train the model that it was quantized from, or store the dequantized weight as a float initializer";

/** Inputs of operators that are zero points. */
const ZERO_POINTS: Readonly<Record<string, readonly number[]>> = {
  ConvInteger: [2, 3],
  DequantizeLinear: [2],
  MatMulInteger: [2, 3],
  QLinearConv: [2, 5, 7],
  QLinearMatMul: [2, 5, 7],
  QuantizeLinear: [2],
};

/**
 * Returns the initializers of integers of up to 16 bits, or floats of 8 or 4 bits, that `ends` depend on, without zero
 * points.
 */
export function quantizedWeights(graph: Graph, ends: readonly Value[]): Value[] {
  const readers = new Readers(graph, ends);
  return [...graph.initializers.values()].map((i) => i.value).filter((v) =>
    isQuantized(v) && !graph.constants.has(v) && readers.contents.has(v) &&
    !readers.of(v).every(isZeroPoint)
  );
}

/** Returns whether an initializer may be a quantized weight. */
export function isQuantized({ known: { dtype, shape } }: Value): boolean {
  if (dtype === undefined || isFloat(dtype) || !/^(u?int(2|4|8|16)|float(8|4)\w*)$/.test(dtype)) return false;
  return sizeOf((shape ?? []) as StaticShape) > 1;
}

function isZeroPoint({ node, index }: Reading): boolean {
  return node.domain === "" && (ZERO_POINTS[node.opType]?.includes(index) ?? false);
}

/** Returns a warning about quantized weights, which are not trained. */
export function quantizedWarnings(graph: Graph, ends: readonly Value[]): string[] {
  const found = quantizedWeights(graph, ends);
  if (found.length === 0) return [];
  const shown = found.slice(0, 12).map((v) => `'${v.name}' (${v.dtype})`).join(", ");
  const more = found.length > 12 ? ` and ${found.length - 12} more` : "";
  return [`quantized weights are not trained, ${shown}${more}: ${REMEDY_QUANTIZED}`];
}
