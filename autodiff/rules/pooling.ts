/**
 * Rules of the pools.
 *
 * @module
 */
import type { Value } from "../../onnx/mod.ts";
import { averagePoolGradient, maxPoolGradient, maxPoolGradientByIndices } from "../composites/mod.ts";
import { maxPoolForm } from "../forms/mod.ts";
import { type Rule, type Site, sizes } from "../site.ts";
import { type Axis, foldSame, isPoolPadding, windowAxes } from "../windows/mod.ts";

function axesOf(s: Site): Axis[] {
  return windowAxes(s.node, { over: s.x(), windows: s.y(), kernel: s.node.ints("kernel_shape")! });
}

/** y = max over a window. The gradient goes to the first element of the window that attains it, as in PyTorch. */
export const maxPool: Rule = (s) => {
  const axes = axesOf(s);
  const operands = { x: s.x(), y: s.y(), dy: s.dy, axes, target: s.target };
  if (maxPoolForm(axes) === "compare" || arePads(axes)) return [maxPoolGradient(s.g, operands, s)];
  const attributes = Object.fromEntries([...s.node.attributes].map(([name, a]) => [name, a.value]));
  return [maxPoolGradientByIndices(s.g, operands, attributes as { kernel_shape: number[] })];
};

/** Returns whether a pool can be written with what its windows reach beyond the axes as its padding. */
function arePads(axes: readonly Axis[]): boolean {
  return axes.every((a) => a.dilation === 1 && isPoolPadding(a));
}

/** y = mean over a window. */
export const averagePool: Rule = (s) => {
  const axes = axesOf(s);
  return [averagePoolGradient(s.g, { dy: s.dy, axes, count: counts(s, axes) }, s)];
};

/** Returns how many elements each window's mean is over: a number, or one a window. */
function counts(s: Site, axes: readonly Axis[]): Value | number {
  const padding = s.node.int("count_include_pad") === 1;
  const pads = s.node.ints("pads");
  const each = axes.map((a, i) =>
    Array.from({ length: a.count }, (_, o) => {
      // The padding of the attributes counts; the padding that `ceil_mode` adds does not.
      const low = padding ? -a.begin : 0;
      const auto = s.node.string("auto_pad") ?? "NOTSET";
      const after = auto === "NOTSET" ? pads?.[i + axes.length] ?? 0 : Math.max(0, a.end);
      const high = a.size + (padding ? after : 0);
      const start = o * a.stride - a.begin;
      return Array.from({ length: a.kernel }, (_, k) => start + k * a.dilation).filter((p) =>
        p >= low && p < high
      ).length;
    })
  );
  if (each.every((list) => list.every((n) => n === list[0]))) {
    return each.reduce((n, list) => n * list[0]!, 1);
  }
  const vectors = each.map((list, i) =>
    s.g.reshape(s.g.constant(list, s.dy.dtype), axes.map((_, k) => (k === i ? -1 : 1)))
  );
  return vectors.reduce((a, b) => s.g.mul(a, b));
}

/** y = (sum over a window of |x|^p)^(1/p): dx = dy sign(x) (|x| / y)^(p-1), and 0 where y is 0. */
export const lpPool: Rule = (s) => {
  const axes = axesOf(s);
  return [powerSlope(s, (share) => foldSame(s.g, share, axes))];
};

/**
 * Returns the slope of a p-norm: `spread` takes a factor of each result to the elements it is computed from. At a norm
 * of 0 the slope is 0 and its own gradient is NaN, as in `ReduceL2`.
 */
function powerSlope(s: Site, spread: (share: Value) => Value): Value {
  const { g, dy } = s;
  const [x, y] = [s.x(), s.y()];
  const p = s.node.int("p")!;
  if (p === 1) return g.mul(g.sign(x), spread(dy));
  const zero = g.greater(spread(g.cast(g.equal(y, 0), { to: y.dtype })), 0);
  const power = p === 2 ? x : g.mul(g.sign(x), g.pow(g.abs(x), p - 1));
  return g.where(zero, 0, g.mul(power, spread(g.div(dy, p === 2 ? y : g.pow(y, p - 1)))));
}

/** y = mean over all places of a channel. */
export const globalAveragePool: Rule = (s) => {
  const { g } = s;
  const x = s.x();
  const known = x.shape?.slice(2);
  const count = known?.every((d) => typeof d === "number")
    ? (known as number[]).reduce((a, b) => a * b, 1)
    : g.cast(g.reduceProd(g.shape(x, { start: 2 }), null, { keepdims: 0 }), { to: x.dtype });
  return [g.expand(g.div(s.dy, count), sizes(g, x))];
};

/** y = max over all places of a channel: to the first that attains it. */
export const globalMaxPool: Rule = (s) => {
  const { g } = s;
  const x = s.x();
  const flat = g.reshape(x, [0, 0, -1]);
  const first = g.argMax(flat, { axis: 2, keepdims: 1 });
  const length = g.squeeze(g.shape(flat, { start: 2 }), [0]);
  const at = g.range(g.constant(0, "int64"), length, g.constant(1, "int64"));
  const dx = g.where(g.equal(at, first), g.reshape(s.dy, [0, 0, 1]), g.constant(0, x.dtype));
  return [g.reshape(dx, sizes(g, x))];
};

/** y = (sum over all places of |x|^p)^(1/p). */
export const globalLpPool: Rule = (s) => [powerSlope(s, (share) => share)];
