/**
 * Tangents of values within a gradient, by a formula that takes fewer operators than the tangents of the operators that
 * compute the value: the way a second derivative goes through a slope, or through a standardized tensor.
 *
 * @module
 */
import type { Value } from "../onnx/mod.ts";

/** The tangent of a value that depends on one other alone. */
export interface KnownTangent {
  /** The value that it depends on. */
  readonly of: Value;
  /** Writes its tangent, from that of `of`. */
  readonly tangent: (t: Value) => Value;
}

const KNOWN = new WeakMap<Value, KnownTangent>();

/** Tells the forward sweep the tangent of a value. @returns the value */
export function withTangent(value: Value, known: KnownTangent): Value {
  KNOWN.set(value, known);
  return value;
}

/** Returns what is known of the tangent of a value. */
export function knownTangent(value: Value | null): KnownTangent | undefined {
  return value === null ? undefined : KNOWN.get(value);
}
