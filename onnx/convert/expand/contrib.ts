/**
 * Operators of ONNX Runtime's own domain `com.microsoft`, in operators of `ai.onnx`: exporters and the runtime's optimizer
 * write them.
 *
 * @module
 */
import type { Graph, Node, Value } from "../../ir/mod.ts";
import { attention, rotaryEmbedding } from "./attention.ts";

/**
 * The parts that an expansion works with. Attributes have no schema with defaults, so callers pass a default with the
 * name.
 */
interface Site {
  readonly g: Graph;
  readonly node: Node;
  /** Input `i`, which the operator requires. */
  readonly x: (i: number) => Value;
  /** Input `i`, or `null`. */
  readonly optional: (i: number) => Value | null;
  readonly int: (name: string, otherwise?: number) => number;
  readonly float: (name: string, otherwise: number) => number;
}

/** Returns the outputs; `null` for a node with options that are not covered, which stays unchanged. */
type Expansion = (site: Site) => (Value | undefined)[] | null;

const gelu: Expansion = ({ g, x }) => [g.gelu(x(0))];

/** gelu(a + b). */
const biasGelu: Expansion = ({ g, x }) => [g.gelu(g.add(x(0), x(1)))];

const fastGelu: Expansion = ({ g, x, optional }) => {
  const bias = optional(1);
  return [g.gelu(bias ? g.add(x(0), bias) : x(0), { approximate: "tanh" })];
};

/** x sigmoid(alpha x). */
const quickGelu: Expansion = ({ g, x, float }) => [
  g.mul(x(0), g.sigmoid(g.mul(x(0), float("alpha", 1.702)))),
];

/** alpha a b, each transposed in its last two dimensions where asked. */
const fusedMatMul: Expansion = ({ g, x, int, float }) => {
  if (int("transBatchA") || int("transBatchB")) return null;
  const operand = (v: Value, transpose: number) => {
    if (!transpose || v.rank < 2) return v;
    const perm = Array.from({ length: v.rank }, (_, i) => i);
    perm.push(...perm.splice(-2, 2).reverse());
    return g.transpose(v, { perm });
  };
  const product = g.matMul(operand(x(0), int("transA")), operand(x(1), int("transB")));
  const alpha = float("alpha", 1);
  return [alpha === 1 ? product : g.mul(product, alpha)];
};

const ACTIVATIONS: Readonly<Record<string, (g: Graph, x: Value, alpha: number | undefined) => Value>> = {
  Relu: (g, x) => g.relu(x),
  Sigmoid: (g, x) => g.sigmoid(x),
  Tanh: (g, x) => g.tanh(x),
  LeakyRelu: (g, x, alpha) => g.leakyRelu(x, { alpha }),
  Elu: (g, x, alpha) => g.elu(x, { alpha }),
};

/** Returns an operator of `ai.onnx` and an activation. */
function activated(opType: string): Expansion {
  return ({ g, node, optional }) => {
    const f = ACTIVATIONS[node.string("activation") ?? ""];
    // Conv may have an operand to add.
    if (f === undefined || (opType === "Conv" && optional(3))) return null;
    const own = [...node.attributes].filter(([name, a]) =>
      !name.startsWith("activation") && a.type !== "OTHER"
    );
    const attributes = Object.fromEntries(own.map(([name, a]) => [name, a.value as number]));
    const [y] = g.emit(opType, node.inputs, { attributes });
    return [f(g, y!, node.float("activation_alpha") ?? node.floats("activation_params")?.[0])];
  };
}

/** x / sqrt(mean(x^2) + epsilon) scale, over the last axes. */
function rootMeanSquare(
  g: Graph,
  { x, scale, axis, epsilon }: { x: Value; scale: Value; axis: number; epsilon: number },
): [y: Value, inverse: Value] {
  const first = axis < 0 ? axis + x.rank : axis;
  const axes = Array.from({ length: x.rank - first }, (_, i) => first + i);
  const inverse = g.reciprocal(g.sqrt(g.add(g.reduceMean(g.mul(x, x), axes, { keepdims: 1 }), epsilon)));
  return [g.mul(g.mul(x, inverse), scale), inverse];
}

const simplifiedLayerNormalization: Expansion = ({ g, x, int, float }) =>
  rootMeanSquare(g, { x: x(0), scale: x(1), axis: int("axis", -1), epsilon: float("epsilon", 1e-5) });

/** The layer's input, a skipped connection and a bias, added up and normalized. */
const skipLayerNormalization: Expansion = ({ g, x, optional, float }) => {
  const bias = optional(4);
  const sum = g.add(x(0), x(1));
  const total = bias ? g.add(sum, bias) : sum;
  const epsilon = float("epsilon", 1e-12);
  const [y, mean, inverse] = g.layerNormalization(total, x(2), optional(3), {
    axis: -1,
    epsilon,
    outputs: 3,
  });
  return [y, mean, inverse, total];
};

const skipSimplifiedLayerNormalization: Expansion = ({ g, x, optional, float }) => {
  const bias = optional(3);
  const sum = g.add(x(0), x(1));
  const total = bias ? g.add(sum, bias) : sum;
  const [y, inverse] = rootMeanSquare(g, {
    x: total,
    scale: x(2),
    axis: -1,
    epsilon: float("epsilon", 1e-12),
  });
  return [y, undefined, inverse, total];
};

/** Returns what a mask `[B, T']` of ones and zeros, or lengths `[B]`, allow of the scores. */
function keyMask(g: Graph, mask: Value | null): { mask?: Value; lengths?: Value } | null {
  if (mask === null) return {};
  if (mask.rank === 1) return { lengths: g.cast(mask, { to: "int64" }) };
  if (mask.rank !== 2) return null;
  return { mask: g.unsqueeze(g.cast(mask, { to: "bool" }), [1, 2]) };
}

/** Attention: projects its input to queries, keys and values, `[B, T, I]` by `[I, 3 * H * D]`. */
const packedAttention: Expansion = ({ g, node, x, optional, int, float }) => {
  const allowed = keyMask(g, optional(3));
  const sizes = node.ints("qkv_hidden_sizes");
  const width = x(1).shape?.[1];
  if (allowed === null || optional(4) || optional(6) || int("do_rotary") || typeof width !== "number") {
    return null;
  }
  // A bias of the scores and a mask at once would have to be joined.
  if (optional(5) && allowed.mask) return null;
  const product = g.matMul(x(0), x(1));
  const bias = optional(2);
  const parts = sizes ?? [width / 3, width / 3, width / 3];
  const [q, k, v] = g.split(bias ? g.add(product, bias) : product, parts, { axis: 2, outputs: 3 });
  const heads = int("num_heads");
  const scale = float("scale", 0);
  const { y } = attention(g, {
    q,
    k,
    v,
    ...(optional(5) ? { mask: optional(5) } : {}),
    ...allowed,
    heads: [heads, heads],
    causal: int("unidirectional") === 1,
    // These kernels lower the scores of masked keys, and with all of them masked weigh them as if none were.
    filler: float("mask_filter_value", -10000),
    ...(scale === 0 ? {} : { scale }),
  });
  return [y];
};

/** MultiHeadAttention: queries, keys and values of three dimensions. */
const multiHeadAttention: Expansion = ({ g, node, x, optional, int, float }) => {
  const allowed = keyMask(g, optional(4));
  if (allowed === null || !optional(1) || !optional(2) || x(0).rank !== 3 || x(1).rank !== 3) return null;
  if (node.inputs.slice(6).some((v) => v !== null) || (optional(5) && allowed.mask)) return null;
  const widths = [x(0), x(1), x(2)].map((v) => v.shape?.at(-1));
  if (!widths.every((w) => typeof w === "number")) return null;
  const bias = optional(3);
  const biases = bias ? g.split(bias, widths as number[], { axis: 0, outputs: 3 }) : undefined;
  const [q, k, v] = [0, 1, 2].map((i) => (biases ? g.add(x(i), biases[i]!) : x(i))) as [Value, Value, Value];
  const heads = int("num_heads");
  const scale = float("scale", 0);
  const { y, present } = attention(g, {
    q,
    k,
    v,
    ...(optional(5) ? { mask: optional(5) } : {}),
    ...allowed,
    heads: [heads, heads],
    causal: int("unidirectional") === 1,
    // These kernels lower the scores of masked keys, and with all of them masked weigh them as if none were.
    filler: float("mask_filter_value", -10000),
    ...(scale === 0 ? {} : { scale }),
  });
  return [y, ...present];
};

/** RotaryEmbedding, whose positions come second; one number stands for the first position of all batches. */
const rotary: Expansion = ({ g, x, int, float }) => {
  if (float("scale", 1) !== 1 || int("is_packed_batching")) return null;
  const cache = x(2).shape?.at(-1);
  const [input, positions] = [x(0), x(1)];
  if (positions.rank !== 2 || typeof cache !== "number") return null;
  const width = input.shape?.at(-1);
  const heads = int("num_heads") || (typeof width === "number" && input.rank === 3 ? width / (2 * cache) : 0);
  return [rotaryEmbedding(g, {
    x: input,
    cos: x(2),
    sin: x(3),
    positions,
    heads,
    interleaved: int("interleaved") === 1,
    turned: int("rotary_embedding_dim"),
  })];
};

/** The expansions, by operator. */
const CONTRIB: Readonly<Record<string, Expansion>> = {
  Attention: packedAttention,
  BiasGelu: biasGelu,
  FastGelu: fastGelu,
  FusedConv: activated("Conv"),
  FusedGemm: activated("Gemm"),
  FusedMatMul: fusedMatMul,
  Gelu: gelu,
  MultiHeadAttention: multiHeadAttention,
  QuickGelu: quickGelu,
  RotaryEmbedding: rotary,
  SimplifiedLayerNormalization: simplifiedLayerNormalization,
  SkipLayerNormalization: skipLayerNormalization,
  SkipSimplifiedLayerNormalization: skipSimplifiedLayerNormalization,
  TransposeMatMul: fusedMatMul,
};

/** The operators of `com.microsoft` that become operators of `ai.onnx` while a model is read. */
export const CONTRIB_OPERATORS: readonly string[] = Object.keys(CONTRIB);

/** The operator set that the expansions are written in. */
const LEAST_OPSET = 20;

/**
 * Adds to `g` the operators that a node of `com.microsoft` stands for.
 *
 * @returns the outputs, or `undefined` for an unknown operator, or options that are not covered.
 */
export function expandNode(g: Graph, node: Node, names: readonly string[]): (Value | null)[] | undefined {
  // The runtime's optimizer writes this one without a domain.
  const own = node.domain === "com.microsoft" ||
    (node.domain === "" && node.opType === "SimplifiedLayerNormalization");
  if (!own || !Object.hasOwn(CONTRIB, node.opType) || g.opsets[""]! < LEAST_OPSET) return undefined;
  const values = CONTRIB[node.opType]!({
    g,
    node,
    x(i) {
      const value = node.inputs[i];
      if (!value) throw new TypeError(`${node} has no input ${i}`);
      return value;
    },
    optional: (i) => node.inputs[i] ?? null,
    int: (name, otherwise = 0) => node.int(name) ?? otherwise,
    float: (name, otherwise) => node.float(name) ?? otherwise,
  });
  if (values === null || names.some((name, i) => name !== "" && values[i] === undefined)) return undefined;
  // Each output keeps its name in the model.
  return names.map((name, i) =>
    name === "" ? null : g.emit("Identity", [values[i]!], { outputNames: [name], share: false })[0]!
  );
}
