/**
 * Which initialisers of a model are there to be trained.
 *
 * @module
 */
import { type DType, type Graph, isFloat, type StaticShape, type Tensor, type Value } from "../onnx/mod.ts";

/** A float initialiser that a model's outputs depend on. */
export interface ModelParameter {
  /** Its name. */
  readonly name: string;
  /** Its element type. */
  readonly dtype: DType;
  /** Its shape. */
  readonly shape: StaticShape;
  /** Why training leaves it as it is; absent where training changes it. */
  readonly constant?: string;
}

/** Inputs of operators that set how they work; gradients reach some, but no training is meant to change them. */
export const SETTINGS: Readonly<Record<string, readonly number[]>> = {
  BatchNormalization: [3, 4],
  Clip: [1, 2],
  DequantizeLinear: [1, 2],
  Dropout: [1],
  NegativeLogLikelihoodLoss: [2],
  Pad: [2],
  QuantizeLinear: [1, 2],
  Range: [0, 1, 2],
  Resize: [1, 2],
  SoftmaxCrossEntropyLoss: [2],
};

/**
 * The float initialisers that the graph's outputs depend on, in order, and which of them are constants: settings of
 * operators (the running statistics of `BatchNormalization` among them), scalars (exporters write the numbers of formulas so),
 * and arrays that hold infinities or NaN, such as masks.
 */
export function modelParameters(graph: Graph): ModelParameter[] {
  const needed = new Set<Value>(graph.outputs);
  const reasons = new Map<Value, string>();
  const trained = new Set<Value>();
  const visit = (g: Graph) => {
    for (const node of g.nodes.toReversed()) {
      if (g === graph && !node.outputs.some((y) => y !== null && needed.has(y))) continue;
      for (const x of node.reads()) needed.add(x);
      node.inputs.forEach((x, i) => {
        if (x === null) return;
        if (node.domain === "" && SETTINGS[node.opType]?.includes(i)) reasons.set(x, settingOf(node.opType));
        else trained.add(x);
      });
      for (const a of node.attributes.values()) if (a.type === "GRAPH") visit(a.value);
    }
  };
  visit(graph);
  return [...graph.initializers.values()].flatMap(({ value, tensor }) => {
    const { dtype } = value.known;
    if (dtype === undefined || !isFloat(dtype) || !needed.has(value)) return [];
    const shape = value.shape as StaticShape;
    const constant = !trained.has(value)
      ? reasons.get(value)
      : shape.length === 0
      ? "scalar"
      : infinite(tensor())
      ? "not finite"
      : undefined;
    return [{ name: value.name, dtype, shape, ...(constant === undefined ? {} : { constant }) }];
  });
}

function settingOf(opType: string): string {
  return opType === "BatchNormalization" ? "running statistics" : `setting of ${opType}`;
}

function infinite({ dtype, data }: Tensor): boolean {
  if (dtype === "bfloat16") return (data as Uint16Array).some((bits) => (bits & 0x7f80) === 0x7f80);
  return (data as Float32Array).some((v) => !Number.isFinite(v));
}
