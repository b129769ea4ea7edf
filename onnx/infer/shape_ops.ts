/**
 * Operators that rearrange a tensor, and those that read or make shapes.
 *
 * @module
 */
import { type Dim, isStatic, normalizeAxis, type Shape, shapeText, sizeOf } from "../shape.ts";
import { contentsOf, freshShape, listOf, mayEqual, numbersIn, one, sharper } from "./common.ts";
import type { InferNode, InferRule } from "./types.ts";

/** The product of sizes: its numeric factor, and its symbols in order. */
function factors(dims: readonly Dim[]): { number: number; symbols: string[] } {
  const symbols = dims.filter((d) => typeof d === "string").sort();
  return { number: dims.reduce<number>((n, d) => (typeof d === "number" ? n * d : n), 1), symbols };
}

/** `total / part` where it is a size: all symbols of the part cancel, and at most one is left over with factor 1. */
function quotient(total: readonly Dim[], part: readonly Dim[]): Dim | undefined {
  const [t, p] = [factors(total), factors(part)];
  const left = [...t.symbols];
  for (const symbol of p.symbols) {
    const at = left.indexOf(symbol);
    if (at < 0) return undefined;
    left.splice(at, 1);
  }
  if (p.number === 0) return undefined;
  const n = t.number / p.number;
  if (left.length === 0) return Number.isInteger(n) ? n : undefined;
  return left.length === 1 && n === 1 ? left[0] : undefined;
}

const reshape: InferRule = (node) => {
  const shape = node.inputs[0]?.shape;
  const target = contentsOf(node.inputs[1]);
  if (target === undefined) {
    const rank = node.inputs[1]?.shape?.[0];
    return typeof rank === "number" ? one(freshShape(node, rank)) : [{}];
  }
  const keepZero = node.int("allowzero") === 1;
  const open = target.indexOf(-1);
  if (target.lastIndexOf(-1) !== open) {
    throw new RangeError(`input 'shape' [${target}] may hold one -1 at most`);
  }
  const result = target.map((d, i): Dim => {
    if (d !== 0 || keepZero) return d;
    if (shape === undefined) return node.freshDim();
    const kept = shape[i];
    if (kept === undefined) {
      throw new RangeError(`input 'shape' [${target}] keeps dimension ${i} of ${shapeText(shape)}`);
    }
    return kept;
  });
  if (open >= 0) {
    const rest = result.toSpliced(open, 1);
    const size = shape && quotient(shape, rest);
    if (size === undefined && shape && isStatic(shape) && isStatic(rest) && sizeOf(rest) !== 0) {
      throw new RangeError(
        `${shapeText(shape)} cannot be reshaped to [${target}]: ${sizeOf(shape)} is no multiple of ${
          sizeOf(rest)
        }`,
      );
    }
    result[open] = size ?? node.freshDim();
  } else if (shape && isStatic(shape) && isStatic(result) && sizeOf(shape) !== sizeOf(result)) {
    throw new RangeError(
      `${shapeText(shape)} has ${sizeOf(shape)} elements, ${shapeText(result)} has ${sizeOf(result)}`,
    );
  }
  return [{ shape: result, contents: contentsOf(node.inputs[0]) }];
};

const flatten: InferRule = (node) => {
  const shape = node.inputs[0]?.shape;
  if (shape === undefined) return one(freshShape(node, 2));
  const given = node.int("axis")!;
  const axis = given < 0 ? given + shape.length : given;
  const fold = (dims: Shape): Dim => quotient(dims, []) ?? node.freshDim();
  return one([fold(shape.slice(0, axis)), fold(shape.slice(axis))]);
};

const squeeze: InferRule = (node) => {
  const shape = node.inputs[0]?.shape;
  const axes = listOf(node, "axes", 1);
  if (shape === undefined || axes === undefined) return [{}];
  const gone = new Set(axes?.map((a) => normalizeAxis(a, shape.length, "axes")) ?? []);
  for (const a of gone) {
    if (!mayEqual(shape[a]!, 1)) {
      throw new RangeError(`axes names dimension ${a} of ${shapeText(shape)}, whose size is not 1`);
    }
  }
  if (axes === null && !isStatic(shape)) return [{}];
  const kept = shape.filter((d, i) => (axes === null ? d !== 1 : !gone.has(i)));
  return [{ shape: kept, contents: contentsOf(node.inputs[0]) }];
};

const unsqueeze: InferRule = (node) => {
  const shape = node.inputs[0]?.shape;
  const axes = listOf(node, "axes", 1);
  if (shape === undefined || !axes) return [{}];
  const rank = shape.length + axes.length;
  const added = new Set(axes.map((a) => normalizeAxis(a, rank, "axes")));
  if (added.size !== axes.length) throw new RangeError(`axes [${axes}] must be different`);
  const rest = [...shape];
  const result = Array.from({ length: rank }, (_, i): Dim => (added.has(i) ? 1 : rest.shift()!));
  return [{ shape: result, contents: result.length <= 1 ? contentsOf(node.inputs[0]) : undefined }];
};

const transpose: InferRule = (node) => {
  const shape = node.inputs[0]?.shape;
  if (shape === undefined) return [{}];
  const perm = node.ints("perm") ?? shape.map((_, i) => shape.length - 1 - i);
  if (
    perm.length !== shape.length || new Set(perm).size !== perm.length ||
    perm.some((p) => shape[p] === undefined)
  ) {
    throw new RangeError(`perm [${perm}] must order the ${shape.length} dimensions of ${shapeText(shape)}`);
  }
  return one(perm.map((p) => shape[p]!));
};

const concat: InferRule = (node) => {
  const shapes = node.inputs.map((i) => i?.shape);
  const contents = node.inputs.map(contentsOf);
  const joined = contents.every((c) => c !== undefined) ? contents.flat() as Dim[] : undefined;
  const first = shapes.find((s) => s !== undefined);
  if (first === undefined) return [{ contents: joined }];
  const axis = normalizeAxis(node.int("axis")!, first.length);
  const result = first.map((_, i): Dim => {
    if (i === axis) {
      const sizes = shapes.map((s) => s?.[i]);
      return sizes.every((d) => typeof d === "number")
        ? (sizes as number[]).reduce((a, b) => a + b, 0)
        : sizes.length === 1
        ? first[i]!
        : node.freshDim();
    }
    return shapes.reduce<Dim>((size, s) => {
      const d = s?.[i];
      if (s !== undefined && (s.length !== first.length || !mayEqual(d!, size))) {
        throw new RangeError(`${shapes.map(shapeText).join(", ")} differ beside axis ${axis}`);
      }
      return d === undefined ? size : sharper(size, d);
    }, first[i]!);
  });
  return [{ shape: result, contents: joined }];
};

const split: InferRule = (node) => {
  const shape = node.inputs[0]?.shape;
  if (shape === undefined) return [];
  const axis = normalizeAxis(node.int("axis")!, shape.length);
  const total = shape[axis]!;
  const given = listOf(node, "split", 1);
  const count = node.outputCount;
  return Array.from({ length: count }, (_, i) => {
    let size: Dim | undefined = given?.[i];
    if (given === null && typeof total === "number") {
      const part = Math.ceil(total / count);
      size = i < count - 1 ? part : total - part * (count - 1);
    }
    return { shape: shape.with(axis, size ?? node.freshDim()) };
  });
};

const expand: InferRule = (node) => {
  const shape = node.inputs[0]?.shape;
  const target = contentsOf(node.inputs[1]);
  if (target === undefined) {
    const length = node.inputs[1]?.shape?.[0];
    return shape && typeof length === "number" ? one(freshShape(node, Math.max(length, shape.length))) : [{}];
  }
  if (shape === undefined) return target.includes(1) ? [{}] : one(freshShape(node, target.length));
  const rank = Math.max(target.length, shape.length);
  const at = (s: Shape, i: number): Dim => s[i - rank + s.length] ?? 1;
  const result = Array.from({ length: rank }, (_, i): Dim => {
    const [a, b] = [at(shape, i), at(target, i)];
    if (a === 1 || a === b) return b;
    if (b === 1) return a;
    if (typeof a === "number" && typeof b === "number") {
      throw new RangeError(`${shapeText(shape)} cannot be expanded to [${target}]`);
    }
    return typeof a === "number" ? a : typeof b === "number" ? b : node.freshDim();
  });
  const entry = contentsOf(node.inputs[0]);
  const filled = entry?.length === 1 && rank === 1 && typeof result[0] === "number" && result[0] <= 64;
  return [{
    shape: result,
    contents: filled ? Array.from({ length: result[0] as number }, () => entry[0]!) : undefined,
  }];
};

const tile: InferRule = (node) => {
  const shape = node.inputs[0]?.shape;
  const repeats = numbersIn(node.inputs[1]);
  if (shape === undefined) return [{}];
  if (repeats === undefined) return one(freshShape(node, shape.length));
  return one(
    shape.map((
      d,
      i,
    ): Dim => (repeats[i] === 1 ? d : typeof d === "number" ? d * repeats[i]! : node.freshDim())),
  );
};

const pad: InferRule = (node) => {
  const shape = node.inputs[0]?.shape;
  if (shape === undefined) return [{}];
  const pads = listOf(node, "pads", 1);
  const axes = node.inputs[3] ? numbersIn(node.inputs[3]) : shape.map((_, i) => i);
  if (!pads || axes === undefined) return one(freshShape(node, shape.length));
  const result: Dim[] = [...shape];
  axes.forEach((a, i) => {
    const axis = normalizeAxis(a, shape.length, "axes");
    const more = pads[i]! + pads[i + axes.length]!;
    const d = shape[axis]!;
    if (more !== 0) result[axis] = typeof d === "number" ? d + more : node.freshDim();
  });
  return one(result);
};

const shapeOf: InferRule = (node) => {
  const shape = node.inputs[0]?.shape;
  if (shape === undefined) return one([node.freshDim("rank")]);
  const clamp = (v: number) => Math.min(Math.max(v < 0 ? v + shape.length : v, 0), shape.length);
  const part = shape.slice(clamp(node.int("start") ?? 0), clamp(node.int("end") ?? shape.length));
  return [{ shape: [part.length], contents: part }];
};

const size: InferRule = (node) => {
  const shape = node.inputs[0]?.shape;
  const total = shape && quotient(shape, []);
  return [{ shape: [], contents: total === undefined ? undefined : [total] }];
};

/** Depth to space and back: blocks of `b * b` channels are `b` rows and `b` columns. */
const depthToSpace: InferRule = (node) =>
  blocks(node, (n, c, h, w, b) => [n, div(c, b * b), mul(h, b), mul(w, b)]);
const spaceToDepth: InferRule = (node) =>
  blocks(node, (n, c, h, w, b) => [n, mul(c, b * b), div(h, b), div(w, b)]);

type Sizes = (n: Dim, c: Dim, h: Dim, w: Dim, b: number) => (Dim | undefined)[];

function blocks(node: InferNode, sizes: Sizes) {
  const shape = node.inputs[0]?.shape;
  if (shape === undefined) return [{}];
  const [n, c, h, w] = shape;
  return one(sizes(n!, c!, h!, w!, node.int("blocksize")!).map((d) => d ?? node.freshDim()));
}

function mul(d: Dim, by: number): Dim | undefined {
  return typeof d === "number" ? d * by : undefined;
}

function div(d: Dim, by: number): Dim | undefined {
  return typeof d === "number" ? d / by : undefined;
}

/** Rules by operator. */
export const SHAPE_OPS: Readonly<Record<string, InferRule>> = {
  Reshape: reshape,
  Flatten: flatten,
  Squeeze: squeeze,
  Unsqueeze: unsqueeze,
  Transpose: transpose,
  Concat: concat,
  Split: split,
  Expand: expand,
  Tile: tile,
  Pad: pad,
  Shape: shapeOf,
  Size: size,
  DepthToSpace: depthToSpace,
  SpaceToDepth: spaceToDepth,
};
