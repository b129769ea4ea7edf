/**
 * The gradient of a maximum pool, in `ai.onnx`.
 *
 * @module
 */
import type { Graph, Value } from "../../onnx/mod.ts";
import { firstEntriesForm, maxPoolForm } from "../forms/mod.ts";
import { reshapeLike, type Target, zerosLike } from "../site.ts";
import { type Axis, covered, coveredSize, entries, foldInTurn, padded } from "../windows/mod.ts";

/** The operands of the gradient of a maximum pool: its input, its result and its cotangent. */
export interface MaxPoolGradient {
  readonly x: Value;
  readonly y: Value;
  readonly dy: Value;
  readonly axes: readonly Axis[];
  readonly target: Target;
}

/** Writes the cotangent of x in the form that suits the windows. */
export function writeMaxPoolGradient(g: Graph, c: MaxPoolGradient): Value {
  if (maxPoolForm(c.axes) === "compare") return byComparison(g, c);
  return maxPoolGradientByIndices(g, c, {
    kernel_shape: c.axes.map((a) => a.kernel),
    strides: c.axes.map((a) => a.stride),
    pads: [...c.axes.map((a) => a.begin), ...c.axes.map((a) => Math.max(0, a.end))],
  });
}

/**
 * Adds each window's cotangent at the index that the runtime returns.
 *
 * @param attributes those of the pool
 */
export function maxPoolGradientByIndices(
  g: Graph,
  { x, dy }: Pick<MaxPoolGradient, "x" | "dy">,
  attributes: Readonly<{ kernel_shape: number[]; strides?: number[]; pads?: number[] }>,
): Value {
  const [, indices] = g.maxPool(x, { ...attributes, storage_order: 0, outputs: 2 });
  const flat = g.reshape(zerosLike(g, x), [-1]);
  const added = g.scatterND(flat, g.reshape(indices, [-1, 1]), g.reshape(dy, [-1]), { reduction: "add" });
  return reshapeLike(g, added, x);
}

/**
 * Finds the maximum by one axis at a time: the first row of a window that holds its maximum, then the first place in
 * that row. So a window of `k` times `l` is compared at `k` and `l` places, not at all of them.
 */
function byComparison(g: Graph, { x, y, dy, axes, target }: MaxPoolGradient): Value {
  const whole = axes.map((a): Axis => ({ ...a, size: coveredSize(a), begin: 0, end: 0 }));
  // For each axis the maxima over it and later axes; last their operand.
  const maxima = [covered(g, x, { axes, fill: -Infinity })];
  for (let i = axes.length - 1; i > 0; i--) maxima.unshift(maxAlong(g, maxima[0]!, i, whole[i]!));
  maxima.unshift(y);
  const dx = foldInTurn(g, dy, {
    axes: whole,
    parts(dy, i) {
      // The part that no earlier place has taken; products, since selecting costs runtimes several times as much.
      let left = dy;
      const parts = Array.from({ length: whole[i]!.kernel - 1 }, (_, at) => {
        const entries = entriesAlong({ g, target }, maxima[i + 1]!, { axis: whole[i]!, i, at });
        const part = g.mul(left, g.cast(g.equal(entries, maxima[i]!), { to: dy.dtype }));
        left = g.sub(left, part);
        return part;
      });
      return [...parts, left];
    },
  });
  return padded(g, dx, axes.map((a) => [-a.begin, -a.end]));
}

/** Returns the maxima of windows along spatial axis `i` alone. */
function maxAlong(
  g: Graph,
  x: Value,
  i: number,
  { kernel, stride, dilation }: Pick<Axis, "kernel" | "stride" | "dilation">,
): Value {
  const along = (n: number) => Array.from({ length: x.rank - 2 }, (_, k) => (k === i ? n : 1));
  return g.maxPool(x, {
    kernel_shape: along(kernel),
    strides: along(stride),
    dilations: along(dilation),
  })[0]!;
}

/** Returns entry `at` of every window along one axis; the first entries are also the maxima of windows of one entry. */
function entriesAlong(
  { g, target }: { g: Graph; target: Target },
  x: Value,
  { axis, i, at }: { axis: Axis; i: number; at: number },
): Value {
  if (at === 0 && firstEntriesForm({ dtype: x.dtype, target }) === "pool") {
    return maxAlong(g, x, i, { kernel: 1, stride: axis.stride, dilation: 1 });
  }
  return entries(g, x, { axes: [axis], at: [at], first: i + 2 });
}
