/**
 * Checks options: names, types, nearest names; values that must be there.
 *
 * @module
 */
export { DescentError } from "./descent_error.ts";
export { checkOptions, type OptionNames } from "./check_options.ts";
export { required } from "./required.ts";
