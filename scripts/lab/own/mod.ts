/**
 * A user's own model and examples, from files that the command line names.
 *
 * @module
 */
export { areTokens, type Examples, readExamples } from "./examples.ts";
export { TUNING_LOSSES, type TuningLoss } from "./losses.ts";
export { type ModelFile, requiredModel } from "./model_file.ts";
export { EXAMPLE_OPTIONS, type ExampleValues, MODEL_OPTIONS, type ModelValues } from "./options.ts";
export { type OwnTask, readOwnTask } from "./own_task.ts";
export { metricsOf, type OwnModel, trainableModel } from "./own_model.ts";
