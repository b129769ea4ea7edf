/**
 * The form of a model that ONNX Runtime's WebGPU kernels compute right.
 *
 * @module
 */
import { buildModel, type Graph, graphOf, type Model, Node, type Value } from "../onnx/mod.ts";

/** A graph of a model file, of which this reads only which operators it calls. */
type GraphProto = NonNullable<Model["graph"]>;

/**
 * Returns the model with every batch normalization of `[N, C]` computed as one of `[N, C, 1]`, which is the same. With the
 * layout that sessions on WebGPU have to keep, the kernel of ONNX Runtime 1.30 takes the wrong channels' statistics in two
 * dimensions where C is even, without an error. A model without any is returned as it is.
 */
export function webgpuForm(model: Model): Model {
  const called = [model.graph?.node ?? [], ...model.functions.map((f) => f.node)];
  if (!called.some(normalizes)) return model;
  const { graph } = graphOf(model);
  if (!reshapeNormalizations(graph)) return model;
  return buildModel(graph, { metadata: model.metadataProps });
}

function normalizes(nodes: GraphProto["node"]): boolean {
  return nodes.some(({ opType, attribute }) =>
    opType === "BatchNormalization" ||
    attribute.some(({ g, graphs }) =>
      [g, ...graphs].some((body) => body !== undefined && normalizes(body.node))
    )
  );
}

/** Reshapes around batch normalizations of a graph and its bodies. @returns whether there was one to reshape around. */
function reshapeNormalizations(g: Graph): boolean {
  let found = false;
  for (const node of [...g.nodes]) {
    for (const a of node.attributes.values()) {
      if (a.type === "GRAPH") found = reshapeNormalizations(a.value) || found;
    }
    // A rank that is not known may be two.
    const rank = node.inputs[0]?.shape?.length ?? 2;
    if (node.domain !== "" || node.opType !== "BatchNormalization" || rank > 2) continue;
    g.substitute(node, inThreeDimensions(g, node));
    found = true;
  }
  return found;
}

/** The outputs of a batch normalization over `[N, C, 1]`, or `[N, C, L]` of what may have more dimensions. */
function inThreeDimensions(
  g: Graph,
  { opType, domain, opset, name, inputs, attributes, outputs }: Node,
): Value[] {
  const [x, ...others] = inputs as [Value, ...(Value | null)[]];
  const known = x.shape !== undefined;
  const places = g.reshape(x, [0, 0, known ? 1 : -1]);
  const inner = new Node(opType, domain, opset, name, [places, ...others], attributes);
  const [y, ...statistics] = g.append(inner, outputs.length, { share: false });
  return [g.reshape(y!, known ? [0, 0] : g.shape(x)), ...statistics];
}
