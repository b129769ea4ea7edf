/**
 * From one form of a value to the other.
 *
 * @module
 */
import type { Graph, Value } from "../../onnx/mod.ts";
import { type Block, fromBlocks, padTo, toBlocks } from "../blocks/mod.ts";
import { imageSizes } from "./shapes.ts";

/** Returns the plain form of `v`, without the channels that its form in blocks has beyond it. */
export function toPlain(g: Graph, blocked: Value, v: Value): Value {
  const { c, h, w } = imageSizes(v)!;
  if (isOnePlace(blocked, c, h * w)) return blocked;
  return asFloat(g, blocked, (x) => fromBlocks(g, x, c));
}

/** Returns the form in blocks of a plain value. */
export function toBlocked(g: Graph, plain: Value, block: Block): Value {
  const { c, h, w } = imageSizes(plain)!;
  if (isOnePlace(plain, padTo(c, block), h * w)) return plain;
  return asFloat(g, plain, (x) => toBlocks(g, x, block));
}

/** Returns whether an image has one place and no padded channels, and so the same memory in both forms. */
function isOnePlace(v: Value, channels: number, places: number): boolean {
  return places === 1 && v.shape![1] === channels;
}

/** Applies a function for floats: the runtime's reorders take nothing else. */
function asFloat(g: Graph, v: Value, apply: (x: Value) => Value): Value {
  if (v.dtype === "float32") return apply(v);
  return g.cast(apply(g.cast(v, { to: "float32" })), { to: v.dtype });
}
