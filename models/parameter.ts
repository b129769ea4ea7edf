/**
 * Parameters of layers.
 *
 * @module
 */
import {
  type DType,
  type Graph,
  numbersOf,
  type StaticShape,
  type Tensor,
  tensorOf,
  type Value,
} from "../onnx/mod.ts";
import type { Initializer } from "./initializers.ts";

/** Name, size and initial values of a parameter. */
export interface ParameterSpec {
  readonly name: string;
  readonly shape: StaticShape;
  readonly seed: number;
  readonly initializer: Initializer;
}

/** Adds a parameter of the element type of `x`, the input of its layer. */
export function parameter(g: Graph, x: Value, { name, shape, seed, initializer }: ParameterSpec): Value {
  return g.initializer(name, ofType(initializer(shape, { seed, name }), x.known.dtype ?? "float32"));
}

function ofType(t: Tensor, dtype: DType): Tensor {
  return t.dtype === dtype ? t : tensorOf(numbersOf(t), t.shape, dtype);
}
