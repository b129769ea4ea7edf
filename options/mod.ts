/**
 * Checks options: names, types, nearest names.
 *
 * @module
 */
export { checkOptions, type OptionNames } from "./check_options.ts";
