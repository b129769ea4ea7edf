/**
 * ONNX models and graphs: models from and to files, graphs under construction, tensors and shapes.
 *
 * @example Build a model, write it, read it
 * ```ts
 * import { buildModel, Graph, printModel, readModel, tensorOf, writeModel } from "./mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const g = new Graph({ name: "linear" });
 * const x = g.input("x", "float32", ["N", 2]);
 * const w = g.initializer("w", tensorOf([1, 2], [2, 1]));
 * g.output(g.matMul(x, w), "y");
 *
 * const path = await Deno.makeTempFile({ suffix: ".onnx" });
 * await writeModel(path, buildModel(g));
 * const model = await readModel(path);
 * await Deno.remove(path);
 * assertEquals(printModel(model).includes("MatMul"), true);
 * ```
 *
 * @module
 */
export {
  type Attribute,
  type AttributeInput,
  DEFAULT_OPSET,
  type EmitOptions,
  Graph,
  type GraphOptions,
  type Initializer,
  type LoopOptions,
  Node,
  type Operand,
  operatorNames,
  Ops,
  type Outputs,
  type ScanOptions,
  Value,
} from "./ir/mod.ts";
export type { Known } from "./infer/mod.ts";
export { buildModel, graphOf, importModel, type ImportOptions, type ModelOptions } from "./convert/mod.ts";
export {
  broadcastShapes,
  type Dim,
  type DType,
  isFloat,
  numbersOf,
  type Shape,
  type StaticShape,
  type Tensor,
  tensor,
  type TensorData,
  tensorOf,
} from "./tensor/mod.ts";
export {
  encodeModel,
  type Model,
  ModelError,
  parseModel,
  printModel,
  readModel,
  readModelFile,
  type ReadModelOptions,
  writeModel,
  writeModelFile,
  type WriteModelOptions,
} from "./proto/mod.ts";
export {
  loadWeights,
  type LoadWeightsOptions,
  mapWeights,
  type MapWeightsOptions,
  toFloat32,
  withInitializers,
  withWeights,
  type WithWeightsOptions,
} from "./weights/mod.ts";
