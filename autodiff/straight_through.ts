/**
 * Gradients that pass rounding as if it were not there.
 *
 * @module
 */
import { type DType, type Graph, type ImportOptions, isFloat, type Node, type Value } from "../onnx/mod.ts";
import { isInteger } from "../onnx/tensor/mod.ts";
import type { Rule, Site } from "./site.ts";

/** The gradient of rounding: `"exact"` (0) or `"straight-through"` (as if the rounding were not there). */
export type Quantization = "exact" | "straight-through";

/** The numbers that quantized types hold. */
const RANGES: Partial<Record<DType, readonly [least: number, most: number]>> = {
  int2: [-2, 1],
  int4: [-8, 7],
  int8: [-128, 127],
  int16: [-32768, 32767],
  uint2: [0, 3],
  uint4: [0, 15],
  uint8: [0, 255],
  uint16: [0, 65535],
};

/** Operators that round floats to floats. */
const ROUNDING = new Set(["Ceil", "Floor", "Round"]);

/** Operators that may change the layout of integers between quantizing and dequantizing. */
const LAYOUT = new Set(["Flatten", "Identity", "Reshape", "Slice", "Squeeze", "Transpose", "Unsqueeze"]);

/** The floats that integers were rounded from, and the node that rounded them. */
interface Source {
  readonly value: Value;
  readonly node: Node;
  /** The nodes between that change the layout, in order. */
  readonly layouts: readonly Node[];
}

/**
 * Implements the straight-through estimator: `dx = dy` where the rounded value is in the range of its type, and 0 where
 * it was clamped, as in PyTorch's fake quantization. It covers `QuantizeLinear` and `DynamicQuantizeLinear` up to their
 * `DequantizeLinear`, casts of floats to integers and back, `Round`, `Floor` and `Ceil`, all outside the bodies of
 * control flow. The outputs of the model stay the same to the bit. Scales and zero points get no gradient.
 *
 * @see Bengio, Léonard, Courville: Estimating or Propagating Gradients Through Stochastic Neurons, 2013
 */
export class StraightThrough {
  /** Rules of single nodes, which override the table's. */
  readonly rules: Map<Node, Rule> = new Map();
  /** The rounded values of the model: no gradient passes through them to scales and zero points. */
  readonly constants: Set<Value> = new Set();
  readonly #passing = new Set<Node>();

  /**
   * Prepares for the nodes that are read into a graph.
   *
   * @param graph the graph that a model is read into
   */
  constructor(readonly graph: Graph) {}

  /**
   * Returns whether a gradient passes a node straight through (`true`) or stops there (`false`); `undefined` for other
   * nodes.
   */
  readonly passing = (node: Node): boolean | undefined => {
    if (this.#passing.has(node)) return true;
    return node.outputs.some((y) => y !== null && this.constants.has(y)) ? false : undefined;
  };

  /** Returns the values that replace a node's outputs while `importModel` reads it; `undefined` keeps the node. */
  readonly replace: NonNullable<ImportOptions["replace"]> = (node, g) => {
    if (node.domain !== "" || g !== this.graph) return undefined;
    if (ROUNDING.has(node.opType)) {
      this.#passing.add(node);
      this.rules.set(node, (site) => [site.dy]);
      return undefined;
    }
    const y = node.outputs[0]!;
    const whole = node.inputs[0];
    const back = node.opType === "DequantizeLinear" ||
      (node.opType === "Cast" && y.known.dtype !== undefined && isFloat(y.dtype));
    const source = back && whole ? sourceOf(whole) : undefined;
    if (source === undefined || source.value.known.dtype !== y.known.dtype) return undefined;
    const rule = ruleOf(source, node.opType);
    if (rule === undefined) return undefined;
    const x = source.layouts.reduce((v, step) => relaid(g, step, v), source.value);
    // The condition is always true: the result is y, and x is an operand only so that the sweep reaches it.
    const [joined] = g.emit("Where", [g.constant(true, "bool"), y, x], { share: false });
    this.rules.set(joined!.producer!, (site) => [null, null, rule(site)]);
    this.#passing.add(source.node).add(joined!.producer!);
    this.constants.add(y);
    return [joined!];
  };
}

/** Returns the floats that integers were rounded from; `undefined` when they were not. */
function sourceOf(whole: Value): Source | undefined {
  const layouts: Node[] = [];
  for (let node = whole.producer; node !== undefined; node = node.inputs[0]?.producer) {
    const x = node.inputs[0];
    if (node.domain !== "" || !x) return undefined;
    const rounds = node.opType === "QuantizeLinear" || node.opType === "DynamicQuantizeLinear" ||
      (node.opType === "Cast" && x.known.dtype !== undefined && isFloat(x.dtype) && isInteger(whole.dtype));
    if (rounds) return { value: x, node, layouts };
    if (!LAYOUT.has(node.opType)) return undefined;
    layouts.unshift(node);
  }
  return undefined;
}

function relaid(g: Graph, step: Node, x: Value): Value {
  const attributes = Object.fromEntries([...step.attributes].map(([name, a]) => [name, a.value as number]));
  return g.emit(step.opType, [x, ...step.inputs.slice(1)], { attributes })[0]!;
}

/** Returns the rule for the cotangent of the floats; `undefined` when the range of their type is not known. */
function ruleOf({ node, layouts }: Source, back: string): ((site: Site) => Value) | undefined {
  if (node.opType !== "QuantizeLinear") {
    const matched = (node.opType === "Cast") === (back === "Cast");
    return matched ? (site) => site.dy : undefined;
  }
  const range = RANGES[node.outputs[0]!.dtype];
  if (range === undefined || back !== "DequantizeLinear" || node.int("block_size")) return undefined;
  return ({ g, dy }) => {
    const inside = layouts.reduce((v, step) => relaid(g, step, v), unclamped(g, node, range));
    return g.mul(dy, g.cast(inside, { to: dy.dtype }));
  };
}

/** Returns, per element of x, whether `round(x / scale) + zero point` lies in the range. */
function unclamped(g: Graph, node: Node, [least, most]: readonly [number, number]): Value {
  const [x, scale, zero] = node.inputs as [Value, Value, Value | null | undefined];
  const aligned = (v: Value) => {
    if (v.shape === undefined || v.shape.length !== 1 || v.shape[0] === 1) return v;
    const axis = node.int("axis") ?? 1;
    const after = x.rank - 1 - (axis < 0 ? axis + x.rank : axis);
    return after === 0 ? v : g.unsqueeze(v, Array.from({ length: after }, (_, i) => i + 1));
  };
  const rounded = g.round(g.div(x, g.cast(aligned(scale), { to: x.dtype })));
  const q = zero ? g.add(rounded, g.cast(aligned(zero), { to: x.dtype })) : rounded;
  return g.and(
    g.greaterOrEqual(q, g.constant(least, x.dtype)),
    g.lessOrEqual(q, g.constant(most, x.dtype)),
  );
}
