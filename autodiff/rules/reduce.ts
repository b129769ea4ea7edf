/**
 * Rules of reductions over axes.
 *
 * @module
 */
import type { Graph, Operand, Value } from "../../onnx/mod.ts";
import { normalizeAxis } from "../../onnx/tensor/mod.ts";
import { reduceAxes } from "./axes.ts";
import { filled, type Rule, type Site, sizes } from "../site.ts";

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

/**
 * Returns a rule whose cotangent is an expression that may be smaller than the operand: it is expanded to its shape.
 */
function reduction(dx: (k: Kept, s: Site) => Value): Rule {
  return (s) => {
    const k = kept(s);
    return [dx(k, s)];
  };
}

function expanded({ g, x }: Kept, v: Value): Value {
  return g.expand(v, sizes(g, x));
}

/** Returns how many elements of the operand each element of the result reduces. */
function count(k: Kept): Operand {
  const [xs, ys] = [k.x.shape, k.y.shape];
  if (xs && ys) {
    // A symbolic size of the result may be 1 or the operand's: only the run shows which axes are reduced.
    const known = xs.length === ys.length &&
      xs.every((d, i) => d === ys[i] || typeof d === "number" && ys[i] === 1);
    if (known) return xs.reduce<number>((n, d, i) => (d === ys[i] ? n : n * (d as number)), 1);
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

/** y = ln sum x: slope 1 / sum x. */
export const reduceLogSum: Rule = reduction((k, s) => {
  const total = k.g.reduceSum(k.x, axesOperand(s), { keepdims: 1, ...noop(s) });
  return expanded(k, k.g.div(k.dy, total));
});

/**
 * y = sqrt sum x^2: slope x / y, and 0 at y = 0, as in PyTorch. The slope jumps there, so the gradient of this gradient
 * is NaN at 0, also as in PyTorch: it comes from the division by 0 under the Where.
 */
export const reduceL2: Rule = reduction(({ g, x, y, dy }) =>
  g.where(g.equal(y, 0), 0, g.mul(x, g.div(dy, y)))
);

/** y = sum |x|. */
export const reduceL1: Rule = reduction(({ g, x, dy }) => g.mul(dy, g.sign(x)));

/** y = sum x^2. */
export const reduceSumSquare: Rule = reduction(({ g, x, dy }) => g.mul(g.mul(dy, 2), x));

/**
 * y = prod x: the slope of an element is the product of the others. It is computed by products alone, never by a
 * division, so that it and its own gradients are right at zeros: with two zeros all slopes are 0, but second
 * derivatives are not.
 */
export const reduceProd: Rule = reduction((k, s) => {
  const { g, x } = k;
  const axes = reduceAxes(s.node);
  if (axes === "none") return k.dy;
  if (axes !== "all" && !Array.isArray(axes)) return g.mul(k.dy, otherFactorsAtRunTime(k, s));
  const named = axes === "all" ? [...Array(x.rank).keys()] : axes as readonly number[];
  return g.mul(k.dy, otherFactors(g, x, new Set(named.map((a) => normalizeAxis(a, x.rank)))));
});

/**
 * Returns, at each place, the product of all other elements over `axes`. It takes one axis at a time: first the others
 * on the same line, then the products of the other lines.
 */
function otherFactors(g: Graph, x: Value, axes: Iterable<number>): Value {
  let slope: Value | null = null;
  let lines = x;
  for (const axis of axes) {
    const beside = othersAlong(g, lines, axis);
    slope = slope === null ? beside : g.mul(slope, beside);
    lines = g.reduceProd(lines, [axis], { keepdims: 1 });
  }
  return slope ?? filled(g, x, 1);
}

/** Does as {@linkcode otherFactors} for axes that are known at run time only: those along which the result has size 1. */
function otherFactorsAtRunTime({ g, x }: Kept, s: Site): Value {
  let slope = g.constant(1, x.dtype);
  let lines = x;
  const y = g.reduceProd(x, axesOperand(s), { keepdims: 1, ...noop(s) });
  const reduced = g.not(g.equal(g.shape(x), g.shape(y)));
  for (let axis = 0; axis < x.rank; axis++) {
    const here = g.gather(reduced, g.constant(axis, "int64"), { axis: 0 });
    slope = g.mul(slope, g.where(here, othersAlong(g, lines, axis), 1));
    lines = g.where(here, g.reduceProd(lines, [axis], { keepdims: 1 }), lines);
  }
  return slope;
}

/** Returns, at each place, the product of all other entries along an axis. */
function othersAlong(g: Graph, x: Value, axis: number): Value {
  const size = x.shape![axis]!;
  if (typeof size === "number") return size === 0 ? x : othersOf(g, x, { axis, size });
  // Running products from both ends, a step per entry and one more over a 1, because a loop needs at least one step.
  const perm = Array.from({ length: x.rank }, (_, i) => (i === axis ? 0 : i === 0 ? axis : i));
  const entries = g.transpose(x, { perm });
  const ones = g.expand(g.constant(1, x.dtype), g.shape(entries, { start: 1 }));
  const rows = g.concat([entries, g.unsqueeze(ones, [0])], { axis: 0 });
  const before = (reverse: boolean) =>
    g.scan({
      states: [ones],
      scanned: [rows],
      reverse,
      body: (step, [product], [row]) => ({ states: [step.mul(product!, row!)], outputs: [product!] }),
    }).outputs[0]!;
  const others = g.slice(g.mul(before(false), before(true)), [0], [-1], [0]);
  return g.transpose(others, { perm });
}

/**
 * Does as {@linkcode othersAlong} for a known size, by halves: it pairs each entry with one of the other half, and
 * multiplies its partner with the product of all other pairs.
 */
function othersOf(g: Graph, x: Value, { axis, size }: { axis: number; size: number }): Value {
  if (size === 1) return filled(g, x, 1);
  const half = size >> 1;
  const odd = size % 2;
  const parts = (v: Value, lengths: number[]) => g.split(v, lengths, { axis, outputs: lengths.length });
  const [a, b, ...last] = parts(x, [half, half, ...(odd ? [1] : [])]) as [Value, Value, ...Value[]];
  if (size === 2) return g.concat([b, a], { axis });
  const paired = g.mul(a, b);
  const pairs = odd ? g.concat([paired, ...last], { axis }) : paired;
  const others = othersOf(g, pairs, { axis, size: half + odd });
  const [beside, ...behind] = odd ? parts(others, [half, 1]) : [others];
  return g.concat([g.mul(beside!, b), g.mul(beside!, a), ...behind], { axis });
}

function axesOperand(s: Site): Operand | null {
  return s.optional(1);
}

function noop(s: Site): { noop_with_empty_axes: number } {
  return { noop_with_empty_axes: s.node.int("noop_with_empty_axes") ?? 0 };
}
