/**
 * The weights in a model: ties between them, weights hidden in nodes, replacement, conversion to float32.
 *
 * @module
 */
export { type HiddenWeight, hiddenWeights, withHiddenWeights } from "./hidden_weights.ts";
export { loadWeights, type LoadWeightsOptions, withInitializers } from "./deprecated.ts";
export { mapWeights, type MapWeightsOptions } from "./map_weights.ts";
export { runningStatistics, type Tie, tiesOf, tieText, untied } from "./ties.ts";
export { toFloat32 } from "./to_float32.ts";
export { withWeights, type WithWeightsOptions } from "./with_weights.ts";
