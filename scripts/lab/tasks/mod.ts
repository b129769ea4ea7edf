/**
 * The tasks that experiments and papers train on: data sets by networks.
 *
 * @module
 */
export { type Classifier, classifierOf } from "./classifier.ts";
export { type Pixels, requiredFolder, type Shape, type SourceName, SOURCES } from "./data_sets.ts";
export { mlpText, type NetworkEntry, type NetworkName, NETWORKS } from "./networks.ts";
export { partsOfOwn, readOwnTable } from "./own_table.ts";
export { first, type Parts, readParts, type SplitOptions } from "./parts.ts";
export { convolutional, DATA_SETS, partsAt, partsOf, perceptron } from "./study_tasks.ts";
export {
  LANGUAGE_MODELS,
  type LanguageModelName,
  type LanguageModelSizes,
  textInputs,
  windowsOf,
  withTokenLoss,
} from "./text.ts";
