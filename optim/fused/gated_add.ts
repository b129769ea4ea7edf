/**
 * Writes `y + c x`, with a scalar `c`, as one `GatedAdd` of `com.microsoft`.
 *
 * @module
 */
import type { Graph, Value } from "../../onnx/mod.ts";
import { sameShape, type StaticShape } from "../../onnx/tensor/mod.ts";
import type { WriteNode } from "../graph/mod.ts";
import type { Expr } from "../language/mod.ts";
import { gatePays } from "./gate_pays.ts";

/** A term `c x`. */
interface Scaled {
  readonly c: Expr;
  /** Writes `x`, if it has nodes of its own. */
  readonly x: () => Value;
}

/** A sum that is written: `y + term`, or `y - term`. */
interface Sum {
  readonly y: Value;
  readonly term: Expr;
  readonly negative: boolean;
  readonly shape: StaticShape;
}

/**
 * Writes sums `y + c x`, `c x + y` and `y - c x` of float32 tensors as one node that reads `y` and `x` once, where
 * that pays. The result has the bits of `Mul` and `Add`, but for two sums that round in another order: in `y + c x / d`,
 * Adam's step, the scalar moves behind the quotient, and a decay by `d y` in an update `u - d y` is subtracted before `u`
 * is added.
 */
export const gatedAdd: WriteNode = (g, e, at) => {
  if ((e.op !== "add" && e.op !== "sub") || !gatePays(e.shape)) return undefined;
  const [a, b] = e.args as [Expr, Expr];
  const write = (y: Value, term: Expr, negative: boolean) =>
    isTensor(y, e.shape) ? sumOf(g, { y, term, negative, shape: e.shape }, at) : undefined;
  // c x - y is no such sum.
  if (e.op === "sub") return write(at(a), b, true);
  for (const [first, term] of [[a, b], [b, a]] as const) {
    const y = at(first);
    const decay = decayOf(term, first);
    const decayed = decay && scaledOf(g, decay.u, at) && write(y, decay.term, true);
    const sum = decayed ? write(decayed, decay.u, false) : write(y, term, false);
    if (sum) return sum;
  }
  return undefined;
};

/** Returns the parts of an update `u - d w`, given the parameter `w`. */
function decayOf(update: Expr, w: Expr): { u: Expr; term: Expr } | undefined {
  if (update.op !== "sub") return undefined;
  const [u, term] = update.args as [Expr, Expr];
  return term.op === "mul" && term.args.includes(w) ? { u, term } : undefined;
}

/** Writes a sum as one node; `undefined` if its term is no scalar times a tensor of its shape. */
function sumOf(g: Graph, { y, term, negative, shape }: Sum, at: (e: Expr) => Value): Value | undefined {
  const scaled = scaledOf(g, term, at);
  const x = scaled?.x();
  if (!scaled || !x || !isTensor(x, shape)) return undefined;
  const c = at(scaled.c);
  // The kernel takes a number for each row. Equal nodes are written once, so parameters of equally many rows share it.
  const gate = g.expand(negative ? g.neg(c) : c, [...shape.slice(0, -1), 1]);
  const [sum] = g.emit("GatedAdd", [y, x, gate], { domain: "com.microsoft" }) as [Value];
  sum.known = { dtype: "float32", shape };
  return sum;
}

/** Returns a term as a scalar times a tensor; `undefined` if it is none. */
function scaledOf(g: Graph, term: Expr, at: (e: Expr) => Value): Scaled | undefined {
  if (term.op === "mul") {
    const [a, b] = term.args as [Expr, Expr];
    if (isScalar(a)) return { c: a, x: () => at(b) };
    return isScalar(b) ? { c: b, x: () => at(a) } : undefined;
  }
  if (term.op !== "div") return undefined;
  const [above, below] = term.args as [Expr, Expr];
  if (above.op !== "mul" || !sameShape(above.shape, below.shape)) return undefined;
  const scaled = scaledOf(g, above, at);
  return scaled && { c: scaled.c, x: () => g.div(scaled.x(), at(below)) };
}

/** A constant stands for a whole tensor in the expressions, and is a scalar in the graph. */
function isScalar(e: Expr): boolean {
  return e.op === "constant" || e.shape.length === 0;
}

/** Returns whether a value is a float32 tensor of the shape. */
function isTensor(value: Value, shape: StaticShape): boolean {
  return value.known.dtype === "float32" && sameShape(value.known.shape, shape);
}
