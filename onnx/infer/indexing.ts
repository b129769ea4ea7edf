/**
 * Operators that read or write at indices.
 *
 * @module
 */
import { type Dim, isStatic, normalizeAxis, type Shape, shapeText, sizeOf } from "../tensor/mod.ts";
import { checkEqual, checkLeastRank, likeInput, shapeAt, shaped } from "./common.ts";
import { heldIn, numbersIn, pick, scalarOf } from "./contents.ts";
import { insertDims, unifyDims, withDim } from "./dims.ts";
import type { InferNode, InferRule } from "./types.ts";

/** `Gather`: the axis is replaced by the dimensions of the indices. */
const gather: InferRule = (node) => {
  const [data, indices] = [shapeAt(node, 0), shapeAt(node, 1)];
  checkLeastRank(data, 1, "input data");
  if (data === undefined || indices === undefined) return [];
  const axis = normalizeAxis(node.int("axis") ?? 0, data.length);
  const shape = [...data.slice(0, axis), ...indices, ...data.slice(axis + 1)];
  const at = numbersIn(node.inputs[1]);
  const size = data[axis]!;
  if (at === undefined || !isStatic(indices) || typeof size !== "number") return shaped(shape);
  const bad = at.find((i) => i < -size || i >= size);
  if (bad !== undefined) {
    throw new RangeError(
      `input indices must be in ${-size}..${size - 1} for axis ${axis} of ${shapeText(data)}, got ${bad}`,
    );
  }
  const source = (index: readonly number[]) => {
    const entry = at[indices.reduce((sum, d, i) => sum * d + index[axis + i]!, 0)]!;
    return [...index.slice(0, axis), entry < 0 ? entry + size : entry, ...index.slice(axis + indices.length)];
  };
  return shaped(shape, pick(heldIn(node.inputs[0]), shape, source));
};

const gatherElements: InferRule = (node) => {
  const [data, indices] = [shapeAt(node, 0), shapeAt(node, 1)];
  checkSameRank(data, indices, "indices");
  if (data !== undefined) normalizeAxis(node.int("axis") ?? 0, data.length);
  return shaped(indices);
};

function checkSameRank(data: Shape | undefined, other: Shape | undefined, name: string): void {
  if (data !== undefined && other !== undefined && data.length !== other.length) {
    throw new RangeError(
      `input ${name} ${shapeText(other)} must have the rank of input data ${shapeText(data)}`,
    );
  }
}

/** `GatherND`: the last dimension of the indices says how many dimensions of the data one index covers. */
const gatherND: InferRule = (node) => {
  const [data, indices] = [shapeAt(node, 0), shapeAt(node, 1)];
  checkLeastRank(data, 1, "input data");
  checkLeastRank(indices, 1, "input indices");
  const depth = indices?.at(-1);
  if (data === undefined || indices === undefined || typeof depth !== "number") return [];
  const batch = node.int("batch_dims") ?? 0;
  if (batch + depth > data.length) {
    throw new RangeError(
      `input indices ${shapeText(indices)} must end in at most ${data.length - batch} for ${shapeText(data)}`,
    );
  }
  const lead = indices.slice(0, -1).map((d, i) =>
    i < batch ? unifyDims(d, data[i]!, `batch dimensions ${i} of data and indices`) : d
  );
  return shaped([...lead, ...data.slice(batch + depth)]);
};

const scatterElements: InferRule = (node) => {
  checkSameRank(shapeAt(node, 0), shapeAt(node, 1), "indices");
  checkSameRank(shapeAt(node, 0), shapeAt(node, 2), "updates");
  return shaped(shapeAt(node, 0));
};

/** `OneHot`: the depth is put in at the axis. */
const oneHot: InferRule = (node) => {
  const indices = shapeAt(node, 0);
  if (indices === undefined) return [];
  const axis = normalizeAxis(node.int("axis") ?? -1, indices.length + 1);
  return shaped(insertDims(indices, axis, [scalarOf(node.inputs[1]) ?? node.freshDim("depth")]));
};

/** `TopK`: `K` is an attribute up to opset 9, an input afterwards. */
const topK: InferRule = (node) => {
  const x = shapeAt(node, 0);
  if (x === undefined) return [{}, { dtype: "int64" }];
  const axis = normalizeAxis(node.int("axis") ?? -1, x.length);
  const k = node.int("k") ?? scalarOf(node.inputs[1]) ?? node.freshDim("k");
  const size = x[axis]!;
  if (typeof k === "number" && (k < 0 || typeof size === "number" && k > size)) {
    throw new RangeError(`K must be in 0..${size}, the size of axis ${axis} of ${shapeText(x)}, got ${k}`);
  }
  const shape = withDim(x, axis, k);
  return [{ shape }, { shape, dtype: "int64" }];
};

const nonZero: InferRule = (node) => {
  const rank = shapeAt(node, 0)?.length;
  return [{ dtype: "int64", shape: [rank ?? node.freshDim("rank"), node.freshDim("nonzero")] }];
};

/** `Unique`: of all elements, or of slices along an axis. */
const unique: InferRule = (node) => {
  const x = shapeAt(node, 0);
  const given = node.int("axis");
  const found = [node.freshDim("unique")];
  const size: Dim = isStatic(x) ? sizeOf(x) : x?.length === 1 ? x[0]! : node.freshDim();
  const axis = given === undefined || x === undefined ? undefined : normalizeAxis(given, x.length);
  const y = axis === undefined ? (given === undefined ? found : undefined) : withDim(x!, axis, found[0]!);
  const inverse = axis === undefined ? [given === undefined ? size : node.freshDim()] : [x![axis]!];
  return [y, found, inverse, found].map((
    shape,
    i,
  ) => (i === 0 ? { shape } : { shape, dtype: "int64" as const }));
};

/** `Compress`: as many entries as the condition holds for. */
const compress: InferRule = (node) => {
  const data = shapeAt(node, 0);
  const given = node.int("axis");
  const count = numbersIn(node.inputs[1])?.filter((c) => c !== 0).length ?? node.freshDim("kept");
  if (given === undefined) return shaped([count]);
  return shaped(data && withDim(data, normalizeAxis(given, data.length), count));
};

const nonMaxSuppression: InferRule = (node) => shaped([node.freshDim("selected"), 3]);

/** `TensorScatter`: the cache, written to; all but the sequence axis agree. */
const tensorScatter: InferRule = (node) => {
  const [cache, update] = [shapeAt(node, 0), shapeAt(node, 1)];
  if (cache === undefined || update === undefined) return shaped(cache);
  checkSameRank(cache, update, "update");
  const axis = normalizeAxis(node.int("axis") ?? -2, cache.length);
  cache.forEach((d, i) => {
    if (i !== axis) {
      checkEqual(
        d,
        update[i],
        `input update ${shapeText(update)} may differ from ${shapeText(cache)} at axis ${axis} only`,
      );
    }
  });
  return shaped(cache);
};

/** `ReverseSequence`: one length a batch entry. */
const reverseSequence: InferRule = (node: InferNode) => {
  const x = shapeAt(node, 0);
  checkLeastRank(x, 2, "the input");
  const batch = x?.[node.int("batch_axis") ?? 1];
  checkEqual(
    batch,
    shapeAt(node, 1)?.[0],
    `input sequence_lens must have ${batch} entries, one a batch entry`,
  );
  return shaped(x);
};

/** Rules of the operators that read or write at indices. */
export const INDEXING: Readonly<Record<string, InferRule>> = {
  Compress: compress,
  Gather: gather,
  GatherElements: gatherElements,
  GatherND: gatherND,
  NonMaxSuppression: nonMaxSuppression,
  NonZero: nonZero,
  OneHot: oneHot,
  ReverseSequence: reverseSequence,
  Scatter: scatterElements,
  ScatterElements: scatterElements,
  ScatterND: likeInput(),
  TensorScatter: tensorScatter,
  TopK: topK,
  Unique: unique,
};
