/**
 * Comparisons of optimizers: their data, tests, tables and plots. Nothing here trains.
 *
 * @module
 */
export {
  type Arm,
  armNamed,
  type Compared,
  type ComparedRun,
  type Evaluated,
  type Measure,
  MEASURES,
  type Score,
  scoreOn,
  SCORES,
  shownRuns,
  testMeasure,
  type Trial,
  valuesOf,
} from "./arms.ts";
export { armPairs, compareArms, divergedText, lowerClaim, quantityOf } from "./decide.ts";
export { type GoodRates, goodRates, goodRatesText } from "./good_rates.ts";
export type { OwnStudyConfig } from "./own_study_config.ts";
export { type CurveOptions, curvePlot } from "./plots.ts";
export { budgetPlot, searchPlots, tuningPlot } from "./trial_plots.ts";
export { COMPARED_COLUMNS, comparedFile, comparedRows, comparedTable, pairedTable } from "./tables.ts";
export {
  bestTrial,
  searchedNames,
  type SearchSpaces,
  settingText,
  trialRows,
  trialsFile,
  type TunedResult,
  tunedResults,
  tunedTable,
} from "./trials.ts";
