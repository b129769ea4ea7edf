/**
 * Expands composite nodes to `ai.onnx`.
 *
 * @module
 */
import type { Graph, Node, Value } from "../../onnx/mod.ts";
import {
  batchNormalizationGradientOf,
  batchNormalizationOf,
  writeBatchNormalization,
  writeBatchNormalizationGradient,
} from "./batch_normalization.ts";
import { type CompositeOp, COMPOSITES } from "./composite_node.ts";
import { inputGradientOf, weightGradientOf } from "./convolution.ts";
import { writeInputGradient } from "./input_gradient.ts";
import { writeMaxPoolGradient } from "./max_pool.ts";
import { averagePoolGradientOf, maxPoolGradientOf, writeAveragePoolGradient } from "./pooling.ts";
import { expandSliceGradient } from "./slice.ts";
import { writeWeightGradient } from "./weight_gradient.ts";

const EXPANSIONS: Readonly<Record<CompositeOp, (g: Graph, node: Node) => readonly Value[]>> = {
  AveragePoolGradient: (g, node) => [writeAveragePoolGradient(g, averagePoolGradientOf(node))],
  BatchNormalization(g, node) {
    const { y, mean, variance } = writeBatchNormalization(g, batchNormalizationOf(node));
    return [y, mean, variance];
  },
  BatchNormalizationGradient: (g, node) =>
    writeBatchNormalizationGradient(g, batchNormalizationGradientOf(node)),
  ConvInputGradient: (g, node) => [writeInputGradient(g, inputGradientOf(node))],
  ConvWeightGradient: (g, node) => [writeWeightGradient(g, weightGradientOf(node))],
  MaxPoolGradient: (g, node) => [writeMaxPoolGradient(g, maxPoolGradientOf(node))],
  SliceGradient: (g, node) => [expandSliceGradient(g, node)],
};

/** Writes the expansion of a composite node and returns its results; `undefined` for other nodes. */
export function expandComposite(g: Graph, node: Node): readonly Value[] | undefined {
  return node.domain === COMPOSITES ? EXPANSIONS[node.opType as CompositeOp](g, node) : undefined;
}
