/**
 * Prepares a model for training: hidden weights become initializers, and shared initializers are untied.
 *
 * @module
 */
import type { Model } from "../../onnx/mod.ts";
import { runningStatistics, untied, withHiddenWeights } from "../../onnx/weights/mod.ts";
import { reached, reaching } from "./reaching.ts";

/** Options of {@linkcode prepareModel}. */
export interface PrepareOptions {
  /** Names to train: initializers, and tensors of `Constant` nodes and subgraphs. */
  readonly parameters?: readonly string[] | undefined;
  /** Whether to split initializers that stand for several parameters; a list of names splits these only. */
  readonly untie?: boolean | readonly string[] | undefined;
  /** The value to train for, `"loss"` by default; copies that it does not depend on are left out of the names to train. */
  readonly loss?: string | undefined;
}

/**
 * Returns the model with the named weights among its initializers and with the initializers of `untie` split, and the
 * names to train. Preparing a prepared model changes nothing.
 *
 * @throws {RangeError} when `untie` names an initializer that stands for a single parameter.
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
      `untie must name initializers that stand for several parameters; '${missing}' does not: remove it from untie`,
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
 * Returns a copy of a model in which each parameter has an initializer of its own. Exporters write equal tensors once,
 * such as fresh biases, fresh scales and copied layers, and training would keep them equal. The first parameter keeps
 * the name; the others become `name_2`, `name_3`, …. `fit` with `untie: true` trains this model.
 *
 * Running statistics of batch normalizations that share an initializer with parameters or other layers get their own
 * too.
 *
 * @param names the initializers to untie, even if one module reads them several times; by default those that {@linkcode
 * describeModel} says stand for several parameters
 * @returns the model itself when there is nothing to untie.
 * @throws {RangeError} when a named initializer stands for a single parameter.
 *
 * @example
 * ```ts
 * import { buildModel, Graph, tensor } from "../../onnx/mod.ts";
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
