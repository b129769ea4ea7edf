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
 * @deprecated Use `withWeights(model, values, { partial: true })`. Will be removed in 0.3.0.
 */
export function withInitializers(model: Model, values: Readonly<Record<string, Tensor>>): Model {
  return withWeights(model, values, { partial: true });
}
