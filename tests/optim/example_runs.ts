/**
 * Gradients of single examples for the contract.
 *
 * @module
 */
import { buildModel, type DType, Graph, type Tensor, tensor } from "../../onnx/mod.ts";
import type { Trace } from "../../optim/graph/mod.ts";
import { openSession } from "../../runtime/session/session.ts";
import { floats, gradients, SHAPES } from "./problem.ts";

type Tensors = Readonly<Record<string, Tensor>>;

/** The number of examples. */
export const EXAMPLES = 3;

/** Returns the gradients of one of the examples. */
export function ofExample(dtype: DType, k: number, example: number): Record<string, Tensor> {
  return gradients(dtype, k + 100 * example);
}

/** Returns the gradients of all examples, along a first axis. */
export function exampleGradients(dtype: DType, k: number): Record<string, Tensor> {
  const all = Array.from({ length: EXAMPLES }, (_, example) => ofExample(dtype, k, example));
  return Object.fromEntries(
    Object.entries(SHAPES).map(([n, shape]) => {
      const values = all.flatMap((of) => Array.from(of[n]!.data as Float64Array));
      return [n, tensor(floats(values, dtype), [EXAMPLES, ...shape])];
    }),
  );
}

/** The graph of what a rule makes of the gradients of one example, opened. */
export interface ExampleGraph {
  /** Returns the mean over all examples at update `k`. */
  mean(at: { params: Tensors; coefficients: Tensors; k: number }): Promise<Record<string, Tensor>>;
  close(): Promise<void>;
}

/** Opens the graph of what a rule makes of the gradients of one example. */
export async function openExampleGraph(trace: Trace, dtype: DType): Promise<ExampleGraph> {
  const g = new Graph();
  const inputs = (prefix: string, shapes: Readonly<Record<string, readonly number[]>>) =>
    Object.fromEntries(Object.entries(shapes).map(([n, s]) => [n, g.input(`${prefix}${n}`, dtype, [...s])]));
  const out = trace.eachExample!(g, {
    grads: inputs("g.", SHAPES),
    params: inputs("p.", SHAPES),
    coefficients: inputs("c.", Object.fromEntries(trace.coefficients.map(({ name }) => [name, []]))),
  });
  for (const [n, v] of Object.entries(out)) g.output(v, n);
  const session = await openSession(buildModel(g));
  const given = (prefix: string, of: Tensors) =>
    Object.entries(of).map(([n, t]) => [`${prefix}${n}`, t] as const);
  return {
    close: () => session.close(),
    async mean({ params, coefficients, k }) {
      const means = Object.entries(params).map(([n, t]) => [n, new Float64Array(t.data.length)] as const);
      for (let example = 0; example < EXAMPLES; example++) {
        const one = await session.run(Object.fromEntries([
          ...given("g.", ofExample(dtype, k, example)),
          ...given("p.", params),
          ...given("c.", coefficients),
        ]));
        for (const [n, mean] of means) {
          for (let i = 0; i < mean.length; i++) mean[i]! += Number(one[n]!.data[i]) / EXAMPLES;
        }
      }
      return Object.fromEntries(means.map(([n, mean]) => [n, tensor(floats(mean, dtype), SHAPES[n]!)]));
    },
  };
}
