/**
 * Arithmetic with one number a channel, sums of images, and Relu: parts of one node `scale x + shift + sum`, then Relu.
 *
 * @module
 */
import type { Node, Value } from "../../../onnx/mod.ts";
import { sameShape } from "../../../onnx/tensor/mod.ts";
import { affine } from "../../blocks/mod.ts";
import type { Forms } from "../forms.ts";
import type { LayoutRule } from "../rule.ts";
import { imageSizes, isPerChannel } from "../shapes.ts";
import { elementwise } from "./elementwise.ts";

/** Add, Sub, Mul and Div of an image in blocks and a number a channel; else what `otherwise` does. */
function byChannel(otherwise: LayoutRule): LayoutRule {
  return (node, f) => {
    const y = node.outputs[0]!;
    const [a, b] = node.inputs as [Value, Value];
    if (y.known.dtype !== "float32") return false;
    const forward = isImageByChannel(f, { image: a, vector: b, y });
    if (!forward && !isImageByChannel(f, { image: b, vector: a, y })) return otherwise(node, f);
    const [image, vector] = forward ? [a, b] : [b, a];
    const { c } = imageSizes(y)!;
    const terms = termsOf(node, { forward, vector: () => f.g.reshape(f.plain(vector), [c]), f });
    if (terms === undefined) return otherwise(node, f);
    const x = f.blocks(image);
    f.defer(y, (tail) => affine(f.g, x, { ...terms, ...tail }));
    return true;
  };
}

function isImageByChannel(
  f: Forms,
  { image, vector, y }: { image: Value; vector: Value; y: Value },
): boolean {
  return f.canBlock(y) && f.hasBlocks(image) && sameShape(image.shape, y.shape) &&
    isPerChannel(vector, imageSizes(y)!.c);
}

/** Returns an operator's scale and shift; `undefined` if it is not `scale x + shift`. */
function termsOf(
  { opType }: Node,
  { forward, vector, f }: { forward: boolean; vector: () => Value; f: Forms },
): { scale?: Value; shift?: Value } | undefined {
  const { g } = f;
  if (opType === "Add") return { shift: vector() };
  if (opType === "Mul") return { scale: vector() };
  if (opType === "Sub" && forward) return { shift: g.neg(vector()) };
  if (opType === "Sub") {
    const shift = vector();
    return { scale: g.expand(g.constant(-1), g.shape(shift)), shift };
  }
  return forward ? { scale: g.reciprocal(vector()) } : undefined;
}

/** Adds an image to one that is about to be computed, in the node that computes it. */
const sum: LayoutRule = (node, f) => {
  const y = node.outputs[0]!;
  const [a, b] = node.inputs as [Value, Value];
  if (!f.canBlock(y) || a === b) return elementwise(node, f);
  for (const [made, other] of [[a, b], [b, a]] as const) {
    const joinable = f.canBlock(made) ? f.joinable(made) : undefined;
    const fits = [made, other].every((v) => f.canBlock(v) && sameShape(v.shape, y.shape));
    if (joinable === undefined || joinable.summed || !fits) continue;
    const sum = f.blocks(other);
    f.defer(y, (tail) => joinable.write({ ...tail, sum }), { summed: true });
    return true;
  }
  return elementwise(node, f);
};

/** Puts a Relu behind the node that computes its operand, in that node. */
export const relu: LayoutRule = (node, f) => {
  const x = node.inputs[0]!;
  const joinable = f.joinable(x);
  if (joinable === undefined) return elementwise(node, f);
  f.setBlocks(node.outputs[0]!, joinable.write({ relu: true }));
  return true;
};

/** Writes Add: a shift a channel, a sum that joins the node before, or by elements. */
export const add: LayoutRule = byChannel(sum);

/** Writes Sub, Mul and Div: a shift or scale a channel, or by elements. */
export const arithmetic: LayoutRule = byChannel(elementwise);
