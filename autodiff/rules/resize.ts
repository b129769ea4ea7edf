/**
 * The rule of Resize.
 *
 * @module
 */
import { type Graph, type Node, numbersOf, type Value } from "../../onnx/mod.ts";
import type { Rule, Site } from "../site.ts";

/** The resampling of one axis: for each entry of the result the entries it mixes, and their weights. */
type Taps = readonly (readonly (readonly [index: number, weight: number])[])[];

/** One axis that is resampled. */
interface Axis {
  readonly axis: number;
  readonly from: number;
  readonly to: number;
  readonly scale: number;
}

/**
 * Transposes `Resize`, which is linear in x, an axis at a time: one matrix product an axis. Where each entry is
 * repeated equally often, as decoders do, it is a sum over the repeats.
 */
export const resize: Rule = (s) => {
  const { g, node } = s;
  if (node.int("antialias") === 1) {
    throw new TypeError(`${node}: its gradient is not implemented for antialias`);
  }
  const resampled = axesOf(s);
  if (resampled.length > 0 && resampled.every((a) => a.from === a.to)) {
    throw new TypeError(
      `${node}: no gradient is implemented for scales or a region that keep every size: ` +
        "the definition resamples the operand, but ONNX Runtime copies it; remove the node",
    );
  }
  const axes = resampled.map((a) => ({ ...a, taps: tapsOf(node, a, roiOf(s, a.axis)) }));
  const repeats = axes.map(({ taps, from, to }) => (repeated(taps, to / from) ? to / from : 0));
  if (axes.length > 0 && s.x().rank > 2 && repeats.every((r) => r > 1) && axes.every((a) => a.axis >= 2)) {
    return [sumOfRepeats(g, s.dy, { rank: s.x().rank, axes, repeats })];
  }
  return [axes.reduce((v, a) => transposedMap(g, v, a), s.dy)];
};

/** Returns the axes that change, their sizes and scales. */
function axesOf(s: Site): Axis[] {
  const { node } = s;
  const [x, y] = [s.x(), s.y()];
  const named = node.ints("axes")?.map((a) => (a < 0 ? a + x.rank : a)) ?? x.shape!.map((_, i) => i);
  const scales = scalesOf(s, named);
  return named.flatMap((axis, i): Axis[] => {
    const [from, to] = [x.shape![axis]!, y.shape?.[axis]];
    const roi = roiOf(s, axis);
    const scale = scales[i] ?? 1;
    // A scale that rounds to the same size still resamples the axis.
    if (from === to && scale === 1 && (roi === null || roi[0] === 0 && roi[1] === 1)) return [];
    if (typeof from !== "number" || typeof to !== "number") throw unknownSizes(s);
    return [{ axis, from, to, scale }];
  });
}

function unknownSizes(s: Site): TypeError {
  return new TypeError(
    `${s.node}: its gradient needs sizes and scales that are known before the run, got ${s.x()} and ${s.y()}; give the model's input a fixed size`,
  );
}

/** Returns the scale of each named axis, as runtimes compute it; `undefined` for an axis that keeps an unknown size. */
function scalesOf(s: Site, named: readonly number[]): readonly (number | undefined)[] {
  const given = (i: number) => {
    const v = s.optional(i);
    return v === null || v.shape?.[0] === 0 ? null : v;
  };
  const scales = given(2);
  if (scales !== null) {
    const known = scales.contents ?? (scales.tensor && numbersOf(scales.tensor));
    if (!known?.every((d) => typeof d === "number")) throw unknownSizes(s);
    return known as readonly number[];
  }
  const from = named.map((axis) => s.x().shape![axis]!);
  const policy = s.node.string("keep_aspect_ratio_policy") ?? "stretch";
  if (policy === "stretch") {
    return from.map((d, i) => {
      const to = s.y().shape?.[named[i]!];
      return d === to ? undefined : typeof d === "number" && typeof to === "number" ? to / d : NaN;
    });
  }
  // The policy takes one scale for all axes, the least or the greatest of those that the requested sizes need.
  if (s.node.ints("axes")?.some((a) => a < 0)) {
    throw new TypeError(
      `${s.node}: no gradient is implemented for a keep_aspect_ratio_policy with negative axes, because ONNX Runtime gives ` +
        "other sizes than the definition; count the axes from the front",
    );
  }
  const sizes = given(3)?.contents;
  const all = from.map((d, i) => (sizes?.[i] as number) / (d as number));
  if (all.some(Number.isNaN)) throw unknownSizes(s);
  const scale = Math.fround(policy === "not_larger" ? Math.min(...all) : Math.max(...all));
  return all.map(() => scale);
}

function isCrop(node: Node): boolean {
  return node.string("coordinate_transformation_mode") === "tf_crop_and_resize";
}

/** Returns the part of the axis that is resampled, from 0 to 1; `null` for all of it. */
function roiOf(s: Site, axis: number): [number, number] | null {
  if (!isCrop(s.node)) return null;
  const roi = s.optional(1)?.tensor?.data;
  if (!roi) throw new TypeError(`${s.node}: its gradient needs a roi that is known before the run`);
  const axes = s.node.ints("axes");
  const at = axes ? axes.map((a) => (a < 0 ? a + s.x().rank : a)).indexOf(axis) : axis;
  return [Number(roi[at]), Number(roi[at + roi.length / 2])];
}

/** Returns the position in x of an entry of the result, in single precision, as runtimes compute it. */
function coordinate(
  node: Node,
  i: number,
  { from, to, scale: given }: Axis,
  roi: [number, number] | null,
): number {
  const f = Math.fround;
  const scale = f(given);
  const half = f(f((i + 0.5) / scale) - 0.5);
  switch (node.string("coordinate_transformation_mode") ?? "half_pixel") {
    case "half_pixel":
      return half;
    case "half_pixel_symmetric": {
      const adjustment = f(to / f(scale * from));
      const offset = f(from / 2 * f(1 - adjustment));
      return f(offset + (i + 0.5) / scale - 0.5);
    }
    case "pytorch_half_pixel":
      return to > 1 ? half : 0;
    case "align_corners":
      return to > 1 ? f(i * (from - 1) / (to - 1)) : 0;
    case "asymmetric":
      return f(i / scale);
    default: {
      const [start, end] = roi!;
      return to > 1
        ? start * (from - 1) + i * (end - start) * (from - 1) / (to - 1)
        : 0.5 * (start + end) * (from - 1);
    }
  }
}

function tapsOf(node: Node, a: Axis, roi: [number, number] | null): Taps {
  const mode = node.string("mode") ?? "nearest";
  return Array.from({ length: a.to }, (_, i) => {
    const at = coordinate(node, i, a, roi);
    // Everything outside x is a constant.
    if (roi !== null && (at < 0 || at > a.from - 1)) return [];
    if (mode === "nearest") return [[clamp(nearest(node, at), a.from), 1]];
    return mode === "linear" ? linear(at, a.from) : cubic(node, at, a.from);
  });
}

function clamp(i: number, size: number): number {
  return Math.min(Math.max(i, 0), size - 1);
}

function nearest(node: Node, at: number): number {
  switch (node.string("nearest_mode") ?? "round_prefer_floor") {
    case "round_prefer_floor":
      return Math.ceil(at - 0.5);
    case "round_prefer_ceil":
      return Math.floor(at + 0.5);
    case "floor":
      return Math.floor(at);
    default:
      return Math.ceil(at);
  }
}

function linear(given: number, size: number): [number, number][] {
  const at = clamp(given, size);
  const low = Math.floor(at);
  return [[low, 1 - (at - low)], [clamp(low + 1, size), at - low]];
}

function cubic(node: Node, at: number, size: number): [number, number][] {
  const a = node.float("cubic_coeff_a")!;
  const low = Math.floor(at);
  const weight = (distance: number) => {
    const d = Math.abs(distance);
    if (d <= 1) return ((a + 2) * d - (a + 3)) * d * d + 1;
    return d < 2 ? a * (((d - 5) * d + 8) * d - 4) : 0;
  };
  const all = [-1, 0, 1, 2].map((k): [number, number] => [low + k, weight(at - low - k)]);
  if (node.int("exclude_outside") !== 1) return all.map(([i, w]) => [clamp(i, size), w]);
  const inside = all.filter(([i]) => i >= 0 && i < size);
  const total = inside.reduce((sum, [, w]) => sum + w, 0);
  return inside.map(([i, w]) => [i, w / total]);
}

/** Returns whether entry `i` of the result is entry `floor(i / times)` of x. */
function repeated(taps: Taps, times: number): boolean {
  return Number.isInteger(times) &&
    taps.every((t, i) => t.length === 1 && t[0]![0] === Math.floor(i / times) && t[0]![1] === 1);
}

/** Returns the mean over the repeats, by the kernel that runtimes have for it, times their number. */
function sumOfRepeats(
  g: Graph,
  dy: Value,
  { rank, axes, repeats }: { rank: number; axes: readonly Axis[]; repeats: readonly number[] },
): Value {
  const kernel_shape = Array.from({ length: rank - 2 }, () => 1);
  axes.forEach((a, i) => (kernel_shape[a.axis - 2] = repeats[i]!));
  const mean = g.averagePool(dy, { kernel_shape, strides: kernel_shape });
  return g.mul(mean, repeats.reduce((a, b) => a * b));
}

/** `dx = W' dy` along one axis, W being `[to, from]`. */
function transposedMap(g: Graph, dy: Value, { axis, from, to, taps }: Axis & { taps: Taps }): Value {
  const weights = new Float64Array(to * from);
  taps.forEach((list, row) => {
    for (const [column, weight] of list) weights[row * from + column]! += weight;
  });
  const w = g.constant(Array.from(weights), dy.dtype);
  const last = dy.rank - 1;
  if (axis === last) return g.matMul(dy, g.reshape(w, [to, from]));
  const swapped = Array.from({ length: dy.rank }, (_, i) => i);
  [swapped[axis], swapped[last]] = [last, axis];
  const moved = axis === last - 1 ? null : g.transpose(dy, { perm: swapped });
  if (moved === null) return g.matMul(g.transpose(g.reshape(w, [to, from])), dy);
  return g.transpose(g.matMul(moved, g.reshape(w, [to, from])), { perm: swapped });
}
