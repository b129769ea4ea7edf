/**
 * The layers of a model, and optimizers that need to know them.
 *
 * @module
 */
import { checkOptions } from "../../options/mod.ts";
import type { Model, Value } from "../../onnx/mod.ts";
import {
  PREPARE_OPTIONS,
  type Prepared,
  type PreparedModel,
  preparedOf,
  type PrepareOptions,
} from "../../autodiff/trained/mod.ts";
import { graphFor } from "../../onnx/convert/mod.ts";
import type { Optimizer } from "../../optim/mod.ts";
import type { ModelLayers } from "../../optim/language/mod.ts";
import { findLayers } from "./find_layers.ts";
import { ruleForLayers } from "./rule_for_layers.ts";

/**
 * Returns the dense layers and convolutions of a model, and the trained parameters that belong to none, each with the reason.
 *
 * A layer's weight is read by one `MatMul`, `Gemm` or `Conv` of one group, directly or transposed; its bias by the product, or
 * by the sum behind it.
 *
 * @throws {RangeError} for unknown options, and as `prepareModel` does.
 *
 * @example
 * ```ts
 * import { mlp, modelLayers, withLoss } from "../../mod.ts";
 * import { assertEquals } from "@std/assert";
 * const { layers, others } = modelLayers(withLoss(mlp({ inputs: 4, hidden: [], outputs: 3 }), { loss: "mse" }));
 * assertEquals(layers, [{
 *   kind: "dense",
 *   weight: "layers.0.weight",
 *   bias: "layers.0.bias",
 *   inputs: 4,
 *   outputs: 3,
 *   transposed: false,
 * }]);
 * assertEquals(others, []);
 * ```
 */
export function modelLayers(model: Model | PreparedModel, options: PrepareOptions = {}): ModelLayers {
  checkOptions("modelLayers", options, PREPARE_OPTIONS);
  return layersIn(preparedOf(model, options));
}

function layersIn(prepared: Prepared): ModelLayers {
  const graph = graphFor(prepared.wide.model);
  const { values } = prepared.addTo(graph);
  const params = Object.fromEntries(
    Object.keys(prepared.parameters).map((name): [string, Value] => [name, values.get(name)!]),
  );
  const { layers, others } = findLayers(graph, params);
  return { layers: layers.map(({ layer }) => layer), others };
}

const known = new WeakMap<Optimizer, WeakMap<Prepared, Optimizer>>();

/** Returns an optimizer for a model: itself, but for rules that need to know the layers. */
export function optimizerFor(optimizer: Optimizer, prepared: Prepared): Optimizer {
  // A value that is not an optimizer is refused where it is used.
  if (typeof optimizer?.rule?.slots !== "function") return optimizer;
  const byModel = known.get(optimizer) ?? new WeakMap<Prepared, Optimizer>();
  known.set(optimizer, byModel);
  const bound = byModel.get(prepared) ??
    ruleForLayers(optimizer, { params: prepared.parameters, layers: () => layersIn(prepared) });
  byModel.set(prepared, bound);
  return bound;
}
