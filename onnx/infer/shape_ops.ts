/**
 * Operators that read a shape or change it without moving elements.
 *
 * @module
 */
import { type Dim, normalizeAxis, type Shape, shapeText } from "../tensor/mod.ts";
import { hasInput, shapeAt, shaped } from "./common.ts";
import { contentsOf, heldIn, lengthOf, numbersIn, pick } from "./contents.ts";
import { freshShape, multiplyDims } from "./dims.ts";
import type { InferNode, InferRule } from "./types.ts";

/** `Shape`: bounds are clamped to the rank. */
const shapeOf: InferRule = (node) => {
  const data = shapeAt(node, 0);
  if (data === undefined) return [{ dtype: "int64", shape: [node.freshDim("rank")] }];
  const contents = data.slice(node.int("start") ?? 0, node.int("end") ?? data.length);
  return [{ dtype: "int64", shape: [contents.length], contents }];
};

const size: InferRule = (node) => {
  const data = shapeAt(node, 0);
  return [{ dtype: "int64", shape: [], contents: data && [multiplyDims(data, node.freshDim)] }];
};

/** `Flatten`: the dimensions before the axis become one, and those from it on another. */
const flatten: InferRule = (node) => {
  const data = shapeAt(node, 0);
  if (data === undefined) return shaped([node.freshDim(), node.freshDim()]);
  const given = node.int("axis") ?? 1;
  if (given < -data.length || given > data.length) {
    throw new RangeError(
      `attribute 'axis' must be in ${-data.length}..${data.length} for rank ${data.length}, got ${given}`,
    );
  }
  const axis = given < 0 ? given + data.length : given;
  const shape = [data.slice(0, axis), data.slice(axis)].map((d) => multiplyDims(d, node.freshDim));
  return shaped(shape, contentsOf(node.inputs[0]));
};

/**
 * Returns axes: an attribute up to opset 12, an input afterwards; `"unknown"` when an input's contents are not known.
 */
function axesOf(node: InferNode): readonly number[] | "unknown" | undefined {
  return hasInput(node, 1) ? numbersIn(node.inputs[1]) ?? "unknown" : node.ints("axes");
}

const squeeze: InferRule = (node) => {
  const data = shapeAt(node, 0);
  const axes = axesOf(node);
  if (data === undefined) return [];
  if (axes === "unknown") {
    const count = lengthOf(node.inputs[1]);
    return shaped(count === undefined ? undefined : freshShape(data.length - count, node.freshDim));
  }
  // Without axes every dimension of size 1 is removed, so a symbol leaves even the rank open.
  if (axes === undefined && data.some((d) => typeof d === "string")) return [];
  const dropped = new Set(
    axes?.map((a) => normalizeAxis(a, data.length, "axes")) ?? [...data.keys()].filter((i) => data[i] === 1),
  );
  for (const i of dropped) {
    const d = data[i];
    if (typeof d === "number" && d !== 1) {
      throw new RangeError(
        `axes must name dimensions of size 1; dimension ${i} of ${shapeText(data)} is ${d}`,
      );
    }
  }
  return shaped(data.filter((_, i) => !dropped.has(i)), contentsOf(node.inputs[0]));
};

const unsqueeze: InferRule = (node) => {
  const data = shapeAt(node, 0);
  const axes = axesOf(node);
  if (data === undefined || axes === undefined) return [];
  if (axes === "unknown") {
    const count = lengthOf(node.inputs[1]);
    return shaped(count === undefined ? undefined : freshShape(data.length + count, node.freshDim));
  }
  const rank = data.length + axes.length;
  const added = new Set(axes.map((a) => normalizeAxis(a, rank, "axes")));
  if (added.size !== axes.length) throw new RangeError(`axes must not repeat, got [${axes.join(", ")}]`);
  const rest = data.values();
  const shape = Array.from({ length: rank }, (_, i): Dim => (added.has(i) ? 1 : rest.next().value!));
  return shaped(shape, contentsOf(node.inputs[0]));
};

/** `Transpose`: axes are reversed unless `perm` says otherwise. */
const transpose: InferRule = (node) => {
  const data = shapeAt(node, 0);
  const perm = node.ints("perm") ?? (data && [...data.keys()].reverse());
  if (perm === undefined) return [];
  if (data === undefined) return shaped(freshShape(perm.length, node.freshDim));
  if (perm.length !== data.length || perm.some((p) => !(p in data)) || new Set(perm).size !== perm.length) {
    throw new RangeError(
      `attribute 'perm' must hold each of 0..${data.length - 1} once for ${shapeText(data)}, got [${
        perm.join(", ")
      }]`,
    );
  }
  const shape: Shape = perm.map((p) => data[p]!);
  const source = (index: readonly number[]) => data.map((_, i) => index[perm.indexOf(i)]!);
  return shaped(shape, pick(heldIn(node.inputs[0]), shape, source));
};

/** Rules of the operators that read or rearrange a shape. */
export const SHAPE_OPS: Readonly<Record<string, InferRule>> = {
  Flatten: flatten,
  Shape: shapeOf,
  Size: size,
  Squeeze: squeeze,
  Transpose: transpose,
  Unsqueeze: unsqueeze,
};
