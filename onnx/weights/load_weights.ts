import { checkOptions, type OptionNames } from "../../options/mod.ts";
import { dtypeOfCode, isFloat, type Tensor } from "../tensor/mod.ts";
import { hiddenWeight } from "./hidden_weights.ts";
import { type Model, ModelError } from "../proto/mod.ts";
import { withInitializers } from "./with_initializers.ts";

/** Options of {@linkcode loadWeights}. */
export interface LoadWeightsOptions {
  /** Names of matrices to transpose: weights of linear layers, for a model that has them the other way round. */
  readonly transpose?: readonly string[];
  /** Whether both must have the same names; otherwise what only one has is left as it is. `true` by default. */
  readonly strict?: boolean;
}

const LOAD_WEIGHTS_OPTIONS = { transpose: false, strict: "flag" } satisfies OptionNames<LoadWeightsOptions>;

/**
 * A copy of a model with weights from elsewhere, such as PyTorch's `state_dict` in safetensors, put in by name. Floats of
 * another width are converted.
 *
 * @throws {ModelError} listing all that does not fit: float initializers that are missing from `tensors` and tensors that
 * the model does not have (unless `strict` is `false`), and differing shapes and types; and for a number that the model's
 * type cannot hold, such as 1e39 in float32.
 *
 * @example
 * ```ts
 * import { buildModel, decodeTensor, Graph, tensor } from "../mod.ts";
 * import { loadWeights } from "./load_weights.ts";
 * import { assertEquals } from "@std/assert";
 * const g = new Graph();
 * g.output(g.neg(g.initializer("w", tensor(new Float32Array(2), [2, 1]))), "y");
 * const weights = { w: tensor(Float64Array.of(1, 2), [1, 2]) };
 * const model = loadWeights(buildModel(g), weights, { transpose: ["w"] });
 * assertEquals(decodeTensor(model.graph!.initializer[0]!), tensor(Float32Array.of(1, 2), [2, 1]));
 * ```
 */
export function loadWeights(
  model: Model,
  tensors: Readonly<Record<string, Tensor>>,
  options: LoadWeightsOptions = {},
): Model {
  checkOptions("loadWeights", options, LOAD_WEIGHTS_OPTIONS);
  const { transpose = [], strict = true } = options;
  const initializers = new Map(model.graph?.initializer.map((t) => [t.name, t]));
  const wrong: string[] = [];
  const values: [string, Tensor][] = [];
  for (const name of transpose) {
    if (!Object.hasOwn(tensors, name)) wrong.push(`'${name}' is to be transposed, but is not there`);
  }
  for (const [name, t] of initializers) {
    const dtype = dtypeOfCode(t.dataType);
    if (strict && dtype && isFloat(dtype) && !Object.hasOwn(tensors, name)) {
      wrong.push(`'${name}' is missing`);
    }
  }
  for (const [name, given] of Object.entries(tensors)) {
    const target = initializers.get(name) ?? hiddenWeight(model, name)?.tensor();
    if (target === undefined) {
      if (strict) wrong.push(`'${name}' is not in the model`);
      continue;
    }
    const value = transpose.includes(name) ? transposed(given) : given;
    const dtype = dtypeOfCode(target.dataType);
    const shape = target.dims.map(Number);
    if (value === null) wrong.push(`'${name}' is no matrix that could be transposed`);
    else if (shape.join() !== value.shape.join()) {
      wrong.push(`'${name}' has shape [${value.shape.join(", ")}] instead of [${shape.join(", ")}]`);
    } else if (dtype === value.dtype || dtype !== undefined && isFloat(dtype) && isFloat(value.dtype)) {
      values.push([name, value]);
    } else wrong.push(`'${name}' is ${value.dtype} instead of ${dtype}`);
  }
  if (wrong.length > 0) throw new ModelError(`the weights do not fit the model: ${wrong.join("; ")}`);
  return withInitializers(model, Object.fromEntries(values));
}

/** A matrix with rows and columns exchanged; `null` for anything else. */
function transposed(t: Tensor): Tensor | null {
  if (t.shape.length !== 2 || !isFloat(t.dtype)) return null;
  const [rows, columns] = t.shape as [number, number];
  const from = t.data as Float32Array;
  const data = new (from.constructor as Float32ArrayConstructor)(from.length);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) data[j * rows + i] = from[i * columns + j]!;
  }
  return { dtype: t.dtype, shape: [columns, rows], data };
}
