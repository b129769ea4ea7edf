/**
 * The options of `finetune`.
 *
 * @module
 */
import { AUGMENT_OPTIONS, flagOption, textOption } from "../../cli/mod.ts";
import { CURVATURE_OPTION } from "../../lab/mod.ts";
import { EXAMPLE_OPTIONS, MODEL_OPTIONS } from "../../lab/own/mod.ts";

/** The defaults of `finetune`. */
export const DEFAULTS = { optimizer: "adamw", epochs: 3, batchSize: 32 };

/** Its own options. */
export const OPTIONS = {
  model: textOption("FILE", "the model to train: an .onnx file"),
  ...EXAMPLE_OPTIONS,
  ...MODEL_OPTIONS,
  ...AUGMENT_OPTIONS,
  ...CURVATURE_OPTION,
  stream: flagOption(
    "read the rows of inputs as needed, from .npy files that do not fit into memory",
  ),
};
