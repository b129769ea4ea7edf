/**
 * Transformers for text.
 *
 * @module
 */
import { checkOptions, type OptionNames } from "../options/mod.ts";
import { buildModel, Graph, type Model, tensor, type Value } from "../onnx/mod.ts";
import { normalOf, zeros } from "./initializers.ts";
import { checkCounts, checkRatio, dropout, layerNorm } from "./layers.ts";

/** Options of {@linkcode transformer}. */
export interface TransformerOptions {
  /** How many tokens there are. */
  vocabulary: number;
  /** The most tokens that a row may have; 128 by default. */
  context?: number;
  /** Numbers that represent a token, a multiple of `heads`; 128 by default. */
  width?: number;
  /** Blocks; 4 by default. */
  layers?: number;
  /** Heads of attention; 4 by default. */
  heads?: number;
  /** Units of the dense layers within a block; four times `width` by default. */
  hidden?: number;
  /** Share that is dropped of the embeddings, the attention and the outputs of each half of a block; 0 by default. */
  dropout?: number;
  /** Whether the scores come from the embedding's own weights, as in GPT-2; `true` by default. */
  tied?: boolean;
  /** The seed of the weights, an integer from 0 to 2^53 - 1; 0 by default. */
  seed?: number;
}

const TRANSFORMER_OPTIONS = {
  vocabulary: true,
  context: false,
  width: false,
  layers: false,
  heads: false,
  hidden: false,
  dropout: false,
  tied: "flag",
  seed: false,
} satisfies OptionNames<TransformerOptions>;

/**
 * Builds a causal transformer in the form of GPT-2: an ONNX model from `tokens`, int64 `[N, T]` with T up to `context`,
 * to `scores`, float32 `[N, T, vocabulary]`: at each place the scores of the next token, from the tokens up to it.
 *
 * ```text
 * x = embedding[tokens] + positions[0..T]                          [N, T, D]
 * x = x + attention(norm(x));  x = x + gelu(norm(x) A' + a) B' + b     a block
 * scores = norm(x) embedding'
 * ```
 *
 * GPT-2's sizes, `vocabulary: 50257, context: 1024, width: 768, layers: 12, heads: 12`, give its 124,439,808 parameters.
 * Initial values are GPT-2's: normal of 0.02, and of 0.02 / sqrt(2 layers) for what is added to the residual; biases zero.
 *
 * @throws {RangeError} when a size is not an integer of at least 1, or `width` not a multiple of `heads`.
 *
 * @example
 * ```ts
 * import { transformer } from "./transformer.ts";
 * import { assertEquals } from "@std/assert";
 * const model = transformer({ vocabulary: 50, width: 8, heads: 2, layers: 1 });
 * assertEquals(model.graph!.output[0]!.name, "scores");
 * ```
 *
 * @see Vaswani et al.: Attention is all you need, 2017; Radford et al.: Language models are unsupervised multitask
 * learners, 2019.
 */
export function transformer(options: TransformerOptions): Model {
  checkOptions("transformer", options, TRANSFORMER_OPTIONS);
  const { vocabulary, context = 128, width = 128, layers = 4, heads = 4, tied = true, seed = 0 } = options;
  const { hidden = 4 * width, dropout: ratio = 0 } = options;
  checkCounts({ vocabulary, context, width, layers, heads, hidden });
  checkRatio("dropout", ratio);
  if (width % heads !== 0) {
    throw new RangeError(`width must be a multiple of heads, got ${width} and ${heads}`);
  }
  const g = new Graph({ name: "transformer" });
  const block = { width, heads, hidden, ratio, seed, residual: 0.02 / Math.sqrt(2 * layers) };
  const weight = (name: string, shape: number[]) =>
    g.initializer(name, normalOf(0.02)(shape, { seed, name }));
  const table = weight("embedding.weight", [vocabulary, width]);
  const positions = weight("positions.weight", [context, width]);
  const tokens = g.input("tokens", "int64", ["N", "T"]);
  const length = g.shape(tokens, { start: 1, end: 2 });
  const mask = g.slice(causalMask(g, context), [0, 0], g.concat([length, length], { axis: 0 }), [0, 1]);
  let x = g.add(g.gather(table, tokens), g.slice(positions, [0], length, [0]));
  x = dropout(g, x, ratio);
  for (let l = 0; l < layers; l++) {
    const name = `blocks.${l}`;
    const attended = attention(g, layerNorm(g, x, { name: `${name}.norm1`, size: width }), {
      ...block,
      name,
      mask,
    });
    x = g.add(x, dropout(g, attended, ratio));
    const normed = layerNorm(g, x, { name: `${name}.norm2`, size: width });
    const h = g.gelu(project(g, normed, { name: `${name}.fc1`, size: [width, hidden], seed }));
    const y = project(g, h, { name: `${name}.fc2`, size: [hidden, width], seed, std: block.residual });
    x = g.add(x, dropout(g, y, ratio));
  }
  const last = layerNorm(g, x, { name: "norm", size: width });
  const decoder = tied ? table : weight("decoder.weight", [vocabulary, width]);
  g.output(g.matMul(last, g.transpose(decoder, { perm: [1, 0] })), "scores");
  return buildModel(g);
}

/** Returns which places a place may look at, itself and those before it: bool `[context, context]`. */
function causalMask(g: Graph, context: number): Value {
  const data = new Uint8Array(context * context);
  for (let i = 0; i < context; i++) data.fill(1, i * context, i * context + i + 1);
  return g.initializer("causal_mask", tensor(data, [context, context], "bool"));
}

interface ProjectOptions {
  readonly name: string;
  readonly size: readonly [inputs: number, outputs: number];
  readonly seed: number;
  /** Standard deviation of the initial weights. */
  readonly std?: number;
}

/** `x W + b` for `x` `[N, T, inputs]`; `W` is `[inputs, outputs]`, as in GPT-2. */
function project(g: Graph, x: Value, { name, size, seed, std = 0.02 }: ProjectOptions): Value {
  const weight = g.initializer(`${name}.weight`, normalOf(std)(size, { seed, name: `${name}.weight` }));
  const bias = g.initializer(`${name}.bias`, zeros([size[1]], { seed, name: `${name}.bias` }));
  return g.add(g.matMul(x, weight), bias);
}

interface AttentionOptions {
  readonly name: string;
  readonly width: number;
  readonly heads: number;
  readonly ratio: number;
  readonly seed: number;
  readonly residual: number;
  readonly mask: Value;
}

/** `softmax(Q K' / sqrt(D / heads)) V` over the places that the mask allows, for each head, and a projection of all. */
function attention(g: Graph, x: Value, options: AttentionOptions): Value {
  const { name, width, heads, ratio, seed, residual, mask } = options;
  const all = project(g, x, { name: `${name}.attention.qkv`, size: [width, 3 * width], seed });
  const parts = g.split(all, null, { axis: -1, num_outputs: 3, outputs: 3 }) as [Value, Value, Value];
  const split = (v: Value, perm: number[]) =>
    g.transpose(g.reshape(v, [0, 0, heads, width / heads]), { perm });
  const [q, k, v] = [
    split(parts[0], [0, 2, 1, 3]),
    split(parts[1], [0, 2, 3, 1]),
    split(parts[2], [0, 2, 1, 3]),
  ];
  const products = g.mul(g.matMul(q!, k!), 1 / Math.sqrt(width / heads));
  const scores = g.where(mask, products, -Infinity);
  const weights = dropout(g, g.softmax(scores, { axis: -1 }), ratio);
  const y = g.reshape(g.transpose(g.matMul(weights, v!), { perm: [0, 2, 1, 3] }), [0, 0, width]);
  return project(g, y, { name: `${name}.attention.out`, size: [width, width], seed, std: residual });
}
