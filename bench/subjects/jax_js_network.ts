/**
 * A work's network in jax-js: written in it, or read by `@jax-js/onnx` from the model that Descent trains.
 *
 * @module
 */
import { ONNXModel } from "../deps/jax_js_onnx.ts";
import { type Array as JaxArray, nn, numpy as np } from "../deps/jax_js.ts";
import { buildModel, encodeModel, graphOf, parseModel } from "../../mod.ts";
import type { Task } from "../work.ts";

/** Computes class scores from the parameters, in the order of the task, and a batch. Arrays are consumed when used. */
export type Network = (params: JaxArray[], x: JaxArray) => JaxArray;

/** Returns a perceptron with rectified hidden layers. */
export const perceptron: Network = (layers, x) => {
  let h = x;
  for (let i = 0; i < layers.length; i += 2) {
    if (i > 0) h = nn.relu(h);
    h = np.matmul(h, np.transpose(layers[i]!)).add(layers[i + 1]!);
  }
  return h;
};

/**
 * Returns the task's model without its loss, which `@jax-js/onnx` does not support, with its parameters as inputs.
 *
 * @param names names of the parameters
 */
export async function onnxNetwork({ model, input }: Task, names: readonly string[]): Promise<Network> {
  const { graph, values } = graphOf(parseModel(await Deno.readFile(model)));
  const scores = graph.nodes.find((n) => n.opType === "SoftmaxCrossEntropyLoss")!.inputs[0]!;
  // The targets are left out: only the loss uses them.
  graph.inputs.splice(0, graph.inputs.length, values.get(input)!);
  for (const name of names) graph.toInput(values.get(name)!);
  graph.outputs.length = 0;
  graph.output(scores, "scores");
  graph.prune();
  const { run } = new ONNXModel(encodeModel(buildModel(graph)));
  return (params, x) =>
    run({ [input]: x, ...Object.fromEntries(names.map((n, i) => [n, params[i]!])) }).scores!;
}
