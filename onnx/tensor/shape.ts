/**
 * Shapes with symbolic dimensions.
 *
 * @module
 */

/** One dimension: its size, or the name of a size known only at run time. Two equal names are equal sizes. */
export type Dim = number | string;

/** The dimensions of a tensor, outermost first; `[]` is a scalar. An unknown rank is written `undefined` instead. */
export type Shape = readonly Dim[];

/** A shape whose every size is known. */
export type StaticShape = readonly number[];

/** Returns whether every dimension of `shape` is a number. */
export function isStatic(shape: Shape | undefined): shape is StaticShape {
  return shape !== undefined && shape.every((d) => typeof d === "number");
}

/** Returns the number of elements of a static shape; 1 for a scalar. */
export function sizeOf(shape: StaticShape): number {
  return shape.reduce((a, b) => a * b, 1);
}

/** Returns whether two shapes are the same in rank and in every dimension, symbols included. */
export function sameShape(a: Shape | undefined, b: Shape | undefined): boolean {
  return a !== undefined && b !== undefined && a.length === b.length && a.every((d, i) => d === b[i]);
}

/** Returns a shape as text: `[N, 3, 32]`, or `[?]` when the rank is unknown. */
export function shapeText(shape: Shape | undefined): string {
  return shape === undefined ? "[?]" : `[${shape.join(", ")}]`;
}

/** Returns `axis` counted from the front, given the rank. @throws {RangeError} outside `-rank .. rank-1`. */
export function normalizeAxis(axis: number, rank: number, what = "axis"): number {
  const limit = Math.max(rank, 1);
  if (!Number.isInteger(axis) || axis < -limit || axis >= limit) {
    throw new RangeError(`${what} must be in ${-limit}..${limit - 1} for rank ${rank}, got ${axis}`);
  }
  return axis < 0 ? axis + rank : axis;
}

/**
 * Returns the shape of an element-wise operation under NumPy's broadcasting rule.
 *
 * A symbol against 1 gives the symbol; a symbol against a number above 1 gives the number (at run time the symbol must
 * be 1 or that number); two different symbols give a fresh one from `freshDim`, since either may be 1.
 *
 * @throws {RangeError} when two known sizes differ and neither is 1.
 *
 * @example
 * ```ts
 * import { broadcastShapes } from "./shape.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(broadcastShapes([["N", 1, 3], [4, 1]], () => "fresh"), ["N", 4, 3]);
 * ```
 */
export function broadcastShapes(
  shapes: readonly (Shape | undefined)[],
  freshDim: () => string,
): Shape | undefined {
  if (shapes.some((s) => s === undefined)) return undefined;
  const known = shapes as readonly Shape[];
  const rank = Math.max(0, ...known.map((s) => s.length));
  return Array.from({ length: rank }, (_, i) => {
    let result: Dim = 1;
    for (const shape of known) {
      const d = shape[i - rank + shape.length] ?? 1;
      if (d === 1 || d === result) continue;
      if (result === 1) result = d;
      else if (typeof d === "number" && typeof result === "number") {
        throw new RangeError(`shapes ${known.map(shapeText).join(" and ")} do not broadcast`);
      } else if (typeof d === "number") result = d;
      else if (typeof result === "string") result = freshDim();
    }
    return result;
  });
}
