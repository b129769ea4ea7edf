/**
 * Puts weights into a model.
 *
 * @module
 */
import { clone } from "../../deps.ts";
import { checkOptions, type OptionNames } from "../../options/mod.ts";
import { encodeTensor, type Model, ModelError, ModelProtoSchema, type TensorProto } from "../proto/mod.ts";
import { type DType, dtypeOfCode, isFloat, numbersOf, type Tensor, tensorOf } from "../tensor/mod.ts";
import { hiddenWeight } from "./hidden_weights.ts";
import { transposed } from "./transposed.ts";

/** Options of {@linkcode withWeights}. */
export interface WithWeightsOptions {
  /** Names of matrices to transpose: weights of linear layers, for a model that stores them transposed. */
  readonly transpose?: readonly string[];
  /** Whether the model must have every weight that is given; otherwise others are ignored. `true` by default. */
  readonly strict?: boolean;
  /**
   * Whether float initializers of the model may be left out and then stay unchanged; `false` by default, but `true`
   * where `strict` is `false`.
   */
  readonly partial?: boolean;
}

const WITH_WEIGHTS_OPTIONS = {
  transpose: false,
  partial: "flag",
  strict: "flag",
} satisfies OptionNames<WithWeightsOptions>;

/**
 * Returns a copy of a model with other weights, by name: parameters that were trained, or those of another program,
 * such as PyTorch's `state_dict` in safetensors. Tensors of `Constant` nodes and of subgraphs go by the names that
 * nodes read them by.
 *
 * Floats are stored in the model's own type: parameters trained in float32 become float16 again in a float16 model.
 *
 * @throws {ModelError} listing all that does not fit: float initializers that are missing from `tensors`, tensors that
 * the model does not have, and differing shapes and types; and for a number that the model's type cannot hold, such as
 * 1e39 in float32.
 *
 * @example Weights of another program
 * ```ts
 * import { mlp } from "../../models/mod.ts";
 * import { tensorOf, withWeights } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 * const model = mlp({ inputs: 3, hidden: [], outputs: 2, seed: 1 });
 * const loaded = withWeights(model, {
 *   "layers.0.weight": tensorOf([1, 2, 3, 4, 5, 6], [3, 2]),
 *   "layers.0.bias": tensorOf([0, 0]),
 * }, { transpose: ["layers.0.weight"] });
 * assertEquals(loaded.graph!.initializer[0]!.dims, [2n, 3n]);
 * ```
 *
 * @example Some of the weights
 * ```ts
 * import { buildModel, Graph, graphOf, tensorOf } from "../mod.ts";
 * import { withWeights } from "./with_weights.ts";
 * import { assertEquals } from "@std/assert";
 * const g = new Graph();
 * const [w, b] = [g.initializer("w", tensorOf([1])), g.initializer("b", tensorOf([2]))];
 * g.output(g.add(w, b), "y");
 * const model = withWeights(buildModel(g), { w: tensorOf([3]) }, { partial: true });
 * const { initializers } = graphOf(model).graph;
 * assertEquals([...initializers.values()].map((i) => i.tensor().data[0]), [3, 2]);
 * ```
 */
export function withWeights(
  model: Model,
  tensors: Readonly<Record<string, Tensor>>,
  options: WithWeightsOptions = {},
): Model {
  checkOptions("withWeights", options, WITH_WEIGHTS_OPTIONS);
  const { transpose = [], strict = true, partial = !strict } = options;
  const wrong = transpose.filter((name) => !Object.hasOwn(tensors, name)).map((name) =>
    `'${name}' is named in transpose, but is not among the tensors`
  );
  if (!partial) wrong.push(...missing(model, tensors).map((name) => `'${name}' is missing`));
  const copy = clone(ModelProtoSchema, model);
  const slots = slotsOf(copy);
  const values = Object.entries(tensors).flatMap(([name, given]): [Slot, Tensor][] => {
    const slot = slots(name);
    if (slot === undefined) {
      if (strict) wrong.push(`'${name}' is not in the model`);
      return [];
    }
    const value = transpose.includes(name) ? transposed(given) : given;
    const why = misfit(value, slot.tensor);
    if (why !== undefined) wrong.push(`'${name}' ${why}`);
    return why === undefined ? [[slot, value!]] : [];
  });
  if (wrong.length > 0) throw new ModelError(`the weights do not fit the model: ${wrong.join("; ")}`);
  for (const [slot, value] of values) slot.put(value);
  return copy;
}

/** Returns the float initializers of a model that are not among `tensors`. */
function missing(model: Model, tensors: Readonly<Record<string, Tensor>>): string[] {
  return (model.graph?.initializer ?? []).filter((t) => {
    const dtype = dtypeOfCode(t.dataType);
    return dtype !== undefined && isFloat(dtype) && !Object.hasOwn(tensors, t.name);
  }).map((t) => t.name);
}

/** The place of a weight in a model. */
interface Slot {
  readonly tensor: TensorProto;
  readonly put: (value: Tensor) => void;
}

/** Returns a function that finds weights of a model by name; `undefined` if there is none of that name. */
function slotsOf(model: Model): (name: string) => Slot | undefined {
  const initializers = model.graph?.initializer ?? [];
  const places = new Map(initializers.map((t, i) => [t.name, i]));
  return (name) => {
    const i = places.get(name);
    const hidden = i === undefined ? hiddenWeight(model, name) : undefined;
    const tensor = i === undefined ? hidden?.tensor() : initializers[i]!;
    if (tensor === undefined) return undefined;
    return {
      tensor,
      put: (value) => {
        const encoded = encodeTensor(name, inType(value, dtypeOfCode(tensor.dataType)!, name));
        if (hidden !== undefined) hidden.replace(encoded);
        else initializers[i!] = encoded;
      },
    };
  };
}

/** Returns why a value cannot take the place of a tensor; `undefined` if it can. */
function misfit(value: Tensor | null, { dims, dataType }: TensorProto): string | undefined {
  if (value === null) return "is not a matrix, so it cannot be transposed";
  const [shape, dtype] = [dims.map(Number), dtypeOfCode(dataType)];
  if (shape.join() !== value.shape.join()) {
    return `has shape [${value.shape.join(", ")}] instead of [${shape.join(", ")}]`;
  }
  const fits = dtype === value.dtype || dtype !== undefined && isFloat(dtype) && isFloat(value.dtype);
  return fits ? undefined : `is ${value.dtype} instead of ${dtype ?? "an unknown type"}`;
}

/** Returns the same values in the type that the model has them in. */
function inType(value: Tensor, dtype: DType, name: string): Tensor {
  if (value.dtype === dtype) return value;
  const before = numbersOf(value);
  const rounded = tensorOf(before, value.shape, dtype);
  const lost = numbersOf(rounded).findIndex((v, i) => !Number.isFinite(v) && Number.isFinite(before[i]));
  if (lost >= 0) throw new ModelError(`initializer '${name}' is ${dtype}, which cannot hold ${before[lost]}`);
  return rounded;
}
