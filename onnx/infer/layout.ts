/**
 * Operators that join, cut or repeat tensors.
 *
 * @module
 */
import { broadcastShapes, type Dim, normalizeAxis, type Shape, shapeText } from "../tensor/mod.ts";
import { checkRank, shapeAt, shaped } from "./common.ts";
import { contentsOf, heldIn, lengthOf, numbersIn, pick, pickBroadcast } from "./contents.ts";
import { addDims, freshShape, multiplyDims, unifyDims, withDim } from "./dims.ts";
import type { InferNode, InferRule } from "./types.ts";

/** `Concat`: sizes add up along the axis and are equal elsewhere. */
const concat: InferRule = (node) => {
  const shapes = node.inputs.map((k) => k?.shape);
  const known = shapes.filter((s) => s !== undefined);
  const first = known[0];
  if (first === undefined) return [];
  const axis = normalizeAxis(node.int("axis") ?? 1, first.length);
  for (const s of known) {
    if (s.length !== first.length) {
      throw new RangeError(`inputs must be of one rank, got ${known.map(shapeText).join(" and ")}`);
    }
  }
  const what = `inputs ${known.map(shapeText).join(" and ")} may differ along axis ${axis} only: dimensions`;
  const shape = first.map((_, i) => {
    const dims = known.map((s) => s[i]!);
    if (i !== axis) return dims.reduce((a, b) => unifyDims(a, b, `${what} ${i}`));
    if (known.length < shapes.length) return node.freshDim();
    return dims.reduce((a, b) => addDims(a, b, node.freshDim));
  });
  return shaped(shape, axis === 0 ? joined(node) : undefined);
};

function joined(node: InferNode): Dim[] | undefined {
  const parts = node.inputs.map(contentsOf);
  return parts.every((p) => p !== undefined) ? parts.flat() : undefined;
}

/** `Split`: sizes by attribute (up to opset 12) or input, else equal parts, from opset 18 on with a smaller last one. */
const split: InferRule = (node) => {
  const data = shapeAt(node, 0);
  if (data === undefined) return [];
  const axis = normalizeAxis(node.int("axis") ?? 0, data.length);
  const sizes = sizesOf(node, data[axis]!);
  let offset = 0;
  return sizes.map((d) => {
    const shape = withDim(data, axis, d);
    const from = offset;
    offset += typeof d === "number" ? d : NaN;
    const contents = Number.isNaN(offset)
      ? undefined
      : pick(heldIn(node.inputs[0]), shape, (index) => index.map((v, i) => (i === axis ? v + from : v)));
    return { shape, contents };
  });
};

function sizesOf(node: InferNode, whole: Dim): readonly Dim[] {
  const count = node.outputCount;
  const given = node.inputs[1] == null ? node.ints("split") : contentsOf(node.inputs[1]);
  if (given !== undefined) {
    const sum = given.reduce((a, b) => addDims(a, b, () => "?"), 0);
    if (given.length < count || typeof sum === "number" && typeof whole === "number" && sum !== whole) {
      throw new RangeError(
        `split [${given.join(", ")}] must hold ${count} sizes that sum to ${whole}, the size of the axis`,
      );
    }
    return given.slice(0, count);
  }
  if (node.inputs[1] != null) return freshShape(count, node.freshDim);
  const parts = node.int("num_outputs") ?? count;
  if (parts < count || parts < 1) {
    throw new RangeError(`attribute 'num_outputs' must be the number of outputs, ${count}, got ${parts}`);
  }
  if (parts === 1) return [whole];
  if (typeof whole === "string") {
    const part = node.freshDim();
    // Before opset 18 the parts are all equal; afterwards the last may be smaller.
    return Array.from(
      { length: count },
      (_, i) => (node.opset >= 18 && i === parts - 1 ? node.freshDim() : part),
    );
  }
  if (node.opset < 18 && whole % parts !== 0) {
    throw new RangeError(
      `the axis must have a multiple of ${parts} entries to be split evenly, has ${whole}`,
    );
  }
  const part = Math.ceil(whole / parts);
  return Array.from({ length: count }, (_, i) => Math.max(0, Math.min(part, whole - i * part)));
}

/** `Expand`: broadcasting both ways. */
const expand: InferRule = (node) => {
  const data = shapeAt(node, 0);
  checkRank(shapeAt(node, 1), [1], "input shape");
  const target = contentsOf(node.inputs[1]);
  if (data === undefined) return [];
  if (target !== undefined) {
    const shape = broadcastShapes([data, target], node.freshDim);
    return shaped(shape, pickBroadcast(heldIn(node.inputs[0]), shape));
  }
  const length = lengthOf(node.inputs[1]);
  if (length === undefined) return [];
  const rank = Math.max(length, data.length);
  return shaped(Array.from({ length: rank }, (_, i) => {
    // A size above 1 is the target of the broadcast; dimensions that the target does not have stay.
    const d = data[i - rank + data.length];
    const stays = typeof d === "number" && d > 1 || d !== undefined && i < rank - length;
    return stays ? d : node.freshDim();
  }));
};

const tile: InferRule = (node) => {
  const data = shapeAt(node, 0);
  const repeats = contentsOf(node.inputs[1]);
  if (data === undefined) {
    const rank = lengthOf(node.inputs[1]);
    return shaped(rank === undefined ? undefined : freshShape(rank, node.freshDim));
  }
  if (repeats === undefined) return shaped(freshShape(data.length, node.freshDim));
  if (repeats.length !== data.length) {
    throw new RangeError(
      `input repeats must have ${data.length} entries for ${shapeText(data)}, got ${repeats.length}`,
    );
  }
  const shape = data.map((d, i) => multiplyDims([d, repeats[i]!], node.freshDim));
  return shaped(
    shape,
    pick(heldIn(node.inputs[0]), shape, (index) => index.map((v, i) => v % (data[i] as number))),
  );
};

/** `Pad`: pads by attribute (up to opset 10) or input, for all axes or for those given. Negative pads crop. */
const pad: InferRule = (node) => {
  const data = shapeAt(node, 0);
  if (data === undefined) return [];
  const pads = node.inputs[1] == null ? node.ints("pads") : contentsOf(node.inputs[1]);
  const axes = node.inputs[3] == null ? [...data.keys()] : numbersIn(node.inputs[3]);
  if (pads === undefined || axes === undefined) return shaped(freshShape(data.length, node.freshDim));
  if (pads.length !== 2 * axes.length) {
    throw new RangeError(
      `pads must have ${2 * axes.length} entries for ${axes.length} axes, got ${pads.length}`,
    );
  }
  const at = axes.map((a) => normalizeAxis(a, data.length, "axes"));
  const shape = data.map((d, i): Dim => {
    const j = at.indexOf(i);
    const [begin, end] = j < 0 ? [0, 0] : [pads[j]!, pads[j + at.length]!];
    const ends = addDims(begin, end, node.freshDim);
    const whole = addDims(d, ends, node.freshDim);
    if (typeof whole === "number" && whole < 0) {
      throw new RangeError(
        `pads ${begin} and ${end} must leave something of dimension ${i} of ${shapeText(data)}`,
      );
    }
    return whole;
  });
  return shaped(shape);
};

function blocks(node: InferNode): { shape: Shape; block: number } | undefined {
  const shape = shapeAt(node, 0);
  checkRank(shape, [4], "the input");
  const block = node.int("blocksize")!;
  if (block < 1) throw new RangeError(`attribute 'blocksize' must be 1 or more, got ${block}`);
  return shape && { shape, block };
}

function divided(d: Dim, by: number, what: string, node: InferNode): Dim {
  if (typeof d === "string") return by === 1 ? d : node.freshDim();
  if (d % by !== 0) throw new RangeError(`${what} must be a multiple of ${by} (from 'blocksize'), got ${d}`);
  return d / by;
}

const depthToSpace: InferRule = (node) => {
  const from = blocks(node);
  if (from === undefined) return [];
  const [n, c, h, w] = from.shape as [Dim, Dim, Dim, Dim];
  const grown = [h, w].map((d) => multiplyDims([d, from.block], node.freshDim));
  return shaped([n, divided(c, from.block ** 2, "the channels", node), ...grown]);
};

const spaceToDepth: InferRule = (node) => {
  const from = blocks(node);
  if (from === undefined) return [];
  const [n, c, h, w] = from.shape as [Dim, Dim, Dim, Dim];
  const shrunk = [h, w].map((d) => divided(d, from.block, "height and width", node));
  return shaped([n, multiplyDims([c, from.block ** 2], node.freshDim), ...shrunk]);
};

const centerCropPad: InferRule = (node) => {
  const data = shapeAt(node, 0);
  if (data === undefined) return [];
  const axes = node.ints("axes")?.map((a) => normalizeAxis(a, data.length, "axes")) ?? [...data.keys()];
  const target = contentsOf(node.inputs[1]);
  if (target !== undefined && target.length !== axes.length) {
    throw new RangeError(`input shape must have ${axes.length} entries, one an axis, got ${target.length}`);
  }
  return shaped(data.map((d, i) => (axes.includes(i) ? target?.[axes.indexOf(i)] ?? node.freshDim() : d)));
};

/** Rules of the operators that join, cut or repeat. */
export const LAYOUT: Readonly<Record<string, InferRule>> = {
  CenterCropPad: centerCropPad,
  Concat: concat,
  DepthToSpace: depthToSpace,
  Expand: expand,
  Pad: pad,
  SpaceToDepth: spaceToDepth,
  Split: split,
  Tile: tile,
};
