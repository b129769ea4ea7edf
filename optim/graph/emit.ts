/**
 * Writes expressions into a graph, as ONNX nodes.
 *
 * @module
 */
import type { Graph, Value } from "../../onnx/mod.ts";
import { type Expr, intern } from "../language/mod.ts";
import type { EmitContext } from "./trace.ts";

/** Writes expressions into a graph, equal ones once, and returns their values in the same order. */
export function emitExpressions(g: Graph, outputs: readonly Expr[], context: EmitContext): Value[] {
  const { nodes, outputs: results } = intern(outputs);
  const emitted = new Map<Expr, Value>();
  const at = (e: Expr) => emitted.get(e)!;
  for (const node of nodes) {
    emitted.set(node, emitOne(g, node, { ...context, at }));
  }
  return results.map((e) => whole(g, at(e), e));
}

/** Returns a value in the shape of its expression: constants are whole tensors there, and scalars in the graph. */
export function whole(g: Graph, value: Value, { shape }: Expr): Value {
  return value.shape?.length === shape.length ? value : g.expand(value, [...shape]);
}

interface Context extends EmitContext {
  readonly at: (e: Expr) => Value;
}

/** Writes one expression. */
export function emitOne(g: Graph, e: Expr, { at, inputs, dtype, write }: Context): Value {
  const written = write?.(g, e, at);
  if (written) return written;
  if (e.op === "constant") return g.constant(e.value, dtype);
  if (e.op === "input") return inputs(e.input);
  const [a, b, c] = withAllAxes(g, e, e.args.map(at)) as [Value, Value, Value];
  const number = (condition: Value) => g.cast(condition, { to: dtype });
  switch (e.op) {
    case "square":
      return g.mul(a, a);
    case "add":
    case "sub":
    case "mul":
    case "div":
    case "pow":
      return g[e.op](a, b);
    case "min":
    case "max":
      return g[e.op]([a, b]);
    case "greater":
    case "equal":
      return number(g[e.op](a, b));
    case "greaterEqual":
      return number(g.greaterOrEqual(a, b));
    case "where":
      return g.where(asCondition(g, a), b, c);
    case "sum":
      return g.reduceSum(whole(g, a, e.args[0]), e.axes, { keepdims: e.axes !== null });
    case "maximum":
      return g.reduceMax(a, e.axes, { keepdims: e.axes !== null });
    case "whole":
      return e.graph(g, ...e.args.map((x) => whole(g, at(x), x)));
    default:
      return g[e.op](a);
  }
}

/**
 * Returns the operands, scalars with as many axes as the result if that has axes of size 1 and another operand's rank:
 * else ONNX Runtime goes row by row, up to 36 times as slowly.
 */
function withAllAxes(g: Graph, { op, shape }: Expr, operands: readonly Value[]): readonly Value[] {
  const full = (v: Value) => v.shape?.length === shape.length;
  if (op === "whole" || !shape.includes(1) || !operands.some(full)) return operands;
  const ones = shape.map(() => 1);
  return operands.map((v) => {
    if (v.shape?.length !== 0) return v;
    return v.tensor ? g.constant({ ...v.tensor, shape: ones }) : g.reshape(v, ones);
  });
}

/** Returns a number as a condition: the comparison that it was cast from, if it is one. */
function asCondition(g: Graph, a: Value): Value {
  if (a.producer?.opType === "Cast") {
    const source = a.producer.inputs[0]!;
    if (source.known.dtype === "bool") return source;
  }
  return g.not(g.equal(a, 0));
}
