/**
 * The options of `finetune`.
 *
 * @module
 */
import type { Quantization } from "../../../mod.ts";
import { choiceOption, flagOption, listOption, numberOption, positive, textOption } from "../../cli/mod.ts";
import { TUNING_LOSSES } from "./losses.ts";

/** The defaults of `finetune`. */
export const DEFAULTS = { optimizer: "adamw", epochs: 3, batchSize: 32 };

/** Its own options. */
export const OPTIONS = {
  model: textOption("FILE", "the model to train: an .onnx file"),
  train: listOption(
    "X.npy,Y.npy|TABLE",
    "training data: an array for each input (NAME=X.npy if there are several) and one of targets, " +
      "or a table (.csv, .tsv, .parquet) with the target in its last column",
  ),
  test: listOption("X.npy,Y.npy|TABLE", "test data, in the same form; none by default"),
  loss: choiceOption(TUNING_LOSSES, "loss to minimize"),
  freeze: listOption(
    "PATTERN,…",
    "parameters to leave unchanged; * matches any text, ? one character",
  ),
  parameters: listOption(
    "PATTERN,…",
    "train only these: names as inspect lists them, including constants and weights outside the initializers",
  ),
  untie: flagOption(
    "split initializers that stand for several parameters (exporters write equal tensors once)",
  ),
  quantization: choiceOption<Quantization>(
    ["exact", "straight-through"],
    "gradient of rounding: exact (0, default) or straight-through (as if there were no rounding)",
  ),
  output: textOption("NAME", "output to compare with the targets; the first by default"),
  "batch-statistics": flagOption(
    "let batch normalization use the statistics of each batch and update the running ones; without it they stay unchanged",
  ),
  stream: flagOption(
    "read the rows of inputs as needed, from .npy files that do not fit into memory",
  ),
  scale: numberOption("X", {
    text: "factor on inputs that are stored as integers, such as 0.00392 for bytes of images; 1 by default",
    range: positive,
  }),
};
