/**
 * A model's loss and metrics over a whole data set.
 *
 * @module
 */
import { checkOptions, type OptionNames } from "../../options/mod.ts";
import type { PreparedModel } from "../../autodiff/mod.ts";
import { ModelGraph, Prepared } from "../../autodiff/trained/mod.ts";
import { buildModel, type Model, type Tensor, toFloat32, type Value } from "../../onnx/mod.ts";
import { graphFor } from "../../onnx/convert/mod.ts";
import { batchInput, type DataColumn, type DataInput, inferenceForm, sliceRows } from "../program/mod.ts";
import { NAMES, openSession, SESSION_OPTIONS, type SessionOptions } from "../session/mod.ts";

/** The model, device and metrics of an evaluation. */
export interface EvaluatorOptions extends SessionOptions {
  /** A model with scalar outputs that are means over the batch, such as `withLoss` makes, or a prepared one. */
  model: Model | PreparedModel;
  /** The names of those outputs. */
  metrics: readonly string[];
  /** The form in which data sets store each input of the model. */
  inputs: Readonly<Record<string, DataInput>>;
  /** Names of the initializers whose values each call provides. */
  parameters: readonly string[];
  /** Examples a run, at least 1; 1000 by default. It bounds memory, and does not change the result beyond rounding. */
  batchSize?: number;
}

const EVALUATOR_OPTIONS = {
  ...SESSION_OPTIONS,
  model: true,
  metrics: true,
  inputs: true,
  parameters: true,
  batchSize: false,
} satisfies OptionNames<EvaluatorOptions>;

/** An opened evaluation. */
export interface Evaluator extends AsyncDisposable {
  /** The mean of each metric over all examples of a data set. */
  evaluate(
    params: Readonly<Record<string, Tensor>>,
    data: Readonly<Record<string, DataColumn>>,
  ): Promise<Record<string, number>>;
  /** Frees what the runtime holds. */
  close(): Promise<void>;
}

/**
 * Compiles and opens an evaluation.
 *
 * @throws {RangeError} when an option is unknown or missing; whatever `openSession` throws.
 *
 * @example
 * ```ts
 * import { evaluator, graphOf, mlp, tensor, withLoss } from "../../mod.ts";
 * import { assert } from "@std/assert";
 * const model = withLoss(mlp({ inputs: 2, hidden: [], outputs: 2, seed: 1 }), { loss: "cross-entropy" });
 * const data = { x: tensor(Float32Array.of(1, 0, 0, 1), [2, 2]), target: tensor(BigInt64Array.of(0n, 1n)) };
 * const { initializers } = graphOf(model).graph;
 * const weights = Object.fromEntries([...initializers].map(([name, { tensor }]) => [name, tensor()]));
 * const parameters = Object.keys(weights);
 * await using evaluation = await evaluator({ model, metrics: ["loss", "accuracy"], inputs: data, parameters });
 * const { loss, accuracy } = await evaluation.evaluate(weights, data);
 * assert(loss! > 0 && accuracy! <= 1);
 * ```
 */
export async function evaluator(options: EvaluatorOptions): Promise<Evaluator> {
  checkOptions("evaluator", options, EVALUATOR_OPTIONS);
  const { model, metrics, inputs, parameters, batchSize = 1000, ...session } = options;
  if (!(Number.isInteger(batchSize) && batchSize >= 1)) {
    throw new RangeError(`batchSize must be an integer of at least 1, got ${String(batchSize)}`);
  }
  const read = model instanceof Prepared ? model.wide : new ModelGraph(toFloat32(model as Model));
  const opened = await openSession(evaluationModel(read, { metrics, inputs, parameters }), session);
  return {
    async evaluate(params, data) {
      const count = Object.values(data)[0]!.shape[0]!;
      const totals = new Float64Array(metrics.length);
      for (let start = 0; start < count; start += batchSize) {
        const size = Math.min(batchSize, count - start);
        const feeds: Record<string, Tensor> = { ...params };
        for (const [name, column] of Object.entries(data)) {
          feeds[NAMES.data(name)] = await sliceRows(column, { start, count: size });
        }
        const out = await opened.run(feeds);
        metrics.forEach((m, i) => (totals[i]! += size * Number(out[NAMES.report(m)]!.data[0])));
      }
      return Object.fromEntries(metrics.map((m, i) => [m, totals[i]! / count]));
    },
    close: () => opened.close(),
    [Symbol.asyncDispose]: () => opened.close(),
  };
}

function evaluationModel(
  read: ModelGraph,
  { metrics, inputs, parameters }: Pick<EvaluatorOptions, "metrics" | "inputs" | "parameters">,
): Model {
  const { model } = read;
  const graph = graphFor(model, { name: "evaluation" });
  const bind: Record<string, Value> = {};
  for (const [name, spec] of Object.entries(inputs)) {
    const stored = graph.input(NAMES.data(name), spec.dtype, ["batch", ...spec.shape.slice(1)]);
    bind[name] = batchInput(graph, stored, { name, spec, model });
  }
  const { values } = read.addTo(graph, { bind, replace: inferenceForm });
  for (const name of parameters) graph.toInput(values.get(name)!);
  for (const m of metrics) {
    const value = values.get(m);
    if (value === undefined) {
      throw new RangeError(`metrics must name values of the model, there is no '${m}'`);
    }
    graph.output(value, NAMES.report(m));
  }
  graph.prune();
  return buildModel(graph);
}
