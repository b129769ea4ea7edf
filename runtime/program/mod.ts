/**
 * The training program: loss, gradient and update of many steps in one model.
 *
 * @module
 */
export { batchInput, type DataInput } from "./batch_input.ts";
export { firstBatches, nextBatches, repeatBatches } from "./batches.ts";
export { checkTensors } from "./check_tensors.ts";
export { chunkSize } from "./chunk_size.ts";
export { type Precision, PRECISIONS, requirePrecision } from "./half_products.ts";
export {
  type Batches,
  type DataTensor,
  PROGRAM_OPTIONS,
  type ProgramOptions,
  type ProgramRun,
  type RunOptions,
  type TrainingProgram,
  trainingProgram,
  type TrainState,
} from "./program.ts";
export { type DataColumn, type RowSource, sliceRows } from "./row_source.ts";
export { surveyTraining } from "./survey.ts";
export {
  type BufferSpec,
  inferenceForm,
  type Mask,
  TRAINING_FORM_OPTIONS,
  trainingForm,
  type TrainingFormOptions,
} from "./training_form.ts";
export {
  NAMES,
  type ProgramForm,
  type Statistic,
  type TrainingModel,
  trainingModel,
  type TrainingModelOptions,
} from "./training_model.ts";
