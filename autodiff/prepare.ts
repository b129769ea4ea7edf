/**
 * A model in the form in which all that is to be trained can be.
 *
 * @module
 */
import { type Model, runningStatistics, untied, withHiddenWeights } from "../onnx/mod.ts";
import { reached, reaching } from "./reaching.ts";

/** What is to be trained of a model, and as how many tensors. */
export interface PrepareOptions {
  /** Names to train, those of `Constant` nodes and of subgraphs among them. */
  readonly parameters?: readonly string[] | undefined;
  /** Whether to give each parameter that an initializer stands for one of its own; of these initializers alone, if given. */
  readonly untie?: boolean | readonly string[] | undefined;
  /** What is trained for, `"loss"` by default; copies that it does not depend on are not among the names to train. */
  readonly loss?: string | undefined;
}

/**
 * The model with the weights that are asked for among its initializers, and with those untied that are to be, and the names
 * to train. Preparing a model again changes nothing.
 *
 * @throws {RangeError} when `untie` names an initializer that stands for one parameter alone.
 */
export function prepareModel(
  model: Model,
  { parameters, untie = false, loss = "loss" }: PrepareOptions,
): { model: Model; parameters: readonly string[] | undefined } {
  const whole = parameters === undefined ? model : withHiddenWeights(model, parameters);
  if (untie === false) return { model: whole, parameters };
  const names = untie === true
    ? [...new Set([...parameters ?? reaching(whole), ...runningStatistics(whole)])]
    : untie;
  const { model: free, copies } = untied(whole, names, { apart: untie !== true });
  const missing = untie === true ? undefined : untie.find((name) => !copies.has(name));
  if (missing !== undefined && !whole.graph?.initializer.some((t) => t.name === `${missing}_2`)) {
    throw new RangeError(
      `untie must name initializers that stand for several parameters, '${missing}' does not`,
    );
  }
  const own = (name: string) => {
    const all = [name, ...copies.get(name) ?? []];
    const used = all.length === 1 ? all : reached(free, loss, all);
    return used.length === 0 ? [name] : used;
  };
  return { model: free, parameters: parameters?.flatMap(own) };
}

/**
 * A copy of a model in which each parameter that an initializer stands for has an initializer of its own: the first keeps the
 * name, the others are called `name_2`, `name_3`, …. Exporters write tensors that are equal once, such as fresh biases and
 * scales, and layers that were copied; training would tie them for ever. Training with `untie: true` is training of this model.
 *
 * Running statistics of batch normalizations that an initializer holds beside parameters, or for several layers, get their own.
 *
 * @param names the initializers to untie, also where one module reads them several times; those that
 * {@linkcode describeModel} says stand for several parameters by default
 * @returns the model itself where there are none.
 * @throws {RangeError} when one of the names stands for one parameter alone.
 *
 * @example
 * ```ts
 * import { buildModel, Graph, tensor } from "../onnx/mod.ts";
 * import { untieModel } from "./prepare.ts";
 * import { assertEquals } from "@std/assert";
 * const g = new Graph();
 * const w = (name: string) => g.initializer(name, tensor(Float32Array.of(1, 2, 3, 4), [2, 2]));
 * const bias = g.initializer("bias", tensor(new Float32Array(2)));
 * const hidden = g.relu(g.add(g.matMul(g.input("x", "float32", ["N", 2]), w("w1")), bias));
 * g.output(g.add(g.matMul(hidden, w("w2")), bias), "y");
 * const names = untieModel(buildModel(g)).graph!.initializer.map((t) => t.name);
 * assertEquals(names, ["bias", "w1", "w2", "bias_2"]);
 * ```
 */
export function untieModel(model: Model, names?: readonly string[]): Model {
  return prepareModel(model, { untie: names ?? true }).model;
}
