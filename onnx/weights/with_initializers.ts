import { clone } from "../../deps.ts";
import { encodeTensor, type Model, ModelError, ModelProtoSchema } from "../proto/mod.ts";
import { type DType, dtypeOfCode, isFloat, numbersOf, type Tensor, tensorOf } from "../tensor/mod.ts";
import { hiddenWeight } from "./hidden_weights.ts";

/**
 * Returns a copy of a model with new values in some of its initializers, such as trained parameters. Floats are stored
 * in the model's own type: parameters trained in float32 become float16 again in a float16 model. Tensors of `Constant`
 * nodes and subgraphs go by the names that nodes read them by.
 *
 * @throws {ModelError} when the model has no such initializer, its shape or type differs, or a value is too large for
 * the type.
 *
 * @example
 * ```ts
 * import { buildModel, Graph, tensor } from "../mod.ts";
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
    const hidden = index < 0 ? hiddenWeight(copy, name) : undefined;
    if (index < 0 && hidden === undefined) throw new ModelError(`the model has no initializer '${name}'`);
    const { dims, dataType } = hidden?.tensor() ?? initializers[index]!;
    if (dims.map(Number).join() !== value.shape.join()) {
      throw new ModelError(
        `initializer '${name}' has shape [${dims.join(", ")}], the new value [${value.shape.join(", ")}]`,
      );
    }
    const encoded = encodeTensor(name, inType(value, dtypeOfCode(dataType), name));
    if (hidden === undefined) initializers[index] = encoded;
    else hidden.replace(encoded);
  }
  return copy;
}

/** The same values in the type that the model has them in. */
function inType(value: Tensor, dtype: DType | undefined, name: string): Tensor {
  if (value.dtype === dtype) return value;
  if (dtype === undefined || !isFloat(dtype) || !isFloat(value.dtype)) {
    throw new ModelError(
      `initializer '${name}' is ${dtype ?? "of unknown type"}, the new value ${value.dtype}`,
    );
  }
  const before = numbersOf(value);
  const rounded = tensorOf(before, dtype, value.shape);
  const lost = numbersOf(rounded).findIndex((v, i) => !Number.isFinite(v) && Number.isFinite(before[i]));
  if (lost >= 0) throw new ModelError(`initializer '${name}' is ${dtype}, which cannot hold ${before[lost]}`);
  return rounded;
}
