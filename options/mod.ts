/**
 * Checks options: names, kinds, ranges, choices; required values; the base class of errors.
 *
 * @module
 */
export { checkChoice, checkForm } from "./check_choice.ts";
export { checkInteger, checkNumber, isInRange, type NumberRange, SEED } from "./check_number.ts";
export { checkOptions, filledOptions } from "./check_options.ts";
export type {
  ChoiceOption,
  Declaration,
  Declarations,
  Filled,
  FlagOption,
  NamesOption,
  NumberOption,
  OtherOption,
  SearchInterval,
} from "./declaration.ts";
export { choice, fixed, flag, NAMES, needed, open, OTHER } from "./declare.ts";
export { DescentError } from "./descent_error.ts";
export { messageOf } from "./message_of.ts";
export type { OptionNames } from "./option_names.ts";
export { nearestOptions } from "./nearest.ts";
export { required } from "./required.ts";
