/**
 * Tells what role an operand has in the node that reads it.
 *
 * @module
 */
import { isFloat, type StaticShape, type Value } from "../../onnx/mod.ts";
import { isStatic, sizeOf } from "../../onnx/tensor/mod.ts";
import { bodyInput, carried, type Readers, type Reading } from "./readers.ts";

/**
 * The role of an initializer in a node:
 * - `"weight"`: this operand is always a parameter;
 * - `"setting"`: it sets how the operator works;
 * - `"number"`: this operand is a number of a formula, unless the exporter calls it a parameter;
 * - `"factor"`: this operand is usually a number of a formula, rarely a learned scalar;
 * - `"mask"`: this operand is a mask or a parameter;
 * - `"filler"`: scale or shift of a normalization, which exporters fill in if the network has none;
 * - `"state"`: the initial state of a recurrent network;
 * - `"any"`: anything else.
 */
export interface Role {
  readonly kind: "weight" | "setting" | "number" | "factor" | "mask" | "filler" | "state" | "any";
  /** The reason to give if it is not trained. */
  readonly reason?: string;
}

/** Inputs of operators that set how they work; gradients reach some, but no training is meant to change them. */
const SETTINGS: Readonly<Record<string, readonly number[]>> = {
  BatchNormalization: [3, 4],
  CastLike: [1],
  Clip: [1, 2],
  DequantizeLinear: [1, 2],
  Dropout: [1],
  Mod: [1],
  NegativeLogLikelihoodLoss: [2],
  OneHot: [2],
  Pad: [2],
  QuantizeLinear: [1, 2],
  Range: [0, 1, 2],
  Resize: [1, 2],
  RotaryEmbedding: [1, 2],
  SoftmaxCrossEntropyLoss: [2],
};

const WEIGHTS: Readonly<Record<string, readonly number[]>> = {
  Conv: [1, 2],
  ConvTranspose: [1, 2],
  DeformConv: [1, 3],
  GRU: [1, 2, 3],
  Gemm: [0, 1, 2],
  LSTM: [1, 2, 3, 7],
  MatMul: [0, 1],
  PRelu: [1],
  RNN: [1, 2, 3],
};

/** Normalizations by the statistics of their input. */
const NORMALIZATIONS = new Set([
  "BatchNormalization",
  "GroupNormalization",
  "InstanceNormalization",
  "LayerNormalization",
  "RMSNormalization",
]);

const COMPARISONS = new Set(["Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual"]);

/** Functions that bring a learned number into its range: of a constant the exporter would have written the result. */
const RANGES = new Set(["Exp", "Relu", "Sigmoid", "Softmax", "Softplus", "Tanh"]);

const ANY: Role = { kind: "any" };
const WEIGHT: Role = { kind: "weight" };
const number = (reason: string): Role => ({ kind: "number", reason });
const factor = (reason: string): Role => ({ kind: "factor", reason });

/** Returns the role that the initializer `held` has in `reading`. */
export function roleOf(reading: Reading, { readers, held }: { readers: Readers; held: Value }): Role {
  const { node, index } = reading;
  const one = sizeOf(held.shape as StaticShape) === 1;
  if (bodyInput(node, index)?.state) return { kind: "state", reason: "initial state" };
  if (node.domain !== "") return ANY;
  const { opType } = node;
  if (SETTINGS[opType]?.includes(index)) {
    const statistics = opType === "BatchNormalization";
    return { kind: "setting", reason: statistics ? "running statistics" : `setting of ${opType}` };
  }
  if (opType === "MatMul" && isPosition(node.inputs[1 - index]!) && frequency(reading, readers)) {
    return number("table of frequencies");
  }
  if (WEIGHTS[opType]?.includes(index)) {
    // A scalar that is expanded to a whole bias replaces a bias that the layer does not have.
    return held.shape?.length === 0 && held !== reading.value ? number("fill value") : WEIGHT;
  }
  if (NORMALIZATIONS.has(opType) && index > 0) {
    const reason = grouped(reading, readers)
      ? "inner scale of a group normalization"
      : `filled in for ${opType}`;
    return { kind: "filler", reason };
  }
  if (/^(LSTM|GRU|RNN)$/.test(opType) && index >= 5) return { kind: "state", reason: "initial state" };
  if (opType === "Pow" && index === 1) return number("exponent");
  if (opType === "Div" && index === 1) return number("divisor");
  if (opType === "Attention" && index === 3) return { kind: "mask", reason: "mask" };
  if (opType === "GridSample" && index === 1) return number("sampling grid");
  if (inputStatistic(reading, readers)) return number("statistic of the inputs");
  if (opType === "Mul" && frequency(reading, readers)) return number("table of frequencies");
  if (one) return roleOfOne(reading, readers);
  if (opType === "MatMul" || opType === "Einsum") return WEIGHT;
  return ["Add", "Sub", "Mul", "Where"].includes(opType) ? { kind: "mask", reason: "mask" } : ANY;
}

/**
 * Returns whether an InstanceNormalization is the inner part of a group normalization: a Reshape before it makes the
 * groups, one after it undoes that, and the network's own scale and shift follow.
 */
function grouped({ node }: Reading, readers: Readers): boolean {
  if (node.opType !== "InstanceNormalization") return false;
  const before = node.inputs[0]!.producer;
  const from = before?.inputs[0]?.shape?.[1];
  const after = readers.of(node.outputs[0]!);
  const reshaped = before?.opType === "Reshape" && after.length > 0 &&
    after.every((r) => r.node.opType === "Reshape");
  if (!reshaped) return false;
  const scaled = after.flatMap((r) => readers.of(r.node.outputs[0]!)).some((r) =>
    r.node.opType === "Mul" && isHeld(r.node.inputs[1 - r.index]!)
  );
  return scaled || from === undefined || from !== node.inputs[0]!.shape?.[1];
}

/** Returns the role of a tensor of one element. */
function roleOfOne(reading: Reading, readers: Readers): Role {
  const { node, index } = reading;
  const { opType } = node;
  if (COMPARISONS.has(opType) || opType === "Max" || opType === "Min") return number("bound");
  switch (opType) {
    case "Einsum":
      return WEIGHT;
    case "Gather":
    case "GatherElements":
    case "GatherND":
      return index === 0 ? ANY : number("index");
    case "Pow":
      return number("base");
    case "Where":
    case "Concat":
    case "ScatterElements":
    case "ScatterND":
    case "ConstantOfShape":
      return number("fill value");
    case "Div":
      return factor("factor");
    case "Mul":
      return embeddingScale(reading) ? number("factor") : factor("factor");
    case "Add":
    case "Sub":
    case "Sum":
      return roleOfAddend(reading, readers);
    default:
      return RANGES.has(opType) ? ANY : factor("number of a formula");
  }
}

/** Returns the role of a number that is added: a bias, an epsilon or another one. */
function roleOfAddend({ node, index, value }: Reading, readers: Readers): Role {
  const others = node.inputs.filter((x, i) => x !== null && i !== index) as Value[];
  const layer = others.length === 1 && node.opType !== "Sub" ? layerOf(others[0]!, readers) : undefined;
  const vector = (value.shape?.length ?? 0) > 0;
  if (layer !== undefined && layer.channels === 1 && vector) return WEIGHT;
  const after = readers.uses(node.outputs[0]!);
  if (after.some(isGuarded)) return number("epsilon");
  if (layer !== undefined && (after.length === 0 || !after.every(isBounded))) {
    return layer.channels === 1 || layer.channels === undefined ? WEIGHT : factor("addend");
  }
  return factor("addend");
}

/** Returns whether a sum is read where 0 is not allowed: by a root, a logarithm or as a divisor. */
function isGuarded({ node: { domain, opType, inputs }, index }: Reading): boolean {
  if (domain !== "") return false;
  if (opType === "Div") return index === 1;
  if (opType === "Pow") {
    const exponent = inputs[1]?.tensor;
    const power = exponent === undefined ? NaN : Number(exponent.data[0]);
    return index === 0 && !(power >= 1 && Number.isInteger(power));
  }
  return ["Log", "Reciprocal", "Sqrt"].includes(opType);
}

function isBounded({ node: { opType } }: Reading): boolean {
  return opType === "Clip" || opType === "Min" || opType === "Max";
}

/** Returns the layer without a bias that computes `value`, with its number of channels if known; `undefined` for others. */
function layerOf(value: Value, readers: Readers): { channels: number | undefined } | undefined {
  const at = carried(value);
  const node = at.producer;
  if (node === undefined || node.domain !== "") return undefined;
  const weights = node.inputs.filter((x) => x !== null).slice(0, 2).filter((x) => isConstant(x, readers));
  const layers = ["MatMul", "Einsum", "Gemm", "Conv", "ConvTranspose"];
  if (weights.length === 0 || !layers.includes(node.opType)) return undefined;
  if (node.opType !== "MatMul" && node.opType !== "Einsum" && node.inputs[2]) return undefined;
  const size = node.opType.startsWith("Conv") ? at.shape?.[1] : at.shape?.at(-1);
  return { channels: typeof size === "number" ? size : undefined };
}

/** Returns whether a value is made of initializers alone, and depends on no input of the graph. */
function isConstant(value: Value, readers: Readers): boolean {
  const seen = new Set<Value>();
  const pending = [value];
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    if (seen.has(at)) continue;
    seen.add(at);
    const held = at.graph.initializers.get(at.name)?.value === at;
    if (at.producer === undefined && !held) return false;
    if (at.producer !== undefined && at.producer.inputs.length === 0 && at.producer.opType !== "Constant") {
      return false;
    }
    for (const x of at.producer?.inputs ?? []) if (x !== null) pending.push(x);
    if (seen.size > 64) return false;
  }
  return readers.needed.size > 0;
}

/** Returns whether the other operand is a looked-up embedding: networks scale it by a number that depends on its width. */
function embeddingScale({ node, index }: Reading): boolean {
  const other = node.inputs[1 - index];
  const from = other && carried(other).producer;
  const table = from?.opType === "Gather" ? from.inputs[0] : undefined;
  return !!table && table.producer === undefined && table.graph.initializers.has(table.name) &&
    (table.shape?.length ?? 0) === 2;
}

/** Returns whether the operand is a mean that is subtracted from an input of the graph, or scales that difference. */
function inputStatistic({ node, index }: Reading, readers: Readers): boolean {
  const { opType } = node;
  if (opType === "Sub" && index === 1) {
    const after = readers.uses(node.outputs[0]!);
    return isInput(node.inputs[0]!) && after.length > 0 &&
      after.every((r) =>
        ["Div", "Mul"].includes(r.node.opType) &&
        r.node.inputs.some((x, i) => i !== r.index && x && isHeld(x))
      );
  }
  const difference = opType === "Mul" ? carried(node.inputs[1 - index]!).producer : undefined;
  return difference?.opType === "Sub" && isInput(difference.inputs[0]!) && isHeld(difference.inputs[1]!);
}

/** Returns whether a value is an input of the graph, scaled by at most a single number. */
function isInput(value: Value): boolean {
  const at = carried(value);
  if (at.producer === undefined) return at.graph.inputs.includes(at);
  const { opType, inputs } = at.producer;
  const scaled = (opType === "Mul" || opType === "Div") && isHeld(inputs[1]!) &&
    inputs[1]!.shape !== undefined &&
    isStatic(inputs[1]!.shape) && sizeOf(inputs[1]!.shape) === 1;
  return scaled && isInput(inputs[0]!);
}

/** Returns whether a value is an initializer or a constant, in any layout. */
function isHeld(value: Value): boolean {
  const at = carried(value);
  return at.producer === undefined ? at.graph.initializers.has(at.name) : at.producer.opType === "Constant";
}

/** Returns whether a value counts positions: integers, cast to floats and scaled. */
function isPosition(value: Value): boolean {
  const seen = new Set<Value>();
  const pending = [value];
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    if (seen.has(at)) continue;
    seen.add(at);
    const { producer } = at;
    if (at.known.dtype !== undefined && !isFloat(at.known.dtype)) continue;
    if (producer === undefined) {
      if (at.shape === undefined || !isStatic(at.shape) || sizeOf(at.shape) !== 1) return false;
    } else if (producer.opType !== "Range") {
      for (const x of producer.inputs) if (x !== null) pending.push(x);
    }
  }
  return true;
}

/** Returns whether only a sine and a cosine read a product: positions or times multiplied by frequencies. */
function frequency({ node }: Reading, readers: Readers): boolean {
  const ends = new Set<string>();
  const seen = new Set<Value>();
  const pending: Value[] = [node.outputs[0]!];
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    if (seen.has(at)) continue;
    seen.add(at);
    for (const { node: next } of readers.uses(at)) {
      if (next.opType === "Sin" || next.opType === "Cos") ends.add(next.opType);
      else if (
        ["Mul", "Concat", "Add", "Div"].includes(next.opType) && next.outputs[0] &&
        isFloat(next.outputs[0].dtype)
      ) {
        pending.push(next.outputs[0]);
      } else return false;
    }
  }
  return ends.size === 2;
}
