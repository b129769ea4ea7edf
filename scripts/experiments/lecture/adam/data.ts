/**
 * The data of `adam`.
 *
 * @module
 */
import type { Scale } from "../../../cli/mod.ts";
import type { Compared } from "../../../comparison/mod.ts";

/** Adam as the lecture's slide prints it: epsilon inside the root. */
export const LECTURE = "adam (ε in root)";

/** The settings of the runs. */
export interface AdamConfig {
  readonly scale: Scale;
  readonly seeds: readonly number[];
  readonly tuningSeeds: readonly number[];
  /** Units of the perceptron's hidden layers. */
  readonly hidden: readonly number[];
  readonly epochs: { readonly mlp: number; readonly cnn: number };
  readonly batchSize: number;
}

/** The comparison on one model. */
export interface AdamModel {
  readonly model: "mlp" | "cnn";
  /** The model in words. */
  readonly text: string;
  readonly compared: Compared;
}

/** The data of `adam`. */
export interface AdamData {
  /** The name of the data set. */
  readonly data: string;
  readonly config: AdamConfig;
  readonly models: readonly AdamModel[];
}
