/**
 * Puts tensors together to a flat vector, and takes them apart, in a graph.
 *
 * @module
 */
import type { Graph, Value } from "../../onnx/mod.ts";
import { type DType, type StaticShape, tensorOf } from "../../onnx/tensor/mod.ts";
import type { Layout } from "./layout.ts";

/** The vector that tensors were taken from, and all that were. */
interface Source {
  readonly vector: Value;
  readonly taken: readonly Value[];
}

/** Where tensors come from, so that putting the same together again costs nothing. */
const sources = new WeakMap<Value, Source>();

/** Returns the vector that tensors were taken from, if these are all of it, in order. */
function sourceOf(g: Graph, tensors: readonly Value[]): Value | undefined {
  const source = sources.get(tensors[0]!);
  const same = source?.vector.graph === g && source.taken.length === tensors.length &&
    source.taken.every((t, i) => t === tensors[i]);
  return same ? source.vector : undefined;
}

/** Puts tensors together to one vector; each must have the shape that is known. */
export function pack(g: Graph, tensors: readonly Value[], layout: Layout): Value {
  const before = sourceOf(g, tensors);
  if (before !== undefined) return before;
  const { sizes, row, whole, rest, padding, length } = layout;
  if (row === 1) return joined(g, tensors.map((t, i) => shaped(g, t, [sizes[i]!])));
  const rows = (t: Value, size: number) => shaped(g, t, [size / row, row]);
  const first = whole.map((i) => rows(tensors[i]!, sizes[i]!));
  if (rest.length === 0) return shaped(g, joined(g, first), [length]);
  const fill = padding === 0 ? [] : [zeros(g, padding, tensors[0]!.dtype)];
  const last = joined(g, [...rest.map((i) => shaped(g, tensors[i]!, [sizes[i]!])), ...fill]);
  return shaped(g, joined(g, [...first, rows(last, last.shape![0] as number)]), [length]);
}

/** Takes a vector apart into tensors of these shapes. */
export function unpack(g: Graph, vector: Value, shapes: readonly StaticShape[], layout: Layout): Value[] {
  const { sizes, row, whole, rest, padding, length, parts } = layout;
  const flat: Value[] = [];
  if (row === 1) flat.push(...taken(g, vector, sizes, parts));
  else {
    const matrix = shaped(g, vector, [length / row, row]);
    const behind = rest.reduce((n, i) => n + sizes[i]!, padding);
    const counts = [...whole.map((i) => sizes[i]! / row), ...(rest.length === 0 ? [] : [behind / row])];
    const pieces = taken(g, matrix, counts, parts);
    whole.forEach((i, k) => flat[i] = pieces[k]!);
    if (rest.length > 0) {
      const filled = [...rest.map((i) => sizes[i]!), ...(padding === 0 ? [] : [padding])];
      const small = taken(g, shaped(g, pieces.at(-1)!, [behind]), filled, parts);
      rest.forEach((i, k) => flat[i] = small[k]!);
    }
  }
  const tensors = flat.map((v, i) => shaped(g, v, shapes[i]!));
  for (const t of tensors) sources.set(t, { vector, taken: tensors });
  return tensors;
}

/** Returns a vector without what fills its last row. */
export function unpadded(g: Graph, vector: Value, { length, padding }: Layout): Value {
  return padding === 0 ? vector : g.slice(vector, whole(g, [0]), whole(g, [length - padding]), whole(g, [0]));
}

function shaped(g: Graph, value: Value, shape: StaticShape): Value {
  return value.shape?.length === shape.length && value.shape.every((d, i) => d === shape[i])
    ? value
    : g.reshape(value, whole(g, shape));
}

function joined(g: Graph, values: readonly Value[]): Value {
  return values.length === 1 ? values[0]! : g.concat(values, { axis: 0 });
}

/** Cuts a value along its first axis, by as many nodes as it takes of a few parts each. */
function taken(g: Graph, value: Value, counts: readonly number[], parts: number): Value[] {
  if (counts.length === 1) return [value];
  if (counts.length <= parts) {
    return g.emit("Split", [value, whole(g, counts)], { attributes: { axis: 0 }, outputs: counts.length });
  }
  const chunks = Array.from(
    { length: Math.ceil(counts.length / parts) },
    (_, i) => counts.slice(i * parts, (i + 1) * parts),
  );
  const sums = chunks.map((chunk) => chunk.reduce((a, b) => a + b, 0));
  return taken(g, value, sums, parts).flatMap((piece, i) => taken(g, piece, chunks[i]!, parts));
}

function whole(g: Graph, numbers: readonly number[]): Value {
  return g.constant(tensorOf(numbers, [numbers.length], "int64"));
}

function zeros(g: Graph, length: number, dtype: DType): Value {
  return g.constant(tensorOf(new Array<number>(length).fill(0), [length], dtype));
}
