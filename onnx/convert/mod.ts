/**
 * Between files and graphs: reads a model into a graph, upgrades it to one operator set, and builds a model from a graph.
 *
 * @module
 */
export { buildModel, graphProto, type ModelOptions } from "./build_model.ts";
export { attention, rotaryEmbedding } from "./expand/attention.ts";
export { knownOf } from "./declared.ts";
export { MODULES_KEY } from "./decode_graph.ts";
export { DecodedModel, graphOf, type Imported, importModel, type ImportOptions } from "./import_graph.ts";
export { graphFor, opsetsOf } from "./opsets.ts";
export { OLDEST_OPSET, upgradesOf } from "./upgrade.ts";
