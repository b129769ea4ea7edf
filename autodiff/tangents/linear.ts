/**
 * Tangents of operators that are linear in their operands: the same operator, applied to the tangents.
 *
 * @module
 */
import { Node, type Value } from "../../onnx/mod.ts";
import { zerosLike } from "../site.ts";
import { type TangentRule, type TangentSite, total } from "./site.ts";
import { transposedTwice } from "./transposed_twice.ts";

/** Applies the operator of a node to other inputs, and returns its outputs. */
function applied({ g, node }: TangentSite, inputs: readonly (Value | null)[]): (Value | null)[] {
  const { opType, domain, opset, name, attributes, outputs } = node;
  const copy = new Node(opType, domain, opset, name, inputs, attributes);
  const names = outputs.map((y) => (y === null ? "" : `${y.name}_tangent`));
  const made = g.append(copy, outputs.length, { names });
  // An equal node that is there already, from an earlier sweep, stands for the copy, which then has no outputs.
  return copy.outputs.length > 0 ? [...copy.outputs] : made;
}

/** Applies an operator that is linear in its first operand; the others are numbers without tangents, such as axes. */
export const linear: TangentRule = (s) => applied(s, [s.tangents[0]!, ...s.node.inputs.slice(1)]);

/** Linear in all operands with tangents together: zeros stand for those without. */
function together(operands: (s: TangentSite) => readonly number[]): TangentRule {
  return (s) => {
    const own = new Set(operands(s));
    return applied(s, s.node.inputs.map((x, i) => x && own.has(i) ? s.tangents[i] ?? zerosLike(s.g, x) : x));
  };
}

/** Concat: all operands together. */
export const concat: TangentRule = together(({ node }) => node.inputs.map((_, i) => i));

const scattered = together(() => [0, 2]);

/** ScatterElements, ScatterND: the data and the updates together, if they overwrite or add. */
export const scatter: TangentRule = (s) =>
  ["none", "add"].includes(s.node.string("reduction")!) ? scattered(s) : transposedTwice(s);

/** Pad: the data and, in constant mode, the number that fills up. */
export const pad: TangentRule = together(() => [0, 2]);

/** Adds a term for each operand with a tangent, of an operator that is linear in each alone, as a product. */
export const product: TangentRule = (s) => [
  total(
    s.g,
    s.tangents.map((t, i) => {
      if (t === null) return null;
      return applied(s, s.node.inputs.map((x, k) => (k === i ? t : x)))[0]!;
    }),
  ),
];

/** Gemm: a product, to which the third operand, times `beta`, is added. */
export const gemm: TangentRule = (s) => {
  const { g, node, tangents: [ta, tb, tc] } = s;
  const [a, b] = node.inputs as [Value, Value];
  // The third operand's tangent joins one of the products.
  const first = ta ? applied(s, [ta, b, ...(tc ? [tc] : [])])[0]! : null;
  const second = tb ? applied(s, [a, tb, ...(tc && !ta ? [tc] : [])])[0]! : null;
  if (first || second) return [total(g, [first, second])];
  const beta = node.float("beta")!;
  return [g.expand(beta === 1 ? tc! : g.mul(tc!, beta), sizesOf(s))];
};

/** Conv, ConvTranspose: a product, to which a number for each channel is added. */
export const convolution: TangentRule = (s) => {
  const { g, node, tangents: [tx, tw, tb] } = s;
  const [x, w] = node.inputs as [Value, Value];
  const first = tx ? applied(s, [tx, w, ...(tb ? [tb] : [])])[0]! : null;
  const second = tw ? applied(s, [x, tw, ...(tb && !tx ? [tb] : [])])[0]! : null;
  if (first || second) return [total(g, [first, second])];
  const spatial = node.outputs[0]!.rank - 2;
  return [g.expand(g.reshape(tb!, [1, -1, ...Array<number>(spatial).fill(1)]), sizesOf(s))];
};

function sizesOf({ g, node }: TangentSite) {
  const y = node.outputs[0]!;
  return y.shape?.every((d) => typeof d === "number") ? y.shape as number[] : g.shape(y);
}
