/**
 * Helpers that rules of several families share.
 *
 * @module
 */
import { type Dim, type DType, dtypeOfCode, type Shape, shapeText } from "../tensor/mod.ts";
import type { InferNode, Inferred, InferRule } from "./types.ts";

/** Returns the shape of input `i`; `undefined` when it is left out or of unknown rank. */
export function shapeAt(node: InferNode, i: number): Shape | undefined {
  return node.inputs[i]?.shape;
}

/** Returns the element type of input `i`. */
export function dtypeAt(node: InferNode, i: number): DType | undefined {
  return node.inputs[i]?.dtype;
}

/** Returns whether input `i` is given. */
export function hasInput(node: InferNode, i: number): boolean {
  return node.inputs[i] != null;
}

/** Returns a rule for outputs that all have the shape of input `from`. */
export function likeInput(from = 0, dtype?: DType): InferRule {
  return (node) => Array.from({ length: node.outputCount }, () => ({ shape: shapeAt(node, from), dtype }));
}

/** Returns a rule for one scalar. */
export function scalar(dtype?: DType): InferRule {
  return () => [{ shape: [], dtype }];
}

/** Returns a rule for outputs of which nothing can be said. */
export function unknown(): readonly Inferred[] {
  return [];
}

/** Returns the element type that an attribute names by its code; `undefined` if it is absent or 0. */
export function dtypeAttribute(node: InferNode, name: string): DType | undefined {
  const code = node.int(name);
  if (code === undefined || code === 0) return undefined;
  const dtype = dtypeOfCode(code);
  if (dtype === undefined) {
    throw new RangeError(`attribute '${name}' must be the code of an element type, got ${code}`);
  }
  return dtype;
}

/** Checks a rank. @throws {RangeError} when a shape is known and of another rank than one of `ranks`. */
export function checkRank(shape: Shape | undefined, ranks: readonly number[], what: string): void {
  if (shape !== undefined && !ranks.includes(shape.length)) {
    throw new RangeError(`${what} must have rank ${ranks.join(" or ")}, got ${shapeText(shape)}`);
  }
}

/** Checks a rank. @throws {RangeError} when a shape is known and has fewer dimensions than `least`. */
export function checkLeastRank(shape: Shape | undefined, least: number, what: string): void {
  if (shape !== undefined && shape.length < least) {
    throw new RangeError(`${what} must have rank ${least} or more, got ${shapeText(shape)}`);
  }
}

/** Checks two sizes. @throws {RangeError} when both are known and differ. */
export function checkEqual(a: Dim | undefined, b: Dim | undefined, message: string): void {
  if (typeof a === "number" && typeof b === "number" && a !== b) throw new RangeError(message);
}

/** Returns an output of a shape and nothing else. */
export function shaped(shape: Shape | undefined, contents?: readonly Dim[]): Inferred[] {
  return [{ shape, contents }];
}
