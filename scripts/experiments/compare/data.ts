/**
 * The data of `compare`.
 *
 * @module
 */
import type { Compared } from "../../comparison/mod.ts";

/** The settings of the runs. */
export interface CompareConfig {
  /** The name of the data set. */
  readonly data: string;
  readonly model: "linear" | "mlp" | "cnn";
  /** Units of the hidden layers. */
  readonly layers: readonly number[];
  readonly seeds: readonly number[];
  readonly tuningSeeds: readonly number[];
  readonly epochs: number;
  readonly batchSize: number;
  /** The rates of each optimizer; `"tuned"` to choose by validation, `"own"` for its usual one. */
  readonly rates: readonly number[] | "tuned" | "own";
}

/** The data of `compare`. */
export interface CompareData {
  /** The data set and the model. */
  readonly title: string;
  readonly config: CompareConfig;
  readonly compared: Compared;
}
