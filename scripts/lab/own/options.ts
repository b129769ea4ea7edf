/**
 * The options that name a user's model and examples.
 *
 * @module
 */
import type { Quantization } from "../../../mod.ts";
import {
  choiceOption,
  count,
  flagOption,
  listOption,
  numberOption,
  type OwnValues,
  positive,
  textOption,
} from "../../cli/mod.ts";
import { TUNING_LOSSES } from "./losses.ts";
import { WEIGHTS_OPTIONS } from "./file_weights.ts";

/** The options that say which loss a model is trained by, and which of its parameters. */
export const MODEL_OPTIONS = {
  ...WEIGHTS_OPTIONS,
  loss: choiceOption(TUNING_LOSSES, "loss to minimize"),
  classes: choiceOption(
    ["second", "last"],
    "dimension of the output that counts the classes of cross-entropy: second (default), or last, as in language models",
  ),
  output: textOption("NAME", "output to compare with the targets; the first by default"),
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
  "batch-statistics": flagOption(
    "let batch normalization use the statistics of each batch and update the running ones; without it they stay unchanged",
  ),
};

/** The placeholder of the options that name examples. */
const FILES = "X.npy,Y.npy|TABLE|TOKENS";

/** The options that name examples, and say how they are read. */
export const EXAMPLE_OPTIONS = {
  train: listOption(
    FILES,
    "training data: an array for each input (NAME=X.npy if there are several) and one of targets; a table (.csv, .tsv, " +
      ".parquet) with the target in its last column; or the tokens of a language model (.npy with --classes last, .txt)",
  ),
  validation: listOption(FILES, "validation data, in the same form; none by default"),
  test: listOption(FILES, "test data, in the same form; none by default"),
  scale: numberOption("X", {
    text: "factor on inputs that are stored as integers, such as 0.00392 for bytes of images; 1 by default",
    range: positive,
  }),
  context: numberOption("T", {
    text: "tokens in an example of a language model; by default as many as the model takes, if that is fixed",
    range: count,
  }),
  vocabulary: textOption(
    "FILE.json",
    "the tokens of a .txt by number, a list of texts; without it the model must have a score for each of 256 bytes",
  ),
};

/** The values of the options that concern the model. */
export type ModelValues = OwnValues<typeof MODEL_OPTIONS>;

/** The values of the options that concern the examples. */
export type ExampleValues = OwnValues<typeof EXAMPLE_OPTIONS>;
