/**
 * What experiments share: tasks, optimizers, trainings and comparisons.
 *
 * @module
 */
export { accuracyOf, percentText } from "./accuracy.ts";
export { classify, type Defaults } from "./classify.ts";
export { clippedAdam } from "./clipped_adam.ts";
export {
  againstText,
  type Arm,
  beatsAll,
  compareArms,
  type Compared,
  COMPARED_COLUMNS,
  comparedRows,
  type ComparedRun,
  comparedTable,
  compareOptimizers,
  comparisonText,
  type Contender,
  curvePlot,
  divergedText,
  type Measure,
  MEASURES,
  pairedTable,
  tuningPlot,
  valuesOf,
} from "./comparison.ts";
export {
  chosenNetworks,
  compare,
  type Comparison,
  type Network,
  scheduleOption,
  sizeOfParameters,
  type Trained,
  trainedTensors,
} from "./networks.ts";
export { loadedOptimizers, type NamedOptimizer } from "./named_optimizers.ts";
export { OPTIMIZERS } from "./optimizers.ts";
export { cifar10Parts, first, taskFolder } from "./paper_data.ts";
export { meanDifference, meanText } from "./paper_statistics.ts";
export { type RateSearch, searchRates } from "./rate_search.ts";
export { openStudy, type Study, type StudyRun, type StudyTask } from "./study.ts";
export { convolutional, DATA_SETS, partsAt, partsOf, perceptron } from "./tasks.ts";
export { type TrainedEpoch, Trainer, type Training } from "./trainer.ts";
