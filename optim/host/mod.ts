/**
 * Runs update rules on typed arrays.
 *
 * @module
 */
export { BoundRule } from "./bound_rule.ts";
