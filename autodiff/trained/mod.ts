/**
 * Decides what of a model is trained.
 *
 * @module
 */
export { cutOff } from "./cut_off.ts";
export { exportWarnings } from "./doubts.ts";
export { describeHidden, type HiddenParameter } from "./hidden.ts";
export { prepareModel, untieModel } from "./prepare.ts";
export { quantizedWarnings } from "./quantized.ts";
export { branchText, branchWarnings, lossOf, type Selection, selection } from "./reaching.ts";
export { type ModelParameter, modelParameters } from "./trainable.ts";
