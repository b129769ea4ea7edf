/**
 * Rules of functions of one operand, element by element. Slopes are written with the result `y` where that is cheaper
 * than with the operand `x`.
 *
 * @module
 */
import type { Graph, Value } from "../../onnx/mod.ts";
import { maskForm } from "../forms/mod.ts";
import { withTangent } from "../known_tangents.ts";
import type { Rule, Site } from "../site.ts";

/** Returns a rule from the slope of a function of one operand. */
function slope(of: (g: Graph, at: { x: Value; y: Value; site: Site }) => Value): Rule {
  return (site) => [site.g.mul(site.dy, of(site.g, { x: site.x(), y: site.y(), site }))];
}

/** The gradient passes: y = x. */
export const identity: Rule = ({ dy }) => [dy];

/** Flat almost everywhere: no gradient flows. */
export const flat: Rule = () => [];

/** y = -x. */
export const neg: Rule = ({ g, dy }) => [g.neg(dy)];

/** y = |x|; slope 0 at 0, as in PyTorch. */
export const abs: Rule = slope((g, { x }) => g.sign(x));

/** y = e^x. */
export const exp: Rule = slope((_, { y }) => y);

/** y = ln x. */
export const log: Rule = ({ g, dy, node }) => [g.div(dy, node.inputs[0]!)];

/** y = sqrt x: slope 1 / (2 y). */
export const sqrt: Rule = (s) => [s.g.div(s.dy, s.g.mul(s.y(), 2))];

/** y = 1/x: slope -y^2. */
export const reciprocal: Rule = slope((g, { y }) => g.neg(g.mul(y, y)));

/** y = tanh x: slope 1 - y^2. */
export const tanh: Rule = slope((g, { y }) =>
  withTangent(g.sub(1, g.mul(y, y)), { of: y, tangent: (t) => g.mul(g.mul(y, -2), t) })
);

/** y = 1 / (1 + e^-x): slope y (1 - y). */
export const sigmoid: Rule = slope((g, { y }) =>
  withTangent(g.mul(y, g.sub(1, y)), { of: y, tangent: (t) => g.mul(g.sub(1, g.mul(y, 2)), t) })
);

/** y = max(0, x), its mask read off the result; slope 0 at 0. */
export const relu: Rule = (s) => [masked(s, s.y())];

/** `dy` where `y`, which is never negative, is above 0, else 0. */
function masked({ g, dy, target }: Site, y: Value): Value {
  const form = maskForm({ ofProduct: PRODUCTS.has(dy.producer?.opType ?? ""), target });
  if (form === "select") return g.where(g.greater(y, 0), dy, 0);
  return g.mul(dy, g.cast(g.cast(y, { to: "bool" }), { to: dy.dtype }));
}

const PRODUCTS: ReadonlySet<string> = new Set([
  "Conv",
  "ConvInputGradient",
  "ConvTranspose",
  "Gemm",
  "MatMul",
]);

/** y = x > 0 ? x : alpha x; slope alpha at 0, as in PyTorch. */
export const leakyRelu: Rule = (s) => [
  s.g.where(s.g.greater(s.x(), 0), s.dy, s.g.mul(s.dy, s.node.float("alpha")!)),
];

/** y = x > 0 ? x : slope x, the slope being an operand; at 0 the gradient is the slope's, as in PyTorch. */
export const pRelu: Rule = (s) => {
  const positive = s.g.greater(s.x(), 0);
  return [
    s.g.where(positive, s.dy, s.g.mul(s.dy, s.x(1))),
    s.wants(1) ? s.g.where(positive, 0, s.g.mul(s.dy, s.x())) : null,
  ];
};

/** y = x > 0 ? x : alpha (e^x - 1): slope y + alpha on the left. */
export const elu: Rule = (s) => {
  const left = s.g.add(s.y(), s.node.float("alpha")!);
  return [s.g.where(s.g.greater(s.x(), 0), s.dy, s.g.mul(s.dy, left))];
};

/** y = gamma (x > 0 ? x : alpha (e^x - 1)). */
export const selu: Rule = (s) => {
  const gamma = s.node.float("gamma")!;
  const left = s.g.add(s.y(), gamma * s.node.float("alpha")!);
  return [s.g.mul(s.dy, s.g.where(s.g.greater(s.x(), 0), gamma, left))];
};

/** y = max(0, x) + min(0, alpha (e^(x/alpha) - 1)): slope e^(x/alpha) on the left. */
export const celu: Rule = slope((g, { x, site }) =>
  // min: above 0 the power is not used, and its overflow would be 0 times infinity in the second derivative.
  g.exp(g.div(g.min([x, 0]), site.node.float("alpha")!))
);

/** y = ln(1 + e^x): slope sigmoid(x). */
export const softplus: Rule = slope((g, { x }) => g.sigmoid(x));

/** y = x / (1 + |x|): slope 1 / (1 + |x|)^2. */
export const softsign: Rule = (s) => {
  const d = s.g.add(s.g.abs(s.x()), 1);
  return [s.g.div(s.dy, s.g.mul(d, d))];
};

/** y = erf x: slope 2/sqrt(pi) e^(-x^2). */
export const erf: Rule = slope((g, { x }) => g.mul(g.exp(g.neg(g.mul(x, x))), 2 / Math.sqrt(Math.PI)));

/** y = x Phi(x), or its tanh approximation. */
export const gelu: Rule = slope((g, { x, site }) => {
  if (site.node.string("approximate") === "tanh") {
    const k = Math.sqrt(2 / Math.PI);
    const t = g.tanh(g.mul(g.add(x, g.mul(g.mul(g.mul(x, x), x), 0.044715)), k));
    const inner = g.mul(g.add(g.mul(g.mul(x, x), 3 * 0.044715), 1), k);
    const right = g.mul(g.mul(g.mul(x, 0.5), g.sub(1, g.mul(t, t))), inner);
    return g.add(g.mul(g.add(t, 1), 0.5), right);
  }
  const cdf = g.mul(g.add(g.erf(g.mul(x, Math.SQRT1_2)), 1), 0.5);
  const square = g.mul(x, x);
  const density = g.mul(g.exp(g.mul(square, -0.5)), 1 / Math.sqrt(2 * Math.PI));
  return withTangent(g.add(cdf, g.mul(x, density)), {
    of: x,
    tangent: (t) => g.mul(g.mul(g.sub(2, square), density), t),
  });
});

/** y = x sigmoid(alpha x). */
export const swish: Rule = slope((g, { x, y, site }) => {
  const alpha = site.node.float("alpha")!;
  const s = g.sigmoid(alpha === 1 ? x : g.mul(x, alpha));
  return g.add(s, g.mul(g.mul(y, g.sub(1, s)), alpha));
});

/** y = x tanh(softplus x). */
export const mish: Rule = slope((g, { x }) => {
  const t = g.tanh(g.softplus(x));
  return g.add(t, g.mul(g.mul(x, g.sigmoid(x)), g.sub(1, g.mul(t, t))));
});

/** y = max(0, min(1, alpha x + beta)); slope 0 if it is clamped. */
export const hardSigmoid: Rule = (s) => {
  const inside = s.g.and(s.g.greater(s.y(), 0), s.g.less(s.y(), 1));
  return [s.g.where(inside, s.g.mul(s.dy, s.node.float("alpha")!), 0)];
};

/** y = x max(0, min(1, x/6 + 1/2)). */
export const hardSwish: Rule = (s) => {
  const { g, dy } = s;
  const inner = g.mul(dy, g.where(g.greaterOrEqual(s.x(), 3), 1, g.add(g.div(s.x(), 3), 0.5)));
  return [g.where(g.lessOrEqual(s.x(), -3), 0, inner)];
};

/** y = x > alpha ? x : 0. */
export const thresholdedRelu: Rule = (s) => [
  s.g.where(s.g.greater(s.x(), s.node.float("alpha")!), s.dy, 0),
];

/** y = x < -lambd ? x + bias : x > lambd ? x - bias : 0. */
export const shrink: Rule = (s) => [s.g.where(s.g.greater(s.g.abs(s.x()), s.node.float("lambd")!), s.dy, 0)];

/** y = sin x. */
export const sin: Rule = slope((g, { x }) => g.cos(x));
/** y = cos x. */
export const cos: Rule = slope((g, { x }) => g.neg(g.sin(x)));
/** y = tan x: slope 1 + y^2. */
export const tan: Rule = slope((g, { y }) => g.add(g.mul(y, y), 1));
/** y = asin x: slope 1 / sqrt(1 - x^2). */
export const asin: Rule = slope((g, { x }) => g.reciprocal(g.sqrt(g.sub(1, g.mul(x, x)))));
/** y = acos x. */
export const acos: Rule = slope((g, { x }) => g.neg(g.reciprocal(g.sqrt(g.sub(1, g.mul(x, x))))));
/** y = atan x: slope 1 / (1 + x^2). */
export const atan: Rule = slope((g, { x }) => g.reciprocal(g.add(g.mul(x, x), 1)));
/** y = sinh x. */
export const sinh: Rule = slope((g, { x }) => cosine(g, x));
/** y = cosh x. */
export const cosh: Rule = slope((g, { x }) => g.mul(g.sub(g.exp(x), g.exp(g.neg(x))), 0.5));
/** y = asinh x: slope 1 / sqrt(x^2 + 1). */
export const asinh: Rule = slope((g, { x }) => g.reciprocal(g.sqrt(g.add(g.mul(x, x), 1))));
/** y = acosh x: slope 1 / sqrt(x^2 - 1). */
export const acosh: Rule = slope((g, { x }) => g.reciprocal(g.sqrt(g.sub(g.mul(x, x), 1))));
/** y = atanh x: slope 1 / (1 - x^2). */
export const atanh: Rule = slope((g, { x }) => g.reciprocal(g.sub(1, g.mul(x, x))));

/** Returns the hyperbolic cosine, whose own operator few kernels have in single precision. */
function cosine(g: Graph, x: Value): Value {
  return g.mul(g.add(g.exp(x), g.exp(g.neg(x))), 0.5);
}

/**
 * y = clip(x, min, max): the gradient passes to x strictly between the bounds; at a bound it goes to the bound.
 * PyTorch's relu6 and hardtanh, which are exported as this operator, do the same.
 */
export const clip: Rule = (s) => {
  const { g, dy } = s;
  const [x, min, max] = [s.x(), s.optional(1), s.optional(2)];
  const below = min && g.lessOrEqual(x, min);
  const above = max && g.greaterOrEqual(x, max);
  const outside = below && above ? g.or(below, above) : below ?? above;
  // If the bounds cross, ONNX and PyTorch both return the upper one.
  const upper = above && min ? g.or(above, g.less(max!, min)) : above;
  return [
    outside ? g.where(outside, 0, dy) : dy,
    below && s.wants(1) ? g.where(upper ? g.and(below, g.not(upper)) : below, dy, 0) : null,
    upper && s.wants(2) ? g.where(upper, dy, 0) : null,
  ];
};

/** y = x in another element type; between float types the gradient is cast back. */
export const cast: Rule = ({ g, dy, node }) => [g.cast(dy, { to: node.inputs[0]!.dtype })];
