/**
 * Strings and files.
 *
 * @module
 */
import { checkRank, shapeAt, shaped } from "./common.ts";
import { withDim } from "./dims.ts";
import type { InferRule } from "./types.ts";

/** `StringNormalizer`: `[C]` or `[1, C]`; how many entries stay depends on the stop words. */
const normalizer: InferRule = (node) => {
  const x = shapeAt(node, 0);
  checkRank(x, [1, 2], "input X");
  return shaped(x && withDim(x, x.length - 1, node.freshDim("words")));
};

/** `StringSplit`: the pieces along a new last dimension, and how many there are. */
const stringSplit: InferRule = (node) => {
  const x = shapeAt(node, 0);
  return [{ dtype: "string", shape: x && [...x, node.freshDim("pieces")] }, { dtype: "int64", shape: x }];
};

/** `TfIdfVectorizer`: `[C]` or `[N, C]`; one entry an n-gram index. */
const tfIdf: InferRule = (node) => {
  const x = shapeAt(node, 0);
  checkRank(x, [1, 2], "input X");
  const size = Math.max(...node.ints("ngram_indexes")!) + 1;
  return [{ dtype: "float32", shape: x && [...x.slice(0, -1), size] }];
};

/** `ImageDecoder`: `[height, width, channels]`. */
const image: InferRule = (node) => [{
  dtype: "uint8",
  shape: [
    node.freshDim("height"),
    node.freshDim("width"),
    node.string("pixel_format") === "Grayscale" ? 1 : 3,
  ],
}];

/** Rules of the operators on strings and files. */
export const TEXT: Readonly<Record<string, InferRule>> = {
  ImageDecoder: image,
  StringNormalizer: normalizer,
  StringSplit: stringSplit,
  TfIdfVectorizer: tfIdf,
};
