/**
 * Rules of operators that rearrange elements without computing: the gradient puts them back.
 *
 * @module
 */
import type { Graph, Operand, Value } from "../../onnx/mod.ts";
import { normalizeAxis } from "../../onnx/tensor/mod.ts";
import { reshapeLike, type Rule, type Site, sizes, zerosLike } from "../site.ts";
import { turnedProduct } from "./matmul.ts";

/** Reshape, Flatten, Squeeze, Unsqueeze: the elements keep their order. */
export const sameElements: Rule = ({ g, dy, node }) => [reshapeLike(g, dy, node.inputs[0]!)];

/** Transpose: by the inverse permutation. The gradient of a weight that is used turned is one product. */
export const transpose: Rule = (s) => {
  const perm = s.node.ints("perm");
  const turned = s.dy.shape?.length === 2 && perm?.[0] !== 0 ? turnedProduct(s, s.dy) : null;
  if (turned) return [turned];
  if (perm === undefined) return [s.g.transpose(s.dy)];
  const inverse: number[] = [];
  perm.forEach((from, to) => (inverse[from] = to));
  return [s.g.transpose(s.dy, { perm: inverse })];
};

/** Expand: the sweep sums back what was repeated. */
export const expand: Rule = ({ dy }) => [dy];

/** Concat: each operand's part of the cotangent. */
export const concat: Rule = (s) => {
  const { g, dy, node } = s;
  const axis = node.int("axis")!;
  const parts = node.inputs.map((x) => sizeAlong(g, x!, axis));
  if (node.inputs.length === 1) return [dy];
  return g.split(dy, sizesOf(g, parts), { axis, outputs: parts.length });
};

/** A size: a number, or a vector of one int64 read at run time. */
type Size = number | Value;

/** Returns sizes as one operand. */
function sizesOf(g: Graph, sizes: readonly Size[]): Operand {
  if (sizes.every((d) => typeof d === "number")) return sizes as readonly number[];
  return g.concat(sizes.map((d) => (typeof d === "number" ? g.constant([d], "int64") : d)), { axis: 0 });
}

/** Returns the size of `x` along an axis. */
function sizeAlong(g: Graph, x: Value, axis: number): Size {
  const at = normalizeAxis(axis, x.rank);
  const size = x.shape![at];
  return typeof size === "number" ? size : g.shape(x, { start: at, end: at + 1 });
}

/** Split: the parts' cotangents side by side, zeros for those that nothing depends on. */
export const split: Rule = (s) => {
  const parts = s.node.outputs.map((_, i) => s.cotangent(i));
  return [parts.length === 1 ? parts[0]! : s.g.concat(parts, { axis: s.node.int("axis")! })];
};

/** Tile: the cotangent cut into its repeats, which are summed. */
export const tile: Rule = (s) => {
  const { g, dy } = s;
  const x = s.x();
  const repeats = s.x(1).contents;
  const known = repeats?.every((d) => typeof d === "number") && x.shape?.every((d) => typeof d === "number");
  const axes = Array.from({ length: x.rank }, (_, i) => 2 * i);
  if (known) {
    const cut = x.shape!.flatMap((d, i) => [repeats![i] as number, d as number]);
    return [g.reduceSum(g.reshape(dy, cut, { allowzero: 1 }), axes, { keepdims: 0 })];
  }
  const pairs = g.concat([g.unsqueeze(s.x(1), [1]), g.unsqueeze(g.shape(x), [1])], { axis: 1 });
  const cut = g.reshape(dy, g.reshape(pairs, [-1]), { allowzero: 1 });
  return [g.reduceSum(cut, axes, { keepdims: 0 })];
};

/**
 * Pad: with a constant, the middle of the cotangent and, for the constant, the sum of the rest. The other modes repeat
 * elements: positions are padded the same way, and each position's cotangent is added to the element it came from.
 */
export const pad: Rule = (s) => {
  const { g, dy, node } = s;
  const x = s.x();
  if (node.string("mode") !== "constant") return [padRepeating(s)];
  const axes = s.optional(3);
  // A negative pad cut elements off; padding the cotangent by its negative gives them zeros.
  const back = g.pad(dy, negated(g, s.x(1)), g.constant(0, dy.dtype), axes, { mode: "constant" });
  const dx = reshapeLike(g, back, x);
  if (!s.wants(2) || s.optional(2) === null) return [dx];
  return [dx, null, g.sub(g.reduceSum(dy, null, { keepdims: 0 }), g.reduceSum(dx, null, { keepdims: 0 }))];
};

/** Returns the negative of pads, as constants where they are known, from which shapes follow. */
function negated(g: Graph, pads: Value): Operand {
  const known = pads.contents;
  return known?.every((n) => typeof n === "number") ? known.map((n) => 0 - (n as number)) : g.neg(pads);
}

function padRepeating(s: Site): Value {
  const { g, dy, node } = s;
  const x = s.x();
  const count = g.size(x);
  const positions = g.reshape(g.range(g.constant(0, "int64"), count, g.constant(1, "int64")), sizes(g, x), {
    allowzero: 1,
  });
  const padded = g.pad(positions, s.x(1), null, s.optional(3), { mode: node.string("mode") });
  const flat = g.reshape(zerosLike(g, x), [-1]);
  const added = g.scatterElements(flat, g.reshape(padded, [-1]), g.reshape(dy, [-1]), {
    axis: 0,
    reduction: "add",
  });
  return reshapeLike(g, added, x);
}

/** Undoes `DepthToSpace` by `SpaceToDepth`, in the arrangement that it has. */
export const depthToSpace: Rule = (s) => {
  const { g, dy, node } = s;
  const b = node.int("blocksize")!;
  if (node.string("mode") === "DCR") return [g.spaceToDepth(dy, { blocksize: b })];
  // Columns first: [N, C, H, b, W, b] back to [N, C, b, b, H, W].
  const [n, h, w] = [0, 2, 3].map((axis) => sizeAlong(g, s.x(), axis)) as [Size, Size, Size];
  const blocks = g.reshape(dy, sizesOf(g, [n, sizeAlong(g, dy, 1), h, b, w, b]), { allowzero: 1 });
  return [reshapeLike(g, g.transpose(blocks, { perm: [0, 1, 3, 5, 2, 4] }), s.x())];
};

/** Undoes `SpaceToDepth` by `DepthToSpace`, depth first. */
export const spaceToDepth: Rule = (s) => [
  s.g.depthToSpace(s.dy, { blocksize: s.node.int("blocksize")!, mode: "DCR" }),
];

/** Trilu: the same triangle of the cotangent. */
export const trilu: Rule = (s) => [s.g.trilu(s.dy, s.optional(1), { upper: s.node.int("upper") })];

/** Undoes `ReverseSequence` by itself. */
export const reverseSequence: Rule = (s) => [
  s.g.reverseSequence(s.dy, s.x(1), {
    batch_axis: s.node.int("batch_axis"),
    time_axis: s.node.int("time_axis"),
  }),
];

/** CumSum: the cumulative sum from the other end. */
export const cumSum: Rule = (s) => [
  s.g.cumSum(s.dy, s.x(1), { exclusive: s.node.int("exclusive"), reverse: s.node.int("reverse") ? 0 : 1 }),
];
