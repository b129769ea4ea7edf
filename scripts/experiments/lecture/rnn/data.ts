/**
 * The data of `rnn`.
 *
 * @module
 */
import type { Scale } from "../../../cli/mod.ts";
import type { Compared } from "../../../comparison/mod.ts";

/** The optimizer that the claims are about. */
export const OWN = "rmsprop";

/** The settings of the runs. */
export interface RnnConfig {
  readonly scale: Scale;
  /** The name of the text. */
  readonly text: string;
  /** Tokens of the vocabulary. */
  readonly vocabulary: number;
  readonly cell: "rnn" | "gru" | "lstm";
  /** Units of the embedding, and of the recurrent layer. */
  readonly width: number;
  /** Tokens of an example. */
  readonly window: number;
  /** Tokens between the starts of two training examples. */
  readonly stride: number;
  readonly epochs: number;
  readonly batchSize: number;
  /** The most that the norm of a gradient may be. */
  readonly clip: number;
  readonly seeds: readonly number[];
  readonly tuningSeeds: readonly number[];
}

/** The data of `rnn`. */
export interface RnnData {
  readonly config: RnnConfig;
  readonly compared: Compared;
}
