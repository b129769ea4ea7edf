/**
 * Composite nodes: operations that rules write as one node each, so that a later pass can choose how to compute them.
 *
 * A composite node is of the domain {@linkcode COMPOSITES} and lives in a graph under construction alone: `lowering`
 * expands every one before a model is built.
 *
 * @module
 */
import { type Attribute, type Graph, type Known, Node, type Value } from "../../onnx/mod.ts";
import type { Axis } from "../windows/mod.ts";

/** The domain of composite nodes. */
export const COMPOSITES = "descent";

/** The operators of composite nodes. */
export type CompositeOp =
  | "AveragePoolGradient"
  | "BatchNormalization"
  | "BatchNormalizationGradient"
  | "ConvInputGradient"
  | "ConvWeightGradient"
  | "MaxPoolGradient"
  | "SliceGradient";

/** The choice between composite nodes, which rules leave in the graph, and their expansions, written at once. */
export interface Keeping {
  readonly composites: boolean;
}

/** Adds a composite node; `outputs` are the types and shapes of its results, which the graph cannot infer. */
export function compositeNode(
  g: Graph,
  opType: CompositeOp,
  { inputs, attributes, outputs }: {
    inputs: readonly Value[];
    attributes: Readonly<Record<string, Attribute>>;
    outputs: readonly Known[];
  },
): Value[] {
  const node = new Node(opType, COMPOSITES, 1, "", inputs, new Map(Object.entries(attributes)));
  const values = g.append(node, outputs.length);
  values.forEach((v, i) => v.known = outputs[i]!);
  return values;
}

const FIELDS = ["size", "kernel", "stride", "dilation", "begin", "end", "count"] as const;

/** Returns windows as attributes. */
export function windowAttributes(axes: readonly Axis[]): Record<string, Attribute> {
  return Object.fromEntries(FIELDS.map((f) => [f, { type: "INTS", value: axes.map((a) => a[f]) }]));
}

/** Returns the windows of a composite node, one for each spatial axis. */
export function windowsOf(node: Node): Axis[] {
  const lists = FIELDS.map((f) => [f, node.ints(f)!] as const);
  return lists[0]![1].map((_, i) =>
    Object.fromEntries(lists.map(([f, list]) => [f, list[i]!])) as unknown as Axis
  );
}

/** Returns whether a value is a float32 tensor whose sizes are all known, but for that of its first axis. */
export function isPlainTensor({ known: { dtype, shape } }: Value): boolean {
  return dtype === "float32" && shape !== undefined && shape.slice(1).every((d) => typeof d === "number");
}
