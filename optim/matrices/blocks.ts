/**
 * Tensors cut into blocks.
 *
 * @module
 */
import type { Graph, Value } from "../../onnx/mod.ts";
import { sizeOf, type StaticShape } from "../../onnx/tensor/mod.ts";
import type { Expr } from "../language/mod.ts";

/** A block of a tensor: where it begins, and its sizes. */
export interface Block {
  readonly starts: readonly number[];
  readonly sizes: readonly number[];
}

/** Returns the blocks of a shape, in order: along each axis of `most` elements, the last one of fewer. */
export function blocksOf(shape: StaticShape, most: number): Block[] {
  return shape.reduce<Block[]>((blocks, d) => {
    const starts = Array.from({ length: Math.ceil(d / most) }, (_, i) => i * most);
    return blocks.flatMap((b) =>
      starts.map((start) => ({
        starts: [...b.starts, start],
        sizes: [...b.sizes, Math.min(most, d - start)],
      }))
    );
  }, [{ starts: [], sizes: [] }]);
}

/** Returns a block of a tensor that is looked at in a shape. */
export function blockOf(x: Expr, shape: StaticShape, block: Block): Expr {
  const { starts, sizes } = block;
  return {
    op: "whole",
    name: `block ${shape} at ${starts} of ${sizes}`,
    args: [x],
    shape: sizes,
    host: (a) => Float64Array.from(placesOf(shape, block), (place) => a![place]!),
    graph: (g, a) => {
      const ends = starts.map((start, axis) => start + sizes[axis]!);
      return g.slice(g.reshape(a!, [...shape]), [...starts], ends, starts.map((_, axis) => axis));
    },
  };
}

/** Returns a tensor from all its blocks, which were cut from it in the shape `cut`. */
export function joined(
  parts: readonly Expr[],
  { cut, blocks, shape }: { cut: StaticShape; blocks: readonly Block[]; shape: StaticShape },
): Expr {
  const counts = cut.map((_, axis) => new Set(blocks.map((b) => b.starts[axis])).size);
  return {
    op: "whole",
    name: `joined ${cut} to ${shape}`,
    args: parts,
    shape,
    host: (...arrays) => {
      const out = new Float64Array(sizeOf(cut));
      blocks.forEach((block, k) => placesOf(cut, block).forEach((place, i) => (out[place] = arrays[k]![i]!)));
      return out;
    },
    graph: (g, ...values) => g.reshape(addJoined(g, values, counts), [...shape]),
  };
}

/** Returns the place of each element of a block in the whole tensor. */
function placesOf(shape: StaticShape, { starts, sizes }: Block): number[] {
  return shape.reduce<number[]>(
    (places, d, axis) =>
      places.flatMap((place) =>
        Array.from({ length: sizes[axis]! }, (_, i) => place * d + starts[axis]! + i)
      ),
    [0],
  );
}

/** Joins blocks along one axis after another, the first one last. */
function addJoined(g: Graph, parts: readonly Value[], counts: readonly number[], axis = 0): Value {
  if (axis === counts.length) return parts[0]!;
  const each = parts.length / counts[axis]!;
  const along = Array.from(
    { length: counts[axis]! },
    (_, k) => addJoined(g, parts.slice(k * each, (k + 1) * each), counts, axis + 1),
  );
  return along.length === 1 ? along[0]! : g.concat(along, { axis });
}
