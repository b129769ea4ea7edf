/**
 * Rules of arithmetic on two or more broadcast operands.
 *
 * @module
 */
import type { Graph, Value } from "../../onnx/mod.ts";
import type { Rule, Site } from "../site.ts";

/** y = a + b. */
export const add: Rule = ({ dy }) => [dy, dy];

/** y = a - b. */
export const sub: Rule = (s) => [s.dy, s.wants(1) ? s.g.neg(s.dy) : null];

/** y = a b. */
export const mul: Rule = (s) => [
  s.wants(0) ? s.g.mul(s.dy, s.x(1)) : null,
  s.wants(1) ? s.g.mul(s.dy, s.x(0)) : null,
];

/** y = a / b: da = dy / b, db = -dy y / b. */
export const div: Rule = (s) => {
  const da = s.g.div(s.dy, s.x(1));
  return [da, s.wants(1) ? s.g.neg(s.g.mul(da, s.y())) : null];
};

/**
 * y = a^b: da = dy b a^(b-1), db = dy y log a.
 *
 * Two points are settled as PyTorch settles them: the gradient with respect to `a` is 0 where b = 0 (also at a = 0, where
 * the formula gives 0 * infinity), and that with respect to `b` is 0 if a = 0 and b >= 0.
 */
export const pow: Rule = (s) => {
  const { g, dy } = s;
  const [a, b] = [s.x(0), s.x(1)];
  return [s.wants(0) ? powBase(g, dy, { a, b }) : null, s.wants(1) ? powExponent(s, a, b) : null];
};

function powBase(g: Graph, dy: Value, { a, b }: { a: Value; b: Value }): Value {
  const exponent = constantScalar(b);
  if (exponent === 2) return g.mul(dy, g.mul(a, 2));
  if (exponent === 1) return dy;
  // The exponent may have another type; the result has the type of the base.
  const factor = b.dtype === a.dtype ? b : g.cast(b, { to: a.dtype });
  if (exponent !== undefined && exponent !== 0) return g.mul(dy, g.mul(factor, g.pow(a, exponent - 1)));
  const slope = g.mul(factor, g.pow(a, g.sub(factor, 1)));
  return g.where(g.equal(factor, 0), 0, g.mul(dy, slope));
}

function powExponent(s: Site, a: Value, b: Value): Value {
  const { g } = s;
  const settled = g.and(g.equal(a, 0), g.greaterOrEqual(g.cast(b, { to: a.dtype }), 0));
  // The logarithm of a safe argument, so that no NaN is computed where the result is not used.
  const log = g.log(g.where(g.equal(a, 0), 1, a));
  const slope = g.mul(s.y(), g.where(g.equal(a, 0), -Infinity, log));
  const db = g.where(settled, 0, g.mul(s.dy, slope));
  return b.dtype === a.dtype ? db : g.cast(db, { to: b.dtype });
}

function constantScalar(v: Value): number | undefined {
  return v.tensor?.data.length === 1 ? Number(v.tensor.data[0]) : undefined;
}

/** y = x1 + x2 + … */
export const sum: Rule = ({ dy, node }) => node.inputs.map(() => dy);

/** y = (x1 + x2 + …) / n. */
export const mean: Rule = ({ g, dy, node }) => {
  const share = g.mul(dy, 1 / node.inputs.length);
  return node.inputs.map(() => share);
};

/** y = max(x1, x2, …) or min(…): operands that tie share the gradient equally, as in PyTorch. */
export const extremum: Rule = (s) => {
  const { g, dy } = s;
  if (s.node.inputs.length === 1) return [dy];
  const y = s.y();
  const hits = s.node.inputs.map((x) => g.equal(x!, y));
  // Constant operands count as ties too, as in Max(x, 0) for Relu: it only matters at the kink. An operand that is
  // listed twice counts twice, so that the shares add up to 1.
  const ties = g.sum(hits.map((hit) => g.cast(hit, { to: y.dtype })));
  const share = g.div(dy, ties);
  // Where, not Mul: 0 times an infinite share, as in sqrt(max(x, 0)), would be NaN.
  return hits.map((hit, i) => (s.wants(i) ? g.where(hit, share, g.constant(0, share.dtype)) : null));
};

/** y = c ? a : b. */
export const where: Rule = (s) => [
  null,
  s.wants(1) ? s.g.where(s.x(0), s.dy, s.g.constant(0, s.dy.dtype)) : null,
  s.wants(2) ? s.g.where(s.x(0), s.g.constant(0, s.dy.dtype), s.dy) : null,
];

/**
 * y = a mod b. With `fmod` the remainder keeps the sign of `a`; without it that of `b`. Away from the jumps
 * da = dy and db = -dy (a - y) / b.
 */
export const mod: Rule = (s) => {
  const { g, dy } = s;
  return [dy, s.wants(1) ? g.neg(g.mul(dy, g.round(g.div(g.sub(s.x(0), s.y()), s.x(1))))) : null];
};
