/**
 * Parses the command line.
 *
 * @module
 */
export {
  COMMON_OPTIONS,
  FLAGS,
  OPTIMIZER_OPTIONS,
  type Options,
  parseOptions,
  STUDY_OPTIONS,
  type Takes,
  TRAINING_OPTIONS,
  VALUE_OPTIONS,
} from "./args.ts";
export {
  AUGMENT_OPTIONS,
  type Augmented,
  augmented,
  augmentText,
  type AugmentValues,
  readAugment,
} from "./augment_options.ts";
export { isOptimizerFile, optimizerFiles } from "./optimizer_file.ts";
export { outcomeText } from "./outcome_text.ts";
export {
  choiceOption,
  count,
  flagOption,
  listOption,
  numberOption,
  type OwnOption,
  ownOptions,
  type OwnValues,
  positive,
  readNumber,
  textOption,
} from "./own_options.ts";
export {
  AUTO,
  DECISION_OPTIONS,
  MOST_SEEDS,
  SCALE,
  type Scale,
  seedParts,
  seedsFrom,
  seedsOption,
  seedsText,
} from "./study_options.ts";
