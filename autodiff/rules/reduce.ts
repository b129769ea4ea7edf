/**
 * Rules of reductions over axes.
 *
 * @module
 */
import type { Graph, Operand, Value } from "../../onnx/mod.ts";
import { reduceAxes } from "./axes.ts";
import { type Rule, type Site, sizes } from "../site.ts";

/** The result and its cotangent with the reduced dimensions at size 1, so that they broadcast against the operand. */
interface Kept {
  readonly g: Graph;
  readonly x: Value;
  readonly y: Value;
  readonly dy: Value;
}

function kept(s: Site): Kept {
  const { g } = s;
  const x = s.x();
  if (s.node.int("keepdims") !== 0) return { g, x, y: s.y(), dy: s.dy };
  const axes = reduceAxes(s.node);
  if (axes === "none") return { g, x, y: s.y(), dy: s.dy };
  const back = axes === "all" ? everyAxisOne(g, x) : null;
  const keep = (v: Value) => (back ? g.reshape(v, back) : g.unsqueeze(v, axes as Operand));
  return { g, x, y: keep(s.y()), dy: keep(s.dy) };
}

function everyAxisOne(g: Graph, x: Value): Operand {
  return x.shape ? x.shape.map(() => 1) : g.expand(g.constant([1], "int64"), g.shape(g.shape(x)));
}

/** A rule whose cotangent is an expression that may be smaller than the operand: it is expanded to its shape. */
function reduction(dx: (k: Kept, s: Site) => Value): Rule {
  return (s) => {
    const k = kept(s);
    return [dx(k, s)];
  };
}

function expanded({ g, x }: Kept, v: Value): Value {
  return g.expand(v, sizes(g, x));
}

/** How many elements of the operand each element of the result stands for. */
function count(k: Kept): Operand {
  const [xs, ys] = [k.x.shape, k.y.shape];
  if (xs && ys) {
    let n = 1;
    let known = true;
    xs.forEach((d, i) => {
      if (d === ys[i]) return;
      if (typeof d === "number") n *= d;
      else known = false;
    });
    if (known) return n;
  }
  const g = k.g;
  return g.cast(g.div(g.size(k.x), g.max([g.size(k.y), 1])), { to: k.x.dtype });
}

/** y = sum x. */
export const reduceSum: Rule = reduction((k) => expanded(k, k.dy));

/** y = mean x. */
export const reduceMean: Rule = reduction((k) => expanded(k, k.g.div(k.dy, count(k))));

/** y = max x or min x: elements that tie share the gradient equally, as in PyTorch's `amax`. */
export const reduceExtremum: Rule = reduction((k, s) => {
  const { g } = k;
  const hit = g.cast(g.equal(k.x, k.y), { to: k.x.dtype });
  const ties = g.reduceSum(hit, axesOperand(s), { keepdims: 1, ...noop(s) });
  return g.mul(hit, g.div(k.dy, ties));
});

/** y = ln sum e^x: slope e^(x - y). */
export const reduceLogSumExp: Rule = reduction((k) => k.g.mul(k.dy, k.g.exp(k.g.sub(k.x, k.y))));

/** y = ln sum x: slope 1 / sum x = e^-y. */
export const reduceLogSum: Rule = reduction((k) => expanded(k, k.g.div(k.dy, k.g.exp(k.y))));

/** y = sqrt sum x^2: slope x / y, and 0 where y is 0, as in PyTorch. */
export const reduceL2: Rule = reduction(({ g, x, y, dy }) => {
  const zero = g.equal(y, 0);
  return g.mul(x, g.where(zero, 0, g.div(dy, g.where(zero, 1, y))));
});

/** y = sum |x|. */
export const reduceL1: Rule = reduction(({ g, x, dy }) => g.mul(dy, g.sign(x)));

/** y = sum x^2. */
export const reduceSumSquare: Rule = reduction(({ g, x, dy }) => g.mul(g.mul(dy, 2), x));

/**
 * y = prod x: slope y / x, save where elements are 0: with one zero, its slope is the product of the others; with more,
 * all slopes are 0.
 */
export const reduceProd: Rule = reduction((k, s) => {
  const { g, x, y, dy } = k;
  const attributes = { keepdims: 1, ...noop(s) };
  const zero = g.equal(x, 0);
  const zeros = g.reduceSum(g.cast(zero, { to: x.dtype }), axesOperand(s), attributes);
  const safe = g.where(zero, 1, x);
  const others = g.reduceProd(safe, axesOperand(s), attributes);
  const alone = g.and(zero, g.equal(zeros, 1));
  const slope = g.where(alone, others, g.where(zero, 0, g.div(y, safe)));
  return g.mul(dy, slope);
});

function axesOperand(s: Site): Operand | null {
  return s.optional(1);
}

function noop(s: Site): { noop_with_empty_axes: number } {
  return { noop_with_empty_axes: s.node.int("noop_with_empty_axes") ?? 0 };
}
