/**
 * The graph's interpretation of a rule: ONNX nodes.
 *
 * @module
 */
import { type DType, type Graph, type Operand, Value } from "../../onnx/mod.ts";
import { type Expr, intern } from "../language/mod.ts";

/**
 * Emits expressions into a graph; equal ones once.
 *
 * @param outputs what to emit, by name
 * @param options.inputs the value of each input of the expressions
 * @param options.dtype the element type of the values
 */
export function emitExpressions(
  g: Graph,
  outputs: Readonly<Record<string, Expr>>,
  { inputs, dtype }: { inputs: Readonly<Record<string, Value>>; dtype: DType },
): Record<string, Value> {
  const { nodes, outputs: results } = intern(outputs);
  const emitted = new Map<Expr, Operand>();
  for (const node of nodes) {
    emitted.set(
      node,
      emitOne(g, node, { at: (e) => emitted.get(e)!, inputs, dtype }),
    );
  }
  return Object.fromEntries(
    Object.entries(results).map(([name, e]) => {
      if (e.op === "constant") return [name, g.expand(g.constant(e.value, dtype), [...e.shape])];
      const value = emitted.get(e) as Value;
      // A constant stands for a whole tensor in the expressions, and is a scalar in the graph.
      return [name, value.shape?.length === e.shape.length ? value : g.expand(value, [...e.shape])];
    }),
  );
}

interface Context {
  readonly at: (e: Expr) => Operand;
  readonly inputs: Readonly<Record<string, Value>>;
  readonly dtype: DType;
}

function emitOne(g: Graph, e: Expr, { at, inputs, dtype }: Context): Operand {
  if (e.op === "constant") return g.constant(e.value, dtype);
  if (e.op === "input") return inputs[e.name]!;
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

/** A number as a condition: the comparison it was cast from, where it is one. */
function asCondition(g: Graph, a: Operand): Value {
  if (a instanceof Value && a.producer?.opType === "Cast") {
    const source = a.producer.inputs[0]!;
    if (source.known.dtype === "bool") return source;
  }
  return g.not(g.equal(a, 0));
}
