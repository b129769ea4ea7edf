/**
 * The data of `compare`.
 *
 * @module
 */
import type { Compared, OwnStudyConfig, SearchSpaces } from "../../comparison/mod.ts";

/** How settings are chosen: by trials that are drawn from a space for each optimizer. */
export interface CompareTuning {
  /** Trials of each optimizer. */
  readonly budget: number;
  /** Seed of the settings. */
  readonly seed: number;
  readonly spaces: SearchSpaces;
}

/** The settings of the runs. */
export interface CompareConfig {
  /** The name of the data set. */
  readonly data: string;
  /** `linear`, `mlp`, `cnn`, or an ONNX file. */
  readonly model: string;
  /** Units of the hidden layers. */
  readonly layers: readonly number[];
  /** How a user's own model is trained, and the sizes of its parts. */
  readonly own?: OwnStudyConfig;
  readonly seeds: readonly number[];
  readonly tuningSeeds: readonly number[];
  /** The length of each training; one of the three. */
  readonly epochs?: number;
  readonly steps?: number;
  readonly seconds?: number;
  readonly batchSize: number;
  /** The schedule and the clip of all trainings, as texts. */
  readonly schedule: string;
  readonly clip: string;
  /** The augmentation of the images, and the share of each label that is spread; absent if there is none. */
  readonly augment?: string;
  readonly labelSmoothing?: number;
  /**
   * The rates of each optimizer; `"search"` to choose its setting by `tuning`, `"tuned"` to choose a power of two times its
   * usual rate by validation, `"own"` for its usual rate.
   */
  readonly rates: readonly number[] | "search" | "tuned" | "own";
  readonly tuning?: CompareTuning;
}

/** The data of `compare`. */
export interface CompareData {
  /** The data set and the model. */
  readonly title: string;
  readonly config: CompareConfig;
  readonly compared: Compared;
}
