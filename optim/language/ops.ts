/**
 * The functions that update rules are written with.
 *
 * @module
 */
export { broadcast } from "./broadcast.ts";
export { constant, filled } from "./constants.ts";
export { abs, exp, log, neg, sign, sqrt, square, tanh } from "./unary.ts";
export { add, div, equal, greater, greaterEqual, max, min, mul, pow, sub } from "./binary.ts";
export { where } from "./where.ts";
export { maximum, mean, norm, sum } from "./reductions.ts";
export { matmul, transpose } from "./matrices.ts";
export type { Arg, Binary, Expr, Reduction, RuleInput, Unary, Whole } from "./expr.ts";
