/**
 * Reductions over axes.
 *
 * @module
 */
import { type Dim, normalizeAxis, type Shape } from "../tensor/mod.ts";
import { hasInput, shapeAt } from "./common.ts";
import { contentsOf, numbersIn } from "./contents.ts";
import { freshShape, multiplyDims } from "./dims.ts";
import { FOLDS } from "./fold.ts";
import type { InferNode, InferRule } from "./types.ts";

/** `Reduce*`: the axes are an attribute up to opset 17 (12 for `ReduceSum`), an input afterwards. */
const reduce: InferRule = (node) => {
  const data = shapeAt(node, 0);
  const keep = node.int("keepdims") !== 0;
  const given = hasInput(node, 1) ? numbersIn(node.inputs[1]) : node.ints("axes") ?? [];
  if (data === undefined) return [];
  if (given === undefined) {
    return [{ shape: keep ? freshShape(data.length, node.freshDim) : unknownAxes(data, node) }];
  }
  if (given.length === 0 && node.int("noop_with_empty_axes") === 1) return [{ shape: data }];
  const axes = new Set(
    given.length === 0 ? data.keys() : given.map((a) => normalizeAxis(a, data.length, "axes")),
  );
  const shape = keep ? data.map((d, i) => (axes.has(i) ? 1 : d)) : data.filter((_, i) => !axes.has(i));
  return [{ shape, contents: axes.size === data.length ? reducedAll(node) : undefined }];
};

/** Returns a shape of unknown sizes, whose rank follows from the number of axes where that is known. */
function unknownAxes(data: Shape, node: InferNode): Shape | undefined {
  const count = node.inputs[1]?.shape?.[0];
  return typeof count === "number" && count > 0 ? freshShape(data.length - count, node.freshDim) : undefined;
}

function reducedAll(node: InferNode): Dim[] | undefined {
  const contents = contentsOf(node.inputs[0]);
  if (contents === undefined || contents.length === 0) return undefined;
  if (node.opType === "ReduceProd" && contents.every((c) => typeof c === "string" || c >= 0)) {
    return [multiplyDims(contents, node.freshDim)];
  }
  const fold = FOLDS[{ ReduceSum: "Add", ReduceMax: "Max", ReduceMin: "Min" }[node.opType] ?? ""];
  const result = fold?.(contents, { float: false, fresh: node.freshDim });
  return result === undefined ? undefined : [result];
}

/** `ArgMax` and `ArgMin`. */
const arg: InferRule = (node) => {
  const data = shapeAt(node, 0);
  if (data === undefined) return [{ dtype: "int64" }];
  const axis = normalizeAxis(node.int("axis") ?? 0, data.length);
  const shape = node.int("keepdims") !== 0
    ? data.map((d, i) => (i === axis ? 1 : d))
    : data.filter((_, i) => i !== axis);
  return [{ dtype: "int64", shape }];
};

/** Rules of the reductions. */
export const REDUCE: Readonly<Record<string, InferRule>> = {
  ArgMax: arg,
  ArgMin: arg,
  ReduceL1: reduce,
  ReduceL2: reduce,
  ReduceLogSum: reduce,
  ReduceLogSumExp: reduce,
  ReduceMax: reduce,
  ReduceMean: reduce,
  ReduceMin: reduce,
  ReduceProd: reduce,
  ReduceSum: reduce,
  ReduceSumSquare: reduce,
};
