import { clone } from "../deps.ts";
import { encodeTensor } from "./codec.ts";
import { type Model, ModelError } from "./model.ts";
import { ModelProtoSchema } from "./onnx_pb.ts";
import type { Tensor } from "./tensor.ts";

/**
 * A copy of a model with other values in some of its initialisers, such as trained parameters.
 *
 * @throws {ModelError} when the model has no such initialiser, or it has another shape.
 *
 * @example
 * ```ts
 * import { buildModel, Graph, tensor } from "./mod.ts";
 * import { withInitializers } from "./with_initializers.ts";
 * import { assertEquals } from "@std/assert";
 * const g = new Graph();
 * g.output(g.neg(g.initializer("w", tensor(Float32Array.of(1)))), "y");
 * const model = withInitializers(buildModel(g), { w: tensor(Float32Array.of(2)) });
 * assertEquals(new Float32Array(model.graph!.initializer[0]!.rawData.slice().buffer)[0], 2);
 * ```
 */
export function withInitializers(model: Model, values: Readonly<Record<string, Tensor>>): Model {
  const copy = clone(ModelProtoSchema, model);
  const initializers = copy.graph?.initializer ?? [];
  for (const [name, value] of Object.entries(values)) {
    const index = initializers.findIndex((t) => t.name === name);
    if (index < 0) throw new ModelError(`the model has no initialiser '${name}'`);
    const dims = initializers[index]!.dims.map(Number);
    if (dims.join() !== value.shape.join()) {
      throw new ModelError(
        `initialiser '${name}' has shape [${dims.join(", ")}], the new value [${value.shape.join(", ")}]`,
      );
    }
    initializers[index] = encodeTensor(name, value);
  }
  return copy;
}
