/**
 * Contents of small tensors that follow from shapes.
 *
 * @module
 */
import {
  type Dim,
  isFloat,
  isInteger,
  isStatic,
  numbersOf,
  type Shape,
  sizeOf,
  type StaticShape,
} from "../tensor/mod.ts";
import type { Known } from "./types.ts";

/** Tensors of more elements than this steer no shapes; their contents are not followed. */
const MOST = 256;

/**
 * Returns the contents of a value, where they are known: those that were inferred, else those of the constant it is.
 */
export function contentsOf(known: Known | null | undefined): readonly Dim[] | undefined {
  if (known == null) return undefined;
  const { dtype, shape } = known;
  // The size comes first: reading the contents of a weight may mean decoding it.
  if (isStatic(shape) && sizeOf(shape) > MOST) return undefined;
  if (dtype !== undefined && !isFloat(dtype) && !isInteger(dtype) && dtype !== "bool") return undefined;
  if (known.contents !== undefined) return known.contents;
  const tensor = known.tensor;
  return tensor === undefined || sizeOf(tensor.shape) > MOST ? undefined : numbersOf(tensor);
}

/** Returns the contents of a value where all of them are numbers. */
export function numbersIn(known: Known | null | undefined): readonly number[] | undefined {
  const contents = contentsOf(known);
  return isStatic(contents) ? contents : undefined;
}

/** Returns the one entry of a scalar or of a vector of length 1. */
export function scalarOf(known: Known | null | undefined): Dim | undefined {
  const contents = contentsOf(known);
  return contents?.length === 1 ? contents[0] : undefined;
}

/** Returns how many entries a vector has; `undefined` when that is not known. */
export function lengthOf(known: Known | null | undefined): number | undefined {
  const length = known?.shape?.length === 1 ? known.shape[0] : contentsOf(known)?.length;
  return typeof length === "number" ? length : undefined;
}

/** A value whose elements can be moved: its static shape and its contents. */
export interface Held {
  /** The dimensions. */
  readonly shape: StaticShape;
  /** The elements, row-major. */
  readonly contents: readonly Dim[];
}

/** Returns a value's shape and contents, where both are known and agree. */
export function heldIn(known: Known | null | undefined): Held | undefined {
  const shape = known?.shape;
  if (!isStatic(shape)) return undefined;
  const contents = contentsOf(known);
  return contents?.length === sizeOf(shape) ? { shape, contents } : undefined;
}

/** Returns the contents of a tensor of shape `to`, whose element at an index is that of `from` at `source(index)`. */
export function pick(
  from: Held | undefined,
  to: Shape | undefined,
  source: (index: readonly number[]) => readonly number[],
): readonly Dim[] | undefined {
  if (from === undefined || !isStatic(to) || sizeOf(to) > MOST) return undefined;
  return Array.from({ length: sizeOf(to) }, (_, flat) => {
    const at = source(unflatten(flat, to));
    return from.contents[from.shape.reduce((sum, d, i) => sum * d + at[i]!, 0)]!;
  });
}

/** Returns the contents of a value broadcast to `to`. */
export function pickBroadcast(from: Held | undefined, to: Shape | undefined): readonly Dim[] | undefined {
  return pick(from, to, (index) => {
    const shape = from!.shape;
    return shape.map((d, i) => (d === 1 ? 0 : index[i + index.length - shape.length]!));
  });
}

function unflatten(flat: number, shape: StaticShape): number[] {
  const index: number[] = [];
  for (let i = shape.length - 1, rest = flat; i >= 0; i--) {
    index[i] = rest % shape[i]!;
    rest = Math.floor(rest / shape[i]!);
  }
  return index;
}
