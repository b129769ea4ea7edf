/**
 * The catalog of optimizers and transforms.
 *
 * @module
 */
export * from "./families.ts";
export { declarationsOf, isOptimizerName } from "./declarations.ts";
export type {
  ChoiceOption,
  Declaration,
  FlagOption,
  NamesOption,
  NumberOption,
  NumberRange,
  OtherOption,
  SearchInterval,
} from "../../options/mod.ts";
