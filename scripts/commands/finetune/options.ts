/**
 * The options of `finetune`.
 *
 * @module
 */
import type { Quantization } from "../../../mod.ts";
import { choiceOption, flagOption, listOption, numberOption, positive, textOption } from "../../cli/mod.ts";
import { TUNING_LOSSES } from "./losses.ts";

/** What `finetune` does if the command line does not say otherwise. */
export const DEFAULTS = { optimizer: "adamw", epochs: 3, batchSize: 32 };

/** Its own options. */
export const OPTIONS = {
  model: textOption("FILE", "the model to train: an .onnx file"),
  train: listOption(
    "X.npy,Y.npy|FILE.csv",
    "what to train on: an array for each input (NAME=X.npy where there are more than one) and one of targets, " +
      "or a table with the target in its last column",
  ),
  test: listOption("X.npy,Y.npy|FILE.csv", "what to test on, in the same form; nothing by default"),
  loss: choiceOption(TUNING_LOSSES, "what to minimize"),
  freeze: listOption(
    "PATTERN,…",
    "parameters to leave as they are; * stands for any text, ? for a character",
  ),
  parameters: listOption(
    "PATTERN,…",
    "train only these: names as inspect lists them, including constants and weights outside the initializers",
  ),
  untie: flagOption(
    "split initializers that stand for several parameters, because exporters write equal tensors once",
  ),
  quantization: choiceOption<Quantization>(
    ["exact", "straight-through"],
    "gradient of rounding: exact (0, default) or straight-through (as if there were no rounding)",
  ),
  output: textOption("NAME", "the output to hold against the targets; the first by default"),
  "batch-statistics": flagOption(
    "batch normalization takes the statistics of each batch and moves the running ones, which else stay as they are",
  ),
  stream: flagOption(
    "reads the rows of inputs as they are needed, from .npy files that do not fit into memory",
  ),
  scale: numberOption("X", {
    text:
      "factor on inputs that are stored as whole numbers, such as 0.00392 for bytes of images; 1 by default",
    range: positive,
  }),
};
