/**
 * The gradient checker: compares `backward()` with central differences along a random direction, in float64.
 *
 * @module
 */
import { backward } from "../../autodiff/backward.ts";
import type { Rule, Target } from "../../autodiff/site.ts";
import { buildModel, Graph, type Shape, type Tensor, tensor, type Value } from "../../onnx/mod.ts";
import { isStatic } from "../../onnx/tensor/shape.ts";
import { normal } from "../../random/normal.ts";
import { openSession } from "../../runtime/session/session.ts";

/** A function of float tensors, written into a graph. */
export interface Case {
  /** The name of the test. */
  readonly name: string;
  /** The operands to differentiate with respect to. */
  readonly inputs: readonly Tensor[];
  /** Builds the results; the projection uses all of them. */
  readonly build: (g: Graph, x: Value[]) => Value | Value[];
  /** Whether the rule needs known shapes; symbolic ones are not tried then. */
  readonly known?: boolean;
  /** Whether the rule needs to know all sizes but the first; only the first is tried as a symbol then. */
  readonly batch?: boolean;
  /** The shapes to try with symbols, if not every size may be a symbol. */
  readonly symbols?: readonly Shape[];
  /** The operator set, if the usual one lacks the operator. */
  readonly opset?: number;
  /** The kind of device that the gradient is lowered for; a CPU by default. */
  readonly target?: Target;
  /** Rules to use in place of the library's. */
  readonly rules?: Readonly<Record<string, Rule>>;
  /** Whether the float64 kernel computes in float32, like that of Shrink. */
  readonly single?: boolean;
}

/** The precision of a check. */
export type Precision = "float64" | "float32";

/** Relative errors of the gradient. */
export interface Errors {
  /** The precision that the runtime's kernels allow: float64, unless a kernel is missing. */
  readonly precision: Precision;
  /** With known shapes while the gradient is built. */
  readonly static: number;
  /** With every dimension a symbol. */
  readonly symbolic: number;
}

function random(stream: string, n: number): Float64Array {
  return Float64Array.from(normal({ seed: 11, stream }, n));
}

/** Builds one graph with the projection of the results on random cotangents and the projection's gradient. */
function gradientGraph(c: Case, symbolic: boolean): { graph: Graph; operators: string[] } {
  const g = graphOf(c);
  const x = c.inputs.map((t, i) => g.input(`x${i}`, t.dtype, symbolic ? symbols(c, t, i) : t.shape));
  const built = c.build(g, x);
  const ys = Array.isArray(built) ? built : [built];
  const seeds = ys.map((value, i) => ({ value, cotangent: g.input(`c${i}`, value.dtype, value.shape) }));
  const grads = backward(g, {
    seeds,
    wrt: x,
    ...(c.target ? { target: c.target } : {}),
    ...(c.rules ? { rules: c.rules } : {}),
  });
  ys.forEach((y, i) => g.output(y, `y${i}`));
  grads.forEach((d, i) => g.output(d, `d${i}`));
  g.prune();
  return { graph: g, operators: g.nodes.map((n) => n.domain) };
}

function graphOf({ opset }: Case): Graph {
  return new Graph(opset === undefined ? {} : { opsets: { "": opset } });
}

function symbols(c: Case, { shape }: Tensor, i: number): Shape {
  if (c.symbols) return c.symbols[i]!;
  if (c.batch) return i === 0 ? ["batch", ...shape.slice(1)] : shape;
  return shape.map((_, k) => `d${i}_${k}`);
}

/** Returns numbers of a precision. */
function floats(values: ArrayLike<number>, precision: Precision): Float64Array | Float32Array {
  return precision === "float64" ? Float64Array.from(values) : Float32Array.from(values);
}

function inPrecision(c: Case, precision: Precision): Case {
  return { ...c, inputs: c.inputs.map((t) => tensor(floats(t.data as Float64Array, precision), t.shape)) };
}

async function relativeError(given: Case, symbolic: boolean, precision: Precision): Promise<number> {
  const c = inPrecision(given, precision);
  const { graph, operators } = gradientGraph(c, symbolic);
  if (operators.some((d) => d !== "")) throw new Error("an operator outside ai.onnx was emitted");
  await using session = await openSession(buildModel(graph), { optimization: "basic" });
  const count = graph.outputs.filter((v) => v.name.startsWith("y")).length;
  const at = (shift: number, directions: readonly Float64Array[]) =>
    Object.fromEntries(c.inputs.map((t, i): [string, Tensor] => {
      const data = floats((t.data as Float64Array).map((v, k) => v + shift * directions[i]![k]!), precision);
      return [`x${i}`, tensor(data, t.shape)];
    }));
  const directions = c.inputs.map((t, i) => random(`direction ${i}`, t.data.length));
  // The results' shapes are known after computing them.
  const shapes = await resultShapes(c);
  const cotangents = Object.fromEntries(
    shapes.map((shape, i): [string, Tensor] => {
      const n = shape.reduce((a, b) => a * b, 1);
      return [`c${i}`, tensor(floats(random(`cotangent ${i}`, n), precision), shape)];
    }),
  );
  const project = async (shift: number): Promise<number> => {
    const out = await session.run({ ...at(shift, directions), ...cotangents });
    let total = 0;
    for (let i = 0; i < count; i++) {
      const [y, k] = [out[`y${i}`]!.data as Float64Array, cotangents[`c${i}`]!.data as Float64Array];
      y.forEach((v, j) => (total += v * k[j]!));
    }
    return total;
  };
  const out = await session.run({ ...at(0, directions), ...cotangents });
  let analytic = 0;
  let scale = 0;
  c.inputs.forEach((t, i) => {
    const d = out[`d${i}`]!;
    if (d.shape.join() !== t.shape.join()) {
      throw new Error(`gradient ${i} has shape [${d.shape}], not [${t.shape}]`);
    }
    (d.data as Float64Array).forEach((v, k) => {
      analytic += v * directions[i]![k]!;
      scale += Math.abs(v * directions[i]![k]!);
    });
  });
  // Richardson's extrapolation of central differences: an error of order h^4.
  const h = precision === "float64" ? 1e-3 : 2e-2;
  const difference = async (step: number) => (await project(step) - await project(-step)) / (2 * step);
  const numeric = (4 * await difference(h / 2) - await difference(h)) / 3;
  return Math.abs(analytic - numeric) / Math.max(scale, 1e-8);
}

async function resultShapes(c: Case): Promise<readonly (readonly number[])[]> {
  const g = graphOf(c);
  const built = c.build(g, c.inputs.map((t, i) => g.input(`x${i}`, t.dtype, t.shape)));
  const ys = Array.isArray(built) ? built : [built];
  if (ys.every((y) => isStatic(y.shape))) return ys.map((y) => y.shape as readonly number[]);
  ys.forEach((y, i) => g.output(y, `y${i}`));
  await using session = await openSession(buildModel(g), { optimization: "basic" });
  const out = await session.run(Object.fromEntries(c.inputs.map((t, i) => [`x${i}`, t])));
  return Object.keys(out).sort((a, b) => Number(a.slice(1)) - Number(b.slice(1))).map((n) => out[n]!.shape);
}

/** Returns the relative errors of a case's gradient, in float64 if the runtime has the kernels. */
export async function check(c: Case): Promise<Errors> {
  const both = async (precision: Precision): Promise<Errors> => {
    const known = await relativeError(c, false, precision);
    return { precision, static: known, symbolic: c.known ? known : await relativeError(c, true, precision) };
  };
  if (c.single) return await both("float32");
  try {
    return await both("float64");
  } catch (error) {
    const missing = error instanceof Error &&
      /Could not find an implementation|must be one of float32;/.test(error.message);
    if (!missing) throw error;
    return await both("float32");
  }
}

/** Returns a float64 tensor of random numbers from `low` to `high`. */
export function uniformTensor(shape: readonly number[], low: number, high: number, stream = "x"): Tensor {
  const n = shape.reduce((a, b) => a * b, 1);
  const data = random(`${stream} ${shape}`, n).map((v) =>
    low + (high - low) * (0.5 + Math.atan(v) / Math.PI)
  );
  return tensor(data, shape);
}
