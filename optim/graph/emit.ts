/**
 * Writes expressions into a graph, as ONNX nodes.
 *
 * @module
 */
import type { Graph, Operand, Value } from "../../onnx/mod.ts";
import type { DType } from "../../onnx/tensor/mod.ts";
import { type Expr, intern, type RuleInput } from "../language/mod.ts";

/** The settings by which expressions are written. */
export interface EmitContext {
  /** Returns the value of an input of the expressions. */
  readonly inputs: (input: RuleInput) => Value;
  /** The element type of the values. */
  readonly dtype: DType;
}

/** Writes expressions into a graph, equal ones once, and returns their values in the same order. */
export function emitExpressions(g: Graph, outputs: readonly Expr[], context: EmitContext): Value[] {
  const { nodes, outputs: results } = intern(outputs);
  const emitted = new Map<Expr, Operand>();
  for (const node of nodes) emitted.set(node, emitOne(g, node, { ...context, at: (e) => emitted.get(e)! }));
  return results.map((e) => {
    if (e.op === "constant") return g.expand(g.constant(e.value, context.dtype), [...e.shape]);
    const value = emitted.get(e) as Value;
    // A constant stands for a whole tensor in the expressions, and is a scalar in the graph.
    return value.shape?.length === e.shape.length ? value : g.expand(value, [...e.shape]);
  });
}

interface Context extends EmitContext {
  readonly at: (e: Expr) => Operand;
}

function emitOne(g: Graph, e: Expr, { at, inputs, dtype }: Context): Operand {
  if (e.op === "constant") return g.constant(e.value, dtype);
  if (e.op === "input") return inputs(e.input);
  const [a, b, c] = e.args.map(at) as [Operand, Operand, Operand];
  const number = (condition: Value) => g.cast(condition, { to: dtype });
  switch (e.op) {
    case "neg":
      return g.neg(a);
    case "abs":
      return g.abs(a);
    case "sqrt":
      return g.sqrt(a);
    case "exp":
      return g.exp(a);
    case "log":
      return g.log(a);
    case "sign":
      return g.sign(a);
    case "square":
      return g.mul(a, a);
    case "tanh":
      return g.tanh(a);
    case "add":
      return g.add(a, b);
    case "sub":
      return g.sub(a, b);
    case "mul":
      return g.mul(a, b);
    case "div":
      return g.div(a, b);
    case "pow":
      return g.pow(a, b);
    case "min":
      return g.min([a, b]);
    case "max":
      return g.max([a, b]);
    case "greater":
      return number(g.greater(a, b));
    case "greaterEqual":
      return number(g.greaterOrEqual(a, b));
    case "equal":
      return number(g.equal(a, b));
    case "where":
      return g.where(asCondition(g, a), b, c);
    case "sum":
      return g.reduceSum(a, e.axes, { keepdims: e.axes !== null });
    case "maximum":
      return g.reduceMax(a, e.axes, { keepdims: e.axes !== null });
    case "matmul":
      return g.matMul(a, b);
    case "transpose":
      return g.transpose(a, { perm: [1, 0] });
  }
}

/** Returns a number as a condition: the comparison that it was cast from, if it is one. */
function asCondition(g: Graph, a: Operand): Value {
  // The class of values is not imported: importing it loads all operator schemas.
  if (typeof a === "object" && "producer" in a && a.producer?.opType === "Cast") {
    const source = a.producer.inputs[0]!;
    if (source.known.dtype === "bool") return source;
  }
  return g.not(g.equal(a, 0));
}
