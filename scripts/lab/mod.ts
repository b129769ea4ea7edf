/**
 * Shared parts of experiments: tasks, optimizers, trainings and comparisons.
 *
 * @module
 */
export { bestByValidation, type ValidationScore } from "./best_by_validation.ts";
export { clippedAdam } from "./clipped_adam.ts";
export { waitingShare } from "./contention.ts";
export { compareOptimizers, type Contender } from "./comparison.ts";
export {
  chosenNetworks,
  type Comparison,
  type Network,
  sizeOfParameters,
  type Trained,
  trainedTensors,
  trainNetworks,
} from "./networks.ts";
export {
  CLIPS,
  type Course,
  type CourseDefaults,
  courseOf,
  type CourseTexts,
  type Description,
  loadedOptimizers,
  type NamedOptimizer,
  nameOfFile,
  NO_CLIP,
  optimizerDescription,
  optimizerDescriptions,
  type OptimizerEntry,
  optimizerOf,
  OPTIMIZERS,
  rateOf,
  requireFit,
  scheduled,
  scheduleDescription,
  scheduleDescriptions,
} from "./optimizers/mod.ts";
export { searchRates } from "./rate_search.ts";

export { hasAccuracy, openStudy, type Study, type StudyRun, type StudyTask } from "./study.ts";
export { convolutional, DATA_SETS, mlpText, type Parts, partsAt, partsOf, perceptron } from "./tasks/mod.ts";
export { CURVATURE_OPTION, CurvatureWatch } from "./curvature_watch.ts";
export { spreadExamples } from "./spread_examples.ts";
