/**
 * Prepares models for training: reads a model once, and decides which parameters are trained.
 *
 * @module
 */
export { cutOff } from "./cut_off.ts";
export { exportWarnings } from "./doubts.ts";
export { describeHidden, type HiddenParameter } from "./hidden.ts";
export {
  type BufferSpec,
  type Dropout,
  dropoutNames,
  dropoutsAmong,
  isBatchNormalization,
  isDropout,
  ratioOf,
  statisticsOf,
} from "./layers.ts";
export { ModelGraph } from "./model_graph.ts";
export { PREPARE_OPTIONS, preparedOf, prepareModel, type PrepareOptions, untieModel } from "./prepare.ts";
export { Prepared, type PreparedModel } from "./prepared_model.ts";
export { quantizedWarnings } from "./quantized.ts";
export { branchText, branchWarnings, lossOf, selection } from "./reaching.ts";
export { type ModelParameter, modelParameters } from "./trainable.ts";
