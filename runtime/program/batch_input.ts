/**
 * Turns a batch as the data set stores it into what a model's input takes.
 *
 * @module
 */
import { checkOptions } from "../../options/mod.ts";
import type { DType, Graph, Model, Shape, Tensor, Value } from "../../onnx/mod.ts";
import { knownOf } from "../../onnx/convert/mod.ts";
import { shapeText, sizeOf } from "../../onnx/tensor/mod.ts";
import { isTransposed } from "./transposed.ts";

/** The form in which a data set stores one input of a model. */
export interface DataInput {
  /** The element type as stored: `uint8` images stay bytes until a batch is gathered. */
  readonly dtype: DType;
  /** The stored shape, examples first. */
  readonly shape: readonly number[];
  /** Factor applied to each element after the cast to the input's type; 1 by default. */
  readonly scale?: number;
  /** Added to each element after scaling; 0 by default. */
  readonly shift?: number;
}

/** The data for one input of a model: a tensor, examples first, and how to read its elements. */
export interface DataTensor extends Tensor, DataInput {}

/** The augmentation of an input: of examples as they are stored, or of the shape that the model reads. */
export interface InputAugment {
  readonly stored: boolean;
  readonly apply: (g: Graph, x: Value) => Value;
}

/**
 * Casts a gathered batch to the element type of the model's input, scales and shifts it, augments it, and gives it the
 * input's shape where that has as many elements an example.
 *
 * @throws {RangeError} when the model has no such input, or the shapes do not fit.
 */
export function batchInput(
  g: Graph,
  batch: Value,
  { name, spec, model, augment }: {
    name: string;
    spec: DataInput;
    model: Model;
    augment?: InputAugment | undefined;
  },
): Value {
  const declared = model.graph!.input.find((i) => i.name === name);
  if (declared === undefined) {
    const names = model.graph!.input.map((i) => i.name).join(", ");
    throw new RangeError(`the model has no input '${name}'; it has ${names}`);
  }
  checkInput(name, spec);
  const wanted = knownOf(declared.type, () => g.freshDim());
  let x = batch;
  if (wanted.dtype !== undefined && wanted.dtype !== x.dtype) x = g.cast(x, { to: wanted.dtype });
  if (spec.scale !== undefined && spec.scale !== 1) x = g.mul(x, spec.scale);
  if (spec.shift !== undefined && spec.shift !== 0) x = g.add(x, spec.shift);
  if (augment?.stored) x = augment.apply(g, x);
  const shaped = reshaped(g, x, { name, wanted: wanted.shape });
  return augment?.stored === false ? augment.apply(g, shaped) : shaped;
}

/**
 * Checks the fields of an input.
 *
 * @throws {RangeError} for an unknown field, such as a misspelled `scale`, or a scale or shift that is not a number.
 */
function checkInput(name: string, spec: DataInput & { readonly data?: unknown }): void {
  // A row source may have further fields.
  if (!("read" in spec)) {
    checkOptions(`the data for '${name}'`, spec, {
      dtype: true,
      shape: true,
      scale: false,
      shift: false,
      data: false,
    });
  }
  const { scale = 1, shift = 0 } = spec;
  for (const [field, value] of Object.entries({ scale, shift })) {
    if (typeof value !== "number" || Number.isNaN(value)) {
      throw new RangeError(`the data for '${name}': ${field} must be a number, got ${String(value)}`);
    }
  }
}

function reshaped(g: Graph, x: Value, { name, wanted }: { name: string; wanted: Shape | undefined }): Value {
  const stored = x.shape!.slice(1) as number[];
  if (wanted === undefined) return x;
  const example = wanted.slice(1);
  const open = example.filter((d) => typeof d === "string").length;
  if (example.length === stored.length && example.every((d, i) => typeof d === "string" || d === stored[i])) {
    return x;
  }
  if (open === 0 && sizeOf(example as number[]) === sizeOf(stored)) {
    if (isTransposed(stored, example as number[])) {
      throw new RangeError(
        `input '${name}' takes ${shapeText(wanted)}, but the data set holds examples of shape ${
          shapeText(stored)
        }: the same dimensions in another order, so transpose the data`,
      );
    }
    return g.reshape(x, [-1, ...example as number[]]);
  }
  throw new RangeError(
    `input '${name}' takes ${shapeText(wanted)}, but the data set holds examples of shape ${
      shapeText(stored)
    }`,
  );
}
