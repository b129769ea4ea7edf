/**
 * Rules within rules: slots under a prefix, selection by a condition, a rule for each group of parameters.
 *
 * @module
 */
export { asOptions } from "./as_options.ts";
export { naming } from "./naming.ts";
export { anyEnds, movedIf, Nested, type NestedView, onlyIf, refuseBackwardClocks } from "./nested.ts";
export {
  type GroupOptions,
  type Labeled,
  type Labelled,
  type LabelOf,
  partition,
  PARTITION_OPTIONS,
  type PartitionOptions,
} from "./partition.ts";
export { select } from "./select.ts";
