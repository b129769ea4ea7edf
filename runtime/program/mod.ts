/**
 * The training program: loss, gradient and update of many steps in one model.
 *
 * @module
 */
export { batchInput, type DataInput, type DataTensor } from "./batch_input.ts";
export { firstBatches, nextBatches, repeatBatches } from "./batches.ts";
export { checkTensors } from "./check_tensors.ts";
export { chunkSize } from "./chunk_size.ts";
export { type Precision, PRECISIONS, requirePrecision } from "./half_products.ts";
export { modelLayers, optimizerFor } from "./model_layers.ts";
export { ruleForLayers } from "./rule_for_layers.ts";
export { freeState, initialValues } from "./leaves.ts";
export type { PlacedData } from "./place_data.ts";
export { openProgram, placedDataOf, trainingProgram } from "./program.ts";
export {
  type Batches,
  PROGRAM_OPTIONS,
  type ProgramOptions,
  type ProgramRun,
  type RunOptions,
  type TrainingProgram,
  type TrainState,
} from "./program_types.ts";
export { type DataColumn, type RowSource, sliceRows } from "./row_source.ts";
export type { BufferSpec } from "../../autodiff/trained/mod.ts";
export type { Mask } from "./masks.ts";
export type { ProgramBlock, SessionChoice } from "./session_choice.ts";
export { type SessionPlan, sessionPlan, type SessionPlanOptions } from "./session_plan.ts";
export { TRAINING_FORM_OPTIONS, type TrainingFormOptions } from "./training_form.ts";
export { inferenceForm, trainingLayers } from "./training_layers.ts";
export { trainingModel } from "./training_model.ts";
export { isTransposed } from "./transposed.ts";
export type { ProgramForm, Statistic, TrainingModel, TrainingModelOptions } from "./training_types.ts";
