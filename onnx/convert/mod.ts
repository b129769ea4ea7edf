/**
 * Between files and graphs: reads a model into a graph, upgrades it to one operator set, and builds a model from a graph.
 *
 * @module
 */
export { buildModel, graphProto, type ModelOptions } from "./build_model.ts";
export { attention, rotaryEmbedding } from "./expand/attention.ts";
export {
  graphFor,
  graphOf,
  importModel,
  type ImportOptions,
  knownOf,
  MODULES_KEY,
  opsetsOf,
} from "./import_graph.ts";
export { OLDEST_OPSET, upgradesOf } from "./upgrade.ts";
