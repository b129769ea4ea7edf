/**
 * The weights in a model: ties between them, weights hidden in nodes, replacement, conversion to float32.
 *
 * @module
 */
export { type HiddenWeight, hiddenWeights, withHiddenWeights } from "./hidden_weights.ts";
export { loadWeights, type LoadWeightsOptions } from "./load_weights.ts";
export { runningStatistics, type Tie, tiesOf, tieText, untied } from "./ties.ts";
export { toFloat32 } from "./to_float32.ts";
export { withInitializers } from "./with_initializers.ts";
