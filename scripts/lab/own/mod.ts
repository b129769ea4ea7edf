/**
 * A user's own model and examples, from files that the command line names.
 *
 * @module
 */
export { readArraySet } from "./array_set.ts";
export type { Examples } from "./examples.ts";
export { readOwnParts } from "./made_parts.ts";
export { type ModelFile, requiredModel } from "./model_file.ts";
export { isModelFile, modelOption } from "./model_option.ts";
export { EXAMPLE_OPTIONS, MODEL_OPTIONS } from "./options.ts";
export { metricsOf, type OwnModel, trainableModel } from "./own_model.ts";
export { OWN_STUDY_OPTIONS, type OwnStudy, type OwnStudyValues, readOwnStudy } from "./own_study.ts";
export { type OwnTask, readOwnTask } from "./own_task.ts";
