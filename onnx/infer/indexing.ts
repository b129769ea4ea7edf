/**
 * Operators that pick elements by index.
 *
 * @module
 */
import { type Dim, normalizeAxis, type Shape } from "../shape.ts";
import { contentsOf, freshShape, listOf, numbersIn, one } from "./common.ts";
import type { InferNode, InferRule } from "./types.ts";

const gather: InferRule = (node) => {
  const [data, indices] = [node.inputs[0]?.shape, node.inputs[1]?.shape];
  if (data === undefined || indices === undefined) return [{}];
  const axis = normalizeAxis(node.int("axis")!, data.length);
  const shape = [...data.slice(0, axis), ...indices, ...data.slice(axis + 1)];
  const entries = contentsOf(node.inputs[0]);
  const picked = numbersIn(node.inputs[1])?.map((i) => entries?.at(i));
  return [{ shape, contents: picked?.every((d) => d !== undefined) ? picked : undefined }];
};

const gatherElements: InferRule = (node) => one(node.inputs[1]?.shape);

const gatherND: InferRule = (node) => {
  const [data, indices] = [node.inputs[0]?.shape, node.inputs[1]?.shape];
  const depth = indices?.at(-1);
  if (data === undefined || indices === undefined || typeof depth !== "number") return [{}];
  const batch = node.int("batch_dims") ?? 0;
  return one([...indices.slice(0, -1), ...data.slice(batch + depth)]);
};

/** How many elements `start:end:step` takes of `size`. */
function sliceLength(
  size: number,
  { start, end, step }: { start: number; end: number; step: number },
): number {
  const [low, high] = step > 0 ? [0, size] : [-1, size - 1];
  const clamp = (v: number, open: number) => Math.min(Math.max(v < 0 ? v + size : v, open), high);
  const from = clamp(start, step > 0 ? low : 0);
  const to = end < -size ? low : clamp(end, low);
  return Math.max(0, Math.ceil((to - from) / step));
}

const slice: InferRule = (node) => {
  const shape = node.inputs[0]?.shape;
  const [starts, ends] = [listOf(node, "starts", 1), listOf(node, "ends", 2)];
  if (shape === undefined) return [{}];
  const axes = listOf(node, "axes", 3);
  const steps = listOf(node, "steps", 4);
  if (axes === undefined) return one(freshShape(node, shape.length));
  const count = starts?.length ?? (node.inputs[1]?.shape?.[0] as number | undefined);
  const list = axes ?? Array.from({ length: count ?? shape.length }, (_, i) => i);
  const result: Dim[] = [...shape];
  const contents = contentsOf(node.inputs[0]);
  let cut: readonly Dim[] | undefined;
  list.forEach((a, i) => {
    const axis = normalizeAxis(a, shape.length, "axes");
    const size = shape[axis]!;
    const [start, end, step] = [starts?.[i], ends?.[i], steps === null ? 1 : steps?.[i]];
    if (step === 0) throw new RangeError("steps must not be 0");
    const whole = start === 0 && step === 1 && end !== undefined && end >= 2 ** 31 - 1;
    if (whole) return;
    if (start === undefined || end === undefined || step === undefined || typeof size !== "number") {
      result[axis] = symbolicSlice(size, { start, end, step }) ?? node.freshDim();
      return;
    }
    const length = sliceLength(size, { start, end, step });
    result[axis] = length;
    if (contents !== undefined && shape.length === 1) {
      const first = start < 0
        ? Math.max(start + size, step > 0 ? 0 : -1)
        : Math.min(start, step > 0 ? size : size - 1);
      cut = Array.from({ length }, (_, k) => contents[first + k * step]!);
    }
  });
  return [{ shape: result, contents: cut ?? (result[0] === shape[0] ? contents : undefined) }];
};

/** Cuts of a symbolic size whose length is known all the same: one element, or the last few where they must exist. */
function symbolicSlice(
  _size: Dim,
  { start, end, step }: { start: number | undefined; end: number | undefined; step: number | undefined },
): Dim | undefined {
  if (start === undefined || end === undefined || step === undefined) return undefined;
  return start === -1 && step === 1 && end >= 2 ** 31 - 1 ? 1 : undefined;
}

const topK: InferRule = (node) => {
  const shape = node.inputs[0]?.shape;
  if (shape === undefined) return [{}, {}];
  const k = node.int("k") ?? numbersIn(node.inputs[1])?.[0] ?? node.freshDim("k");
  const result = shape.with(normalizeAxis(node.int("axis")!, shape.length), k);
  return [{ shape: result }, { shape: result }];
};

const oneHot: InferRule = (node) => {
  const shape = node.inputs[0]?.shape;
  if (shape === undefined) return [{}];
  const axis = normalizeAxis(node.int("axis")!, shape.length + 1);
  const depth = contentsOf(node.inputs[1])?.[0];
  return one(shape.toSpliced(axis, 0, depth ?? node.freshDim("depth")));
};

const nonZero: InferRule = (node) => {
  const rank = node.inputs[0]?.shape?.length;
  return one([rank === undefined ? node.freshDim("rank") : Math.max(rank, 1), node.freshDim("nonzero")]);
};

const compress: InferRule = (node) => {
  const shape = node.inputs[0]?.shape;
  const axis = node.int("axis");
  if (axis === undefined) return one([node.freshDim("selected")]);
  return one(shape?.with(normalizeAxis(axis, shape.length), node.freshDim("selected")));
};

const unique: InferRule = (node) => {
  const shape = node.inputs[0]?.shape;
  const axis = node.int("axis");
  const count = node.freshDim("unique");
  const values: Shape | undefined = axis === undefined
    ? [count]
    : shape?.with(normalizeAxis(axis, shape.length), count);
  const inverse = axis === undefined
    ? [node.freshDim()]
    : shape && [shape[normalizeAxis(axis, shape.length)]!];
  return [{ shape: values }, { shape: [count] }, { shape: inverse }, { shape: [count] }];
};

const centerCropPad: InferRule = (node) => {
  const shape = node.inputs[0]?.shape;
  if (shape === undefined) return [{}];
  const sizes = contentsOf(node.inputs[1]);
  const axes = node.ints("axes") ?? shape.map((_, i) => i);
  const result = [...shape];
  axes.forEach((a, i) => (result[normalizeAxis(a, shape.length)] = sizes?.[i] ?? node.freshDim()));
  return one(result);
};

function resizeRule(node: InferNode) {
  const shape = node.inputs[0]?.shape;
  if (shape === undefined) return [{}];
  const [scales, sizes] = node.opset < 11 || node.opType === "Upsample"
    ? [node.inputs[1], null]
    : [node.inputs[2], node.inputs[3]];
  const axes = (node.ints("axes") ?? shape.map((_, i) => i)).map((a) => normalizeAxis(a, shape.length));
  const result = [...shape];
  const factors = scales?.tensor && scales.tensor.data.length > 0
    ? Array.from(scales.tensor.data as Float32Array)
    : undefined;
  const targets = contentsOf(sizes);
  const policy = node.string("keep_aspect_ratio_policy") ?? "stretch";
  if (
    targets && policy !== "stretch" && axes.every((a) => typeof shape[a] === "number") &&
    targets.every((t) => typeof t === "number")
  ) {
    const ratios = axes.map((a, i) => (targets[i] as number) / (shape[a] as number));
    const ratio = policy === "not_larger" ? Math.min(...ratios) : Math.max(...ratios);
    axes.forEach((a) => (result[a] = Math.round(ratio * (shape[a] as number))));
    return one(result);
  }
  axes.forEach((a, i) => {
    const d = shape[a]!;
    const factor = factors?.[i];
    if (targets?.[i] !== undefined && policy === "stretch") result[a] = targets[i]!;
    else if (factor === 1) result[a] = d;
    else if (factor !== undefined && typeof d === "number") result[a] = Math.floor(d * factor);
    else result[a] = node.freshDim();
  });
  return one(result);
}

/** Rules by operator. */
export const INDEXING: Readonly<Record<string, InferRule>> = {
  Gather: gather,
  GatherElements: gatherElements,
  GatherND: gatherND,
  Slice: slice,
  TopK: topK,
  OneHot: oneHot,
  NonZero: nonZero,
  Compress: compress,
  Unique: unique,
  CenterCropPad: centerCropPad,
  Resize: resizeRule,
  Upsample: resizeRule,
};
