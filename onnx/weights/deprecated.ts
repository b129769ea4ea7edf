/**
 * Older names of {@linkcode withWeights}.
 *
 * @module
 */
import type { Model } from "../proto/mod.ts";
import type { Tensor } from "../tensor/mod.ts";
import { withWeights, type WithWeightsOptions } from "./with_weights.ts";

/**
 * Options of {@linkcode loadWeights}.
 *
 * @deprecated Use `WithWeightsOptions`. Will be removed in 0.3.0.
 */
export type LoadWeightsOptions = Omit<WithWeightsOptions, "partial">;

/**
 * Returns a copy of a model with the weights of another program.
 *
 * @example
 * ```ts
 * import { mlp } from "../../models/mod.ts";
 * import { loadWeights, tensorOf } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 * const model = mlp({ inputs: 2, hidden: [], outputs: 1, seed: 1 });
 * const weights = { "layers.0.weight": tensorOf([3, 4], [1, 2]), "layers.0.bias": tensorOf([5]) };
 * const loaded = loadWeights(model, weights);
 * assertEquals(loaded.graph!.initializer.map((t) => t.name).sort(), ["layers.0.bias", "layers.0.weight"]);
 * ```
 *
 * @deprecated Use `withWeights(model, tensors, options)`. Will be removed in 0.3.0.
 */
export function loadWeights(
  model: Model,
  tensors: Readonly<Record<string, Tensor>>,
  options: LoadWeightsOptions = {},
): Model {
  return withWeights(model, tensors, options);
}

/**
 * Returns a copy of a model with new values in some of its initializers.
 *
 * @example
 * ```ts
 * import { mlp } from "../../models/mod.ts";
 * import { graphOf, tensorOf, withInitializers } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 * const model = mlp({ inputs: 2, hidden: [], outputs: 1, seed: 1 });
 * const changed = withInitializers(model, { "layers.0.bias": tensorOf([5]) });
 * assertEquals(graphOf(changed).graph.initializers.get("layers.0.bias")!.tensor().data, Float32Array.of(5));
 * ```
 *
 * @deprecated Use `withWeights(model, values, { partial: true })`. Will be removed in 0.3.0.
 */
export function withInitializers(model: Model, values: Readonly<Record<string, Tensor>>): Model {
  return withWeights(model, values, { partial: true });
}
