/**
 * Flat vectors of a training step: the state that a loop carries, values that are computed together, and the tensors that
 * statistics sum over.
 *
 * @module
 */
import type { Graph, StaticShape, Value } from "../../onnx/mod.ts";
import { sizeOf } from "../../onnx/tensor/mod.ts";
import { type FlatOptions, layoutOf, pack, unpack, unpadded, vectors } from "../../optim/flat/mod.ts";

/** Values of which some are together in vectors. */
export interface FlatState {
  /** Puts values together: the vectors first, then the values that are in none. */
  pack(g: Graph, values: readonly Value[]): Value[];
  /** Returns the values again, in their first order. */
  unpack(g: Graph, packed: readonly Value[]): Value[];
}

/** Values as they are. */
export const SEPARATE: FlatState = { pack: (_, values) => [...values], unpack: (_, packed) => [...packed] };

/**
 * Returns how to put values together.
 *
 * @param lists the numbers of the values in each vector; no number twice
 * @param shapes the shapes of all values
 */
export function flatState(
  lists: readonly (readonly number[])[],
  { shapes, flat }: { shapes: readonly StaticShape[]; flat: FlatOptions },
): FlatState {
  const members = lists.map((numbers) => {
    const own = numbers.map((i) => shapes[i]!);
    return { numbers, own, layout: layoutOf(own.map(sizeOf), flat) };
  });
  const inVector = new Set(lists.flat());
  const others = shapes.map((_, i) => i).filter((i) => !inVector.has(i));
  return {
    pack: (g, values) => [
      ...members.map(({ numbers, layout }) => pack(g, numbers.map((i) => values[i]!), layout)),
      ...others.map((i) => values[i]!),
    ],
    unpack(g, packed) {
      const values: Value[] = [];
      members.forEach(({ numbers, own, layout }, k) => {
        const tensors = unpack(g, packed[k]!, own, layout);
        numbers.forEach((i, at) => values[i] = tensors[at]!);
      });
      others.forEach((i, at) => values[i] = packed[members.length + at]!);
      return values;
    },
  };
}

/** Returns how names are put together for a sum over all: those of vectors that exist as they are, then small tensors. */
export function together(
  shapes: Readonly<Record<string, StaticShape>>,
  { known, flat }: { known: readonly (readonly string[])[]; flat: FlatOptions },
): (g: Graph, values: Readonly<Record<string, Value>>) => Record<string, Value> {
  const size = (name: string) => sizeOf(shapes[name]!);
  const others = Object.keys(shapes).filter((n) => !known.some((list) => list.includes(n)));
  const more = vectors(others.map(size), flat).map((numbers) => numbers.map((i) => others[i]!));
  // Two sums cost less than putting two tensors together and one sum.
  const lists = [...known, ...more.filter((list) => list.length > 2)];
  const inVector = new Set(lists.flat());
  return (g, values) => {
    const separate = Object.entries(values).filter(([name]) => !inVector.has(name));
    const joined = lists.map((list): [string, Value] => {
      const layout = layoutOf(list.map(size), flat);
      return [list[0]!, unpadded(g, pack(g, list.map((n) => values[n]!), layout), layout)];
    });
    return Object.fromEntries([...joined, ...separate]);
  };
}
