/**
 * Recurrent language models.
 *
 * @module
 */
import { checkOptions, type OptionNames } from "../options/mod.ts";
import { buildModel, Graph, type Model, tensor, type Value } from "../onnx/mod.ts";
import { uniformWithin, zeros } from "./initializers.ts";
import { checkCounts, checkRatio, dropout } from "./layers.ts";

/** Kinds of recurrent cells. */
export type Cell = "lstm" | "gru" | "rnn";

/** Parts of a cell's weights: gates and candidates. */
const PARTS: Readonly<Record<Cell, number>> = { lstm: 4, gru: 3, rnn: 1 };

/** Options of {@linkcode recurrentLanguageModel}. */
export interface RecurrentLanguageModelOptions {
  /** How many tokens there are. */
  vocabulary: number;
  /** The cells; `"lstm"` by default. */
  cell?: Cell;
  /** Numbers that represent a token; 200 by default. */
  embedding?: number;
  /** Units of a layer; 200 by default. */
  hidden?: number;
  /** Recurrent layers; 2 by default. */
  layers?: number;
  /** Share of the numbers that is dropped before and after each layer; 0 by default. */
  dropout?: number;
  /** Whether the scores come from the embedding's own weights, which takes `embedding` = `hidden`; `false` by default. */
  tied?: boolean;
  /** The seed of the weights, an integer from 0 to 2^53 - 1; 0 by default. */
  seed?: number;
}

const RECURRENT_LANGUAGE_MODEL_OPTIONS = {
  vocabulary: true,
  cell: false,
  embedding: false,
  hidden: false,
  layers: false,
  dropout: false,
  tied: "flag",
  seed: false,
} satisfies OptionNames<RecurrentLanguageModelOptions>;

/**
 * Builds a language model of recurrent layers: an ONNX model from `tokens`, int64 `[N, T]`, to `scores`, float32
 * `[N, T, vocabulary]`: at each place the scores of the next token. Each row begins with a state of zeros. The sizes by
 * default are those of Zaremba et al.'s small network: 4,653,200 parameters for 10,000 words.
 *
 * ```text
 * embedding   [N, T, E]
 * layers      [T, N, H]   of ONNX's LSTM, GRU or RNN: <name>.W [1, g H, E], .R [1, g H, H], .B [1, 2 g H]
 * scores      [N, T, V]
 * ```
 *
 * Initial values are PyTorch's: uniform within 1 / sqrt(hidden) for the layers, and within 0.1 for embedding and scores.
 * The GRU resets after the product, as PyTorch's and cuDNN's do.
 *
 * @throws {RangeError} when a size is not an integer of at least 1, or `tied` does not fit the sizes.
 *
 * @example
 * ```ts
 * import { recurrentLanguageModel } from "./recurrent.ts";
 * import { assertEquals } from "@std/assert";
 * const model = recurrentLanguageModel({ vocabulary: 50, hidden: 8, embedding: 8, layers: 1, cell: "gru" });
 * assertEquals(model.graph!.node.filter((n) => n.opType === "GRU").length, 1);
 * ```
 *
 * @see Zaremba, Sutskever, Vinyals: Recurrent neural network regularization, 2014.
 */
export function recurrentLanguageModel(options: RecurrentLanguageModelOptions): Model {
  checkOptions("recurrentLanguageModel", options, RECURRENT_LANGUAGE_MODEL_OPTIONS);
  const { vocabulary, cell = "lstm", embedding = 200, hidden = 200, layers = 2, tied = false, seed = 0 } =
    options;
  const ratio = options.dropout ?? 0;
  checkCounts({ vocabulary, embedding, hidden, layers });
  checkRatio("dropout", ratio);
  if (!Object.hasOwn(PARTS, cell)) {
    throw new RangeError(`cell must be one of ${Object.keys(PARTS).join(", ")}, got '${cell}'`);
  }
  if (tied && embedding !== hidden) {
    throw new RangeError(`tied takes as many numbers a token as units, got ${embedding} and ${hidden}`);
  }
  const g = new Graph({ name: `${cell}_language_model` });
  const near = uniformWithin(0.1);
  const weight = (name: string, shape: number[]) => g.initializer(name, near(shape, { seed, name }));
  const table = weight("embedding.weight", [vocabulary, embedding]);
  const tokens = g.input("tokens", "int64", ["N", "T"]);
  let x = dropout(g, g.transpose(g.gather(table, tokens), { perm: [1, 0, 2] }), ratio);
  for (let l = 0; l < layers; l++) {
    const size = [l === 0 ? embedding : hidden, hidden] as const;
    x = dropout(g, recurrentLayer(g, x, { name: `${cell}.${l}`, cell, size, seed }), ratio);
  }
  const rows = g.transpose(x, { perm: [1, 0, 2] });
  const decoder = tied ? table : weight("decoder.weight", [vocabulary, hidden]);
  const bias = g.initializer("decoder.bias", zeros([vocabulary], { seed, name: "decoder.bias" }));
  g.output(g.add(g.matMul(rows, g.transpose(decoder, { perm: [1, 0] })), bias), "scores");
  return buildModel(g);
}

/** Options of {@linkcode recurrentLayer}. */
export interface RecurrentLayerOptions {
  /** The layer's name: parameters `.W` `[1, g H, I]`, `.R` `[1, g H, H]` and `.B` `[1, 2 g H]`, gates in ONNX's order. */
  name: string;
  /** The cells. */
  cell: Cell;
  /** Numbers in and units. */
  size: readonly [inputs: number, hidden: number];
  /** The seed of the weights. */
  seed: number;
}

const RECURRENT_LAYER_OPTIONS = { name: true, cell: true, size: true, seed: true } satisfies OptionNames<
  RecurrentLayerOptions
>;

/**
 * Adds a recurrent layer that begins with a state of zeros.
 *
 * @param x `[T, N, inputs]`, steps first
 * @returns the states of all steps, `[T, N, hidden]`
 *
 * @example
 * ```ts
 * import { Graph } from "../onnx/mod.ts";
 * import { recurrentLayer } from "./recurrent.ts";
 * import { assertEquals } from "@std/assert";
 * const g = new Graph();
 * const x = g.input("x", "float32", [35, "N", 8]);
 * const y = recurrentLayer(g, x, { name: "lstm", cell: "lstm", size: [8, 16], seed: 1 });
 * assertEquals(y.shape, [35, "N", 16]);
 * assertEquals(g.initializers.get("lstm.W")!.value.shape, [1, 4 * 16, 8]);
 * ```
 */
export function recurrentLayer(g: Graph, x: Value, options: RecurrentLayerOptions): Value {
  checkOptions("recurrentLayer", options, RECURRENT_LAYER_OPTIONS);
  const { name, cell, size: [inputs, hidden], seed } = options;
  const rows = PARTS[cell] * hidden;
  const initializer = uniformWithin(1 / Math.sqrt(hidden));
  const parameter = (suffix: string, shape: number[]) =>
    g.initializer(`${name}.${suffix}`, initializer(shape, { seed, name: `${name}.${suffix}` }));
  const weights = [
    parameter("W", [1, rows, inputs]),
    parameter("R", [1, rows, hidden]),
    parameter("B", [1, 2 * rows]),
  ];
  const [W, R, B] = weights as [Value, Value, Value];
  const all = cell === "lstm"
    ? g.lstm(x, W, R, B, null, null, null, null, { hidden_size: hidden })
    : cell === "gru"
    ? g.gru(x, W, R, B, null, null, { hidden_size: hidden, linear_before_reset: 1 })
    : g.rnn(x, W, R, B, null, null, { hidden_size: hidden });
  // One direction: [T, 1, N, H].
  return g.squeeze(all[0], tensor(BigInt64Array.of(1n)));
}
