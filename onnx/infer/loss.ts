/**
 * Losses.
 *
 * @module
 */
import { type Shape, shapeText } from "../tensor/mod.ts";
import { checkEqual, checkLeastRank, shapeAt } from "./common.ts";
import { unifyShapes } from "./dims.ts";
import type { InferNode, InferRule } from "./types.ts";

/** Scores `[N, C, d…]` against labels `[N, d…]`: one loss a label, or their reduction. */
function lossShape(node: InferNode, scoresName: string): Shape | undefined {
  const [scores, labels, weights] = [shapeAt(node, 0), shapeAt(node, 1), shapeAt(node, 2)];
  checkLeastRank(scores, 2, `input ${scoresName}`);
  const expected = scores && [scores[0]!, ...scores.slice(2)];
  const shape = unifyShapes(expected, labels, `${scoresName} without its classes and labels`);
  checkEqual(
    weights?.[0],
    scores?.[1],
    `input weights must have ${scores?.[1]} entries, one a class, got ${shapeText(weights)}`,
  );
  const reduction = node.string("reduction") ?? "mean";
  if (!["none", "mean", "sum"].includes(reduction)) {
    throw new RangeError(`attribute 'reduction' must be 'none', 'mean' or 'sum', got '${reduction}'`);
  }
  return reduction === "none" ? shape : [];
}

const negativeLogLikelihood: InferRule = (node) => [{ shape: lossShape(node, "input") }];

const softmaxCrossEntropy: InferRule = (node) => [
  { shape: lossShape(node, "scores") },
  { shape: shapeAt(node, 0) },
];

/** Rules of the losses. */
export const LOSS: Readonly<Record<string, InferRule>> = {
  NegativeLogLikelihoodLoss: negativeLogLikelihood,
  SoftmaxCrossEntropyLoss: softmaxCrossEntropy,
};
