/**
 * Tasks of language modeling: a text in windows of tokens, and networks that predict the next token.
 *
 * @module
 */
import {
  type Data,
  type DataSet,
  encodeTokens,
  type Model,
  recurrentLanguageModel,
  tokenWindows,
  transformer,
  type Vocabulary,
  withLoss,
} from "../../../mod.ts";

/** Returns tokens as numbers, cut into windows, each with the tokens one place further on as targets. */
export function windowsOf(
  tokens: readonly string[],
  { vocabulary, length }: { vocabulary: Vocabulary; length: number },
): DataSet {
  return tokenWindows(encodeTokens(tokens, vocabulary), { length });
}

/** Returns windows as the inputs of a language model. */
export function textInputs({ inputs: { x, y } }: DataSet): Data {
  return { tokens: x, target: y };
}

/** The sizes of a language model. */
export interface LanguageModelSizes {
  /** The number of different tokens. */
  readonly vocabulary: number;
  /** The number of tokens in a window. */
  readonly window: number;
  /** The number of units of a layer. */
  readonly width: number;
  readonly layers: number;
  /** The share of the units that dropout drops. */
  readonly dropout: number;
  readonly seed: number;
}

const recurrent =
  (cell: "lstm" | "gru" | "rnn") => ({ width, window: _, ...sizes }: LanguageModelSizes): Model =>
    recurrentLanguageModel({ ...sizes, cell, embedding: width, hidden: width, tied: true });

/** Name to network: one output of scores for each token of the vocabulary. */
export const LANGUAGE_MODELS = {
  lstm: recurrent("lstm"),
  gru: recurrent("gru"),
  rnn: recurrent("rnn"),
  transformer: ({ width, window, ...sizes }: LanguageModelSizes): Model =>
    transformer({ ...sizes, context: window, width, heads: width % 4 === 0 ? 4 : 1 }),
} as const;

/** The name of a language model. */
export type LanguageModelName = keyof typeof LANGUAGE_MODELS;

/** Returns a language model with its loss: the mean cross-entropy of the next token. */
export function withTokenLoss(model: Model): Model {
  return withLoss(model, { loss: "cross-entropy", classes: "last" });
}
