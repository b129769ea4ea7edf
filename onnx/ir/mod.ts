/**
 * The graph: values, nodes and attributes, operator schemas, and a method for each operator.
 *
 * @module
 */
export type { Attribute, AttributeInput } from "./attribute.ts";
export { checkNode } from "./check.ts";
export { foldContents } from "./fold_contents.ts";
export {
  DEFAULT_OPSET,
  type EmitOptions,
  Graph,
  type GraphOptions,
  type Initializer,
  type LoopOptions,
  type Operand,
  type ScanOptions,
} from "./graph.ts";
export { Ops, type Outputs } from "./ops.ts";
export { replaceNodes } from "./rewrite.ts";
export {
  type AttributeSchema,
  NEWEST_OPSET,
  operatorNames,
  RUNTIME_OPSETS,
  type Schema,
  schemaOf,
  schemaVersions,
} from "./schema.ts";
export { Node, Value } from "./value.ts";
