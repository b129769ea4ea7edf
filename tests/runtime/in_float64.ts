/**
 * Converts models to float64, for references.
 *
 * @module
 */
import {
  buildModel,
  Graph,
  graphOf,
  type Model,
  Node,
  type Tensor,
  tensor,
  type Value,
} from "../../onnx/mod.ts";

/** The numbers of two element types in ONNX. */
const [FLOAT, DOUBLE] = [1, 11];

/** Returns a model that computes in float64 what the given one computes in float32. */
export function inFloat64(model: Model): Model {
  const { graph: from } = graphOf(model);
  const into = new Graph({ name: from.name, opsets: from.opsets });
  const values = new Map<Value, Value>();
  for (const x of from.inputs) {
    values.set(x, into.input(x.name, x.known.dtype === "float32" ? "float64" : x.known.dtype, x.shape));
  }
  for (const [name, { value, tensor: read }] of from.initializers) {
    values.set(value, into.initializer(name, wide(read())));
  }
  for (const { opType, domain, opset, name, inputs, attributes: given, outputs } of from.nodes) {
    const attributes = new Map(given);
    if (opType === "Cast" && attributes.get("to")!.value === FLOAT) {
      attributes.set("to", { type: "INT", value: DOUBLE });
    }
    const constant = attributes.get("value");
    if (constant?.type === "TENSOR") attributes.set("value", { type: "TENSOR", value: wide(constant.value) });
    const reads = inputs.map((x) => (x === null ? null : values.get(x)!));
    const node = new Node(opType, domain, opset, name, reads, attributes);
    const names = outputs.map((y) => y?.name ?? "");
    into.append(node, outputs.length, { names, share: false });
    outputs.forEach((y, i) => y !== null && values.set(y, node.outputs[i]!));
  }
  for (const y of from.outputs) into.output(values.get(y)!);
  return buildModel(into);
}

/** Returns a tensor in float64 if it is float32, else the tensor itself. */
export function wide(t: Tensor): Tensor {
  return t.dtype === "float32" ? tensor(Float64Array.from(t.data as Float32Array), t.shape) : t;
}
