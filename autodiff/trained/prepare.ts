/**
 * Prepares a model for training: reads it once, and decides what is trained.
 *
 * @module
 */
import { checkOptions, type OptionNames } from "../../options/mod.ts";
import type { Model } from "../../onnx/mod.ts";
import { runningStatistics, untied, withHiddenWeights } from "../../onnx/weights/mod.ts";
import type { Quantization } from "../straight_through.ts";
import { ModelGraph } from "./model_graph.ts";
import { type Given, Prepared, type PreparedModel } from "./prepared_model.ts";
import { reached, reaching } from "./reaching.ts";

/** The options by which a model is prepared: its loss, and the parameters to train. */
export interface PrepareOptions {
  /** The output to minimize: a float with one element; `"loss"` by default. */
  loss?: string;
  /**
   * Names to train: initializers, and float tensors of `Constant` nodes and subgraphs. By default the initializers that
   * the loss depends on and that `describeModel` calls trained.
   */
  parameters?: readonly string[];
  /**
   * Whether to split each initializer that stands for several parameters into one per parameter, `name`, `name_2` and
   * so on. A list of names splits these initializers only, even if one module reads them several times and the file
   * does not say whether they are one parameter. `false` by default.
   */
  untie?: boolean | readonly string[];
  /**
   * The gradient of rounding. `"exact"`: 0, and parameters that would get no gradient at all are refused.
   * `"straight-through"`: as if the rounding were not there, and 0 if a quantization clamps. `"exact"` by default.
   */
  quantization?: Quantization;
}

/** The names of {@linkcode PrepareOptions}. */
export const PREPARE_OPTIONS = {
  loss: false,
  parameters: false,
  untie: false,
  quantization: ["exact", "straight-through"],
} satisfies OptionNames<PrepareOptions>;

/**
 * Prepares a model for training, once: reads it, brings its nodes to one operator set, infers types and shapes, decides
 * what is trained, and finds running statistics and dropouts. `fit`, `trainingProgram`, `trainingModel`, `evaluator`,
 * `evaluationBuffers`, `gradientModel` and `describeModel` take the result instead of a model, and then do none of it
 * again. Later changes of the model do not show.
 *
 * @throws {ModelError} when the model is malformed.
 * @throws {RangeError} when an option is unknown; when the loss or a parameter does not exist or is not a float, or the
 * loss has more than one element; when there is nothing to train, or the loss does not depend on a named parameter; when
 * every path from a parameter to the loss passes through nodes that stop gradients; when `untie` names an initializer
 * that stands for a single parameter.
 *
 * @example
 * ```ts
 * import { mlp, prepareModel, withLoss } from "../../mod.ts";
 * import { assertEquals } from "@std/assert";
 * const net = mlp({ inputs: 4, hidden: [3], outputs: 2, seed: 1 });
 * const prepared = prepareModel(withLoss(net, { loss: "cross-entropy" }));
 * assertEquals(Object.values(prepared.parameters).map((p) => p.shape), [[3, 4], [3], [2, 3], [2]]);
 * assertEquals([prepared.leftOut, prepared.warnings], [[], []]);
 * ```
 */
export function prepareModel(model: Model | PreparedModel, options: PrepareOptions = {}): PreparedModel {
  checkOptions("prepareModel", options, PREPARE_OPTIONS);
  const prepared = preparedOf(model, options);
  prepared.decide();
  return prepared;
}

/**
 * Returns the prepared model of a model; of a prepared one, itself. The parameters to train are decided when first
 * needed.
 *
 * @throws {RangeError} when `untie` names an initializer that stands for a single parameter, or an option is not the one
 * that a model was prepared with.
 */
export function preparedOf(model: Model | PreparedModel, options: Partial<Given>): Prepared {
  if (model instanceof Prepared) {
    model.requireSame(options);
    return model;
  }
  const { parameters, untie = false, loss = "loss", quantization = "exact" } = options;
  if (parameters?.length === 0) {
    throw new RangeError("parameters is empty: leave it out to take all, or name at least one");
  }
  const given = { loss, parameters, untie, quantization };
  const { read, names } = untiedGraph(model as Model, given);
  return new Prepared(read, { given, names });
}

/** Reads a model with the named hidden weights among its initializers and those of `untie` split; with the names to train. */
function untiedGraph(
  model: Model,
  { parameters, untie, loss }: {
    parameters: readonly string[] | undefined;
    untie: boolean | readonly string[];
    loss: string;
  },
): { read: ModelGraph; names: readonly string[] | undefined } {
  const whole = parameters === undefined ? model : withHiddenWeights(model, parameters);
  if (untie === false) return { read: new ModelGraph(whole), names: parameters };
  const tied = new ModelGraph(whole);
  const chosen = untie === true
    ? [...new Set([...parameters ?? reaching(tied), ...runningStatistics(whole)])]
    : untie;
  const { model: free, copies } = untied(whole, chosen, { apart: untie !== true });
  const missing = untie === true ? undefined : untie.find((name) => !copies.has(name));
  if (missing !== undefined && !whole.graph?.initializer.some((t) => t.name === `${missing}_2`)) {
    throw new RangeError(
      `untie must name initializers that stand for several parameters; '${missing}' does not: remove it from untie`,
    );
  }
  const read = free === whole ? tied : new ModelGraph(free);
  const own = (name: string) => {
    const all = [name, ...copies.get(name) ?? []];
    const used = all.length === 1 ? all : reached(read, loss, all);
    return used.length === 0 ? [name] : used;
  };
  return { read, names: parameters?.flatMap(own) };
}

/**
 * Returns a copy of a model in which each parameter has its own initializer. Exporters write equal tensors once,
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
  return untiedGraph(model, { parameters: undefined, untie: names ?? true, loss: "loss" }).read.model;
}
