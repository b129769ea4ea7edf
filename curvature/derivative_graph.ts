/**
 * The graph that adds up a derivative of the loss over batches.
 *
 * @module
 */
import { buildModel, type Graph, type Model, type Value } from "../onnx/mod.ts";
import { graphFor } from "../onnx/convert/mod.ts";
import { foldContents } from "../onnx/ir/mod.ts";
import { sizeOf } from "../onnx/tensor/mod.ts";
import type { Target } from "../autodiff/mod.ts";
import {
  exampleLosses,
  fisherProducts,
  gaussNewtonProducts,
  gradientsOf,
  hessianProducts,
} from "../autodiff/products/mod.ts";
import { lossOf, type Prepared } from "../autodiff/trained/mod.ts";
import { lowerForGpu } from "../lowering/accelerator/mod.ts";
import { batchInput, type DataInput, trainingLayers } from "../runtime/program/mod.ts";
import type { Specs } from "./vectors.ts";

/** What a graph computes, averaged over examples: the gradient and the loss, or a matrix times a vector. */
export type Derivative = "loss" | "gradient" | CurvatureKind;

/** A matrix of second derivatives. */
export type CurvatureKind = "hessian" | "gauss-newton" | "fisher";

/** The plan of a graph. */
export interface DerivativePlan {
  readonly prepared: Prepared;
  readonly inputs: Readonly<Record<string, DataInput>>;
  readonly parameters: Specs;
  readonly derivative: Derivative;
  /** Examples a batch. */
  readonly batchSize: number;
  /** Whether batch normalization takes the statistics of the batch. */
  readonly batchStatistics: boolean;
  /** The name of the scores, for the Gauss-Newton matrix. */
  readonly scores: string;
  readonly target: Target;
}

/** Names of the inputs and outputs. */
export const NAME = {
  data: (input: string): string => `data.${input}`,
  rows: "rows",
  weight: "weight",
  vector: (parameter: string): string => `vector.${parameter}`,
  loss: "sum.loss",
  norms: "norms",
  result: (parameter: string): string => `sum.${parameter}`,
} as const;

/**
 * Returns a model that runs over batches `rows` `[K, B]`, and adds up `weight` times the loss of each batch and times its
 * derivative by each parameter. For gradients it also returns the squared norm of that of each batch, `norms` `[K]`.
 */
export function derivativeGraph(plan: DerivativePlan): Model {
  const { prepared, inputs, parameters, derivative, batchSize } = plan;
  const { model } = prepared.wide;
  const g = graphFor(model, { name: derivative.replace("-", "_") });
  const names = Object.keys(parameters);
  const { dtype } = Object.values(parameters)[0]!;
  const data = Object.entries(inputs).map(([name, spec]) =>
    [name, g.input(NAME.data(name), spec.dtype, ["examples", ...spec.shape.slice(1)])] as const
  );
  const rows = g.input(NAME.rows, "int64", ["steps", batchSize]);
  const weight = g.input(NAME.weight, dtype, []);
  const params = names.map((n) => g.input(n, dtype, parameters[n]!.shape));
  const isProduct = derivative !== "loss" && derivative !== "gradient";
  const vectors = isProduct ? names.map((n) => g.input(NAME.vector(n), dtype, parameters[n]!.shape)) : [];
  const summed = derivative === "loss" ? [] : names;
  const zeros = summed.map((n) => g.expand(g.constant(0, dtype), parameters[n]!.shape));
  const { states, outputs } = g.scan({
    states: [g.constant(0, dtype), ...zeros],
    scanned: [rows],
    body(step, [sum, ...before], [own]) {
      const { loss, results } = addDerivative(step, plan, { data, rows: own!, params, vectors });
      const added = (total: Value, v: Value) => step.add(total, step.mul(v, weight));
      const next = [added(sum!, loss), ...before.map((total, i) => added(total, results[i]!))];
      const squares = derivative === "gradient" ? [squaredNorm(step, results)] : [];
      foldContents(step);
      return { states: next, outputs: squares };
    },
  });
  g.output(states[0]!, NAME.loss);
  summed.forEach((n, i) => g.output(states[i + 1]!, NAME.result(n)));
  if (derivative === "gradient") g.output(outputs[0]!, NAME.norms);
  g.prune();
  if (plan.target === "gpu") lowerForGpu(g.nodes.find((n) => n.opType === "Scan")!.subgraph("body")!);
  return buildModel(g);
}

function squaredNorm(g: Graph, parts: readonly Value[]): Value {
  return parts.map((v) => g.reduceSumSquare(v, null, { keepdims: 0 })).reduce((a, b) => g.add(a, b));
}

function addDerivative(
  g: Graph,
  { prepared, inputs, parameters, derivative, batchStatistics, scores: called, target }: DerivativePlan,
  { data, rows, params, vectors }: {
    data: readonly (readonly [string, Value])[];
    rows: Value;
    params: readonly Value[];
    vectors: readonly Value[];
  },
): { loss: Value; results: readonly Value[] } {
  const { wide: { model }, statistics } = prepared;
  const bind: Record<string, Value> = {};
  for (const [name, value] of data) {
    const batch = g.gather(value, rows, { axis: 0 });
    bind[name] = batchInput(g, batch, { name, spec: inputs[name]!, model });
  }
  Object.keys(parameters).forEach((n, i) => bind[n] = params[i]!);
  const buffers = batchStatistics
    ? Object.fromEntries(
      Object.keys(statistics).map((n) => [n, g.constant(prepared.wide.graph.initializers.get(n)!.tensor())]),
    )
    : {};
  const layers = trainingLayers({ buffers, masks: {} });
  const { values, outputs } = prepared.addTo(g, {
    bind: { ...bind, ...layers.next },
    replace: layers.replace,
  });
  const whole = lossOf(values, prepared.loss);
  const loss = whole.shape?.length === 0 ? whole : g.reshape(whole, g.constant([], "int64"));
  const common = { wrt: params, vectors, target, own: layers.rules };
  switch (derivative) {
    case "loss":
      return { loss, results: [] };
    case "gradient":
      return { loss, results: gradientsOf(g, { ...common, loss: whole }) };
    case "hessian":
      return { loss, results: hessianProducts(g, { ...common, loss: whole, mode: "forward-over-reverse" }) };
    case "fisher":
      return { loss, results: fisherProducts(g, { ...common, losses: exampleLosses(g, whole) }) };
    case "gauss-newton": {
      const index = model.graph!.output.findIndex((o) => o.name === called);
      const scores = outputs[index] ?? values.get(called);
      if (scores === undefined) throw new RangeError(`scores: '${called}' is not a value of the model`);
      return { loss, results: gaussNewtonProducts(g, { ...common, loss: whole, scores }) };
    }
  }
}

/** Returns the memory in bytes that a vector of the parameters takes in float64. */
export function vectorBytes(parameters: Specs): number {
  return Object.values(parameters).reduce((sum, { shape }) => sum + 8 * sizeOf(shape), 0);
}
