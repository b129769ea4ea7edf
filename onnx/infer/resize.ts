/**
 * Operators that resample images.
 *
 * @module
 */
import { type Dim, normalizeAxis, type Shape, shapeText } from "../tensor/mod.ts";
import { checkRank, shapeAt, shaped } from "./common.ts";
import { contentsOf, numbersIn } from "./contents.ts";
import { freshShape } from "./dims.ts";
import type { InferNode, InferRule } from "./types.ts";

/** `Resize` and `Upsample`: by scales or by sizes, for all axes or for those given. */
const resize: InferRule = (node) => {
  const x = shapeAt(node, 0);
  if (x === undefined) return [];
  const axes = node.ints("axes")?.map((a) => normalizeAxis(a, x.length, "axes")) ?? [...x.keys()];
  // An empty tensor means that the input is left out.
  const given = (i: number) =>
    node.inputs[i] != null && shapeAt(node, i)?.[0] !== 0 ? node.inputs[i]! : undefined;
  const scalesAt = node.opType === "Upsample" || node.opset < 11 ? 1 : 2;
  const scales = given(scalesAt);
  const sizes = scalesAt === 2 ? given(3) : undefined;
  const perAxis = sizes !== undefined
    ? bySizes(node, axes.map((a) => x[a]!), contentsOf(sizes))
    : byScales(node, axes.map((a) => x[a]!), scales ? numbersIn(scales) : node.floats("scales"));
  if (perAxis === undefined) {
    return shaped(x.map((d, i) => (axes.includes(i) ? node.freshDim() : d)));
  }
  return shaped(x.map((d, i) => (axes.includes(i) ? perAxis[axes.indexOf(i)]! : d)));
};

function checkLength(name: string, list: readonly Dim[], axes: number): void {
  if (list.length === axes) return;
  throw new RangeError(`${name} must have ${axes} entries, one an axis, got ${shapeText(list)}`);
}

function byScales(node: InferNode, x: Shape, scales: readonly number[] | undefined): Shape | undefined {
  if (scales === undefined) return undefined;
  checkLength("scales", scales, x.length);
  return x.map((d, i) => {
    // A region of interest moves what is sampled; runtimes do not shrink the result by it.
    const scale = scales[i]!;
    if (scale === 1) return d;
    return typeof d === "number" ? Math.floor(Math.fround(d * scale)) : node.freshDim();
  });
}

function bySizes(node: InferNode, x: Shape, sizes: readonly Dim[] | undefined): Shape | undefined {
  if (sizes === undefined) return undefined;
  checkLength("input sizes", sizes, x.length);
  const policy = node.string("keep_aspect_ratio_policy") ?? "stretch";
  if (policy === "stretch") return sizes;
  const scales = sizes.map((s, i) => (s as number) / (x[i] as number));
  if (scales.some(Number.isNaN)) return undefined;
  const scale = policy === "not_larger" ? Math.min(...scales) : Math.max(...scales);
  return x.map((d) => Math.floor(Math.fround(scale) * (d as number) + 0.5));
}

/** `GridSample`: X `[N, C, d…]` sampled at `grid` `[N, e…, rank]`. */
const gridSample: InferRule = (node) => {
  const [x, grid] = [shapeAt(node, 0), shapeAt(node, 1)];
  if (x !== undefined) checkRank(grid, [x.length], "input grid");
  const rank = (x ?? grid)?.length;
  if (rank === undefined) return [];
  const spatial = grid?.slice(1, -1) ?? freshShape(rank - 2, node.freshDim);
  return shaped([x?.[0] ?? grid![0]!, x?.[1] ?? node.freshDim("channels"), ...spatial]);
};

/** `AffineGrid`: theta `[N, r, r+1]`, size `[N, C, d…]`; the grid is `[N, d…, r]`. */
const affineGrid: InferRule = (node) => {
  const theta = shapeAt(node, 0);
  checkRank(theta, [3], "input theta");
  const size = contentsOf(node.inputs[1]);
  const rank = size === undefined ? theta?.[1] : size.length - 2;
  if (typeof rank !== "number") return [];
  const batch = size?.[0] ?? theta?.[0] ?? node.freshDim();
  return shaped([batch, ...size?.slice(2) ?? freshShape(rank, node.freshDim), rank]);
};

/** Rules of the operators that resample. */
export const RESIZE: Readonly<Record<string, InferRule>> = {
  AffineGrid: affineGrid,
  GridSample: gridSample,
  Resize: resize,
  Upsample: resize,
};
