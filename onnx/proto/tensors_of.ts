/**
 * Finds the tensors of a model.
 *
 * @module
 */
import type { Model } from "./model.ts";
import type { AttributeProto, GraphProto, TensorProto } from "./onnx_pb.ts";

/** Returns every tensor of a model, wherever it may be. */
export function tensorsOf(model: Model): TensorProto[] {
  const ofAttribute = (a: AttributeProto): TensorProto[] => [
    ...(a.t ? [a.t] : []),
    ...a.tensors,
    ...[...(a.sparseTensor ? [a.sparseTensor] : []), ...a.sparseTensors].flatMap(ofSparse),
    ...subgraphsOf(a).flatMap(ofGraph),
  ];
  const ofSparse = (s: GraphProto["sparseInitializer"][number]) =>
    [s.values, s.indices].filter((t) => t !== undefined);
  const ofGraph = (g: GraphProto): TensorProto[] => [
    ...g.initializer,
    ...g.sparseInitializer.flatMap(ofSparse),
    ...g.node.flatMap((n) => n.attribute.flatMap(ofAttribute)),
  ];
  const training = model.trainingInfo.flatMap((t) => [t.initialization, t.algorithm]);
  const functions = model.functions.flatMap((
    f,
  ) => [...f.attributeProto, ...f.node.flatMap((n) => n.attribute)]);
  return [
    ...[model.graph, ...training].flatMap((g) => (g ? ofGraph(g) : [])),
    ...functions.flatMap(ofAttribute),
  ];
}

/** Returns the graphs of an attribute. */
export function subgraphsOf(a: AttributeProto): GraphProto[] {
  return a.g === undefined ? a.graphs : [a.g, ...a.graphs];
}

/** Returns what a tensor says about its data in another file, by key. */
export function entriesOf(t: TensorProto): Map<string, string> {
  return new Map(t.externalData.map((e) => [e.key, e.value]));
}
