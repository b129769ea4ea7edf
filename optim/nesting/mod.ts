/**
 * Rules within rules: slots under a prefix, selection by a condition, a rule for each group of parameters.
 *
 * @module
 */
export { checkFunction, naming } from "./naming.ts";
export { anyEnds, movedIf, Nested, type NestedView, onlyIf, refuseBackwardClocks } from "./nested.ts";
export { type Labelled, type LabelOf, partition } from "./partition.ts";
export { select } from "./select.ts";
