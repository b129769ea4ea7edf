/**
 * Small models in float64, with dense derivatives by differences of gradients.
 *
 * @module
 */
import {
  buildModel,
  gradientModel,
  Graph,
  type Model,
  openSession,
  type Tensor,
  tensor,
  withLoss,
} from "../../../mod.ts";
import { normal } from "../../../random/normal.ts";

const [EXAMPLES, FEATURES, HIDDEN, CLASSES] = [5, 3, 4, 3];

export function drawn(stream: string, shape: readonly number[]): Tensor {
  const values = normal({ seed: 21, stream }, shape.reduce((a, b) => a * b, 1));
  return tensor(Float64Array.from(values), shape);
}

/** Tensors by name. */
export type Tensors = Readonly<Record<string, Tensor>>;

/** A model with a loss, its parameters and a batch. */
export interface Problem {
  readonly model: Model;
  readonly params: Tensors;
  readonly data: Tensors;
}

const DATA = {
  x: drawn("x", [EXAMPLES, FEATURES]),
  target: tensor(BigInt64Array.of(0n, 2n, 1n, 1n, 2n)),
};

/** Returns a perceptron of `tanh` units with a cross-entropy, or a squared loss. */
export function perceptron(loss: "cross-entropy" | "mse" = "cross-entropy"): Problem {
  const g = new Graph();
  const x = g.input("x", "float64", ["N", FEATURES]);
  const params = {
    w1: drawn("w1", [FEATURES, HIDDEN]),
    b1: drawn("b1", [HIDDEN]),
    w2: drawn("w2", [HIDDEN, CLASSES]),
  };
  const [w1, b1, w2] = Object.entries(params).map(([name, t]) => g.initializer(name, t));
  g.output(g.matMul(g.tanh(g.add(g.matMul(x, w1!), b1!)), w2!), "y");
  const target = loss === "mse" ? drawn("target", [EXAMPLES, CLASSES]) : DATA.target;
  return { model: withLoss(buildModel(g), { loss }), params, data: { ...DATA, target } };
}

/** Returns numbers of tensors, one after the other. */
export function flat(tensors: Tensors, names: readonly string[]): number[] {
  return names.flatMap((n) => Array.from(tensors[n]!.data as Float64Array));
}

/** Returns tensors of the shapes of others, of numbers one after the other. */
export function unflat(numbers: readonly number[], like: Tensors): Record<string, Tensor> {
  let at = 0;
  return Object.fromEntries(
    Object.entries(like).map(([n, t]) => {
      const data = Float64Array.from(numbers.slice(at, at += t.data.length));
      return [n, tensor(data, t.shape)];
    }),
  );
}

/** Returns tensors with a prefix before their names. */
export function prefixed(prefix: string, tensors: Tensors): Record<string, Tensor> {
  return Object.fromEntries(Object.entries(tensors).map(([n, t]) => [`${prefix}${n}`, t]));
}

/** Returns the Jacobian of a function of all parameters by central differences, a column for each parameter. */
export async function columns(
  { params }: Pick<Problem, "params">,
  of: (params: Tensors) => Promise<number[]>,
): Promise<number[][]> {
  const at = flat(params, Object.keys(params));
  const h = 1e-5;
  const all: number[][] = [];
  for (let i = 0; i < at.length; i++) {
    const moved = (by: number) => unflat(at.with(i, at[i]! + by), params);
    const [a, b] = [await of(moved(h)), await of(moved(-h))];
    all.push(a.map((v, k) => (v - b[k]!) / (2 * h)));
  }
  return all;
}

/** Returns the dense Hessian, by differences of gradients. */
export async function denseHessian(problem: Problem): Promise<number[][]> {
  const { model, data, params } = problem;
  await using session = await openSession(gradientModel(model, { loss: "loss" }));
  const names = Object.keys(params);
  return await columns(problem, async (moved) => {
    const out = await session.run({ ...data, ...moved });
    return flat(out, names.map((n) => `grad_${n}`));
  });
}

/** Returns the product of a matrix of columns with a vector. */
export function times(matrix: readonly number[][], v: readonly number[]): number[] {
  return matrix[0]!.map((_, k) => matrix.reduce((sum, column, i) => sum + column[k]! * v[i]!, 0));
}

/** Returns the relative difference of two vectors, by their norms. */
export function apart(a: readonly number[], b: readonly number[]): number {
  return Math.hypot(...a.map((v, i) => v - b[i]!)) / Math.hypot(...b);
}
