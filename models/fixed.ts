import { type DType, type Graph, tensorOf, type Value } from "../onnx/mod.ts";

/** A number of a formula, as a node: what is an initialiser would be taken for a parameter, and trained. */
export function fixed(g: Graph, value: number, dtype: DType = "float32"): Value {
  return g.emit("Constant", [], { attributes: { value: tensorOf([value], dtype, []) } })[0]!;
}
