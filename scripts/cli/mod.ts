/**
 * Parses the command line.
 *
 * @module
 */
export { type Options, parseOptions } from "./args.ts";
export {
  COMMON_OPTIONS,
  type CommonOption,
  type Described,
  EMBEDDED_STUDY_OPTIONS,
  FLAGS,
  OPTIMIZER_OPTIONS,
  shownFlags,
  STUDY_OPTIONS,
  type Takes,
  TRAINING_OPTIONS,
  VALUE_OPTIONS,
} from "./common_options.ts";
export { type HelpGroup, helpText, listText } from "./help.ts";
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
  namesOption,
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
