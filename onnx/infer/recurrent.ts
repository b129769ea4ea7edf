/**
 * Recurrent layers.
 *
 * @module
 */
import { type Dim, type Shape, shapeText } from "../tensor/mod.ts";
import { checkEqual, checkRank, shapeAt } from "./common.ts";
import type { InferNode, InferRule } from "./types.ts";

const DIRECTIONS: Readonly<Record<string, number>> = { forward: 1, reverse: 1, bidirectional: 2 };

/** Returns the size of the hidden state: by attribute, else from R `[directions, gates * hidden, hidden]`. */
function hiddenOf(node: InferNode, gates: number): Dim {
  const [w, r] = [shapeAt(node, 1), shapeAt(node, 2)];
  const rows = r?.[1] ?? w?.[1];
  return node.int("hidden_size") ?? r?.[2] ??
    (typeof rows === "number" ? rows / gates : node.freshDim("hidden"));
}

/**
 * `RNN`, `GRU` and `LSTM`: X `[T, B, I]` gives Y `[T, directions, B, H]` and the last states `[directions, B, H]`; with
 * `layout` 1 X `[B, T, I]` gives `[B, T, directions, H]` and `[B, directions, H]`.
 */
function recurrent(gates: number): InferRule {
  return (node) => {
    const [x, w, r] = [shapeAt(node, 0), shapeAt(node, 1), shapeAt(node, 2)];
    checkRank(x, [3], "input X");
    checkRank(w, [3], "input W");
    checkRank(r, [3], "input R");
    const name = node.string("direction") ?? "forward";
    const directions = DIRECTIONS[name];
    if (directions === undefined) {
      throw new RangeError(
        `attribute 'direction' must be one of ${Object.keys(DIRECTIONS).join(", ")}, got '${name}'`,
      );
    }
    const hidden = hiddenOf(node, gates);
    checkEqual(
      x?.[2],
      w?.[2],
      `input W ${shapeText(w)} must end in ${x?.[2]}, as input X ${shapeText(x)} does`,
    );
    checkEqual(
      w?.[0],
      directions,
      `input W ${shapeText(w)} must begin with ${directions} for direction '${name}'`,
    );
    if (typeof hidden === "number") {
      checkEqual(
        w?.[1],
        gates * hidden,
        `input W ${shapeText(w)} must have ${gates * hidden} rows, ${gates} gates of ${hidden}`,
      );
    }
    const first = x?.[0] ?? node.freshDim(), second = x?.[1] ?? node.freshDim();
    const batchFirst = node.int("layout") === 1;
    const y: Shape = batchFirst ? [first, second, directions, hidden] : [first, directions, second, hidden];
    const last: Shape = batchFirst ? [first, directions, hidden] : [directions, second, hidden];
    return [{ shape: y }, { shape: last }, { shape: last }];
  };
}

/** Rules of the recurrent layers. */
export const RECURRENT: Readonly<Record<string, InferRule>> = {
  GRU: recurrent(3),
  LSTM: recurrent(4),
  RNN: recurrent(1),
};
