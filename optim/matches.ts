/**
 * Compares tensors with names, types and shapes, fast enough for each call of an optimizer.
 *
 * @module
 */
import type { ParamSpec } from "./language/mod.ts";
import type { Param, Params } from "./params.ts";

/** Returns whether a record has exactly these names, each with its type and shape; `checkMatches` says what is wrong. */
export function matches(
  record: Params | undefined,
  names: readonly string[],
  specs: Readonly<Record<string, ParamSpec>>,
): boolean {
  if (typeof record !== "object" || record === null) return false;
  let count = 0;
  for (const _ in record) count++;
  if (count !== names.length) return false;
  for (let i = 0; i < names.length; i++) {
    const name = names[i]!;
    if (!Object.hasOwn(record, name) || !hasSpec(record[name]!, specs[name]!)) return false;
  }
  return true;
}

function hasSpec(p: Param, { dtype, shape }: ParamSpec): boolean {
  if (p instanceof Float64Array || p instanceof Float32Array) {
    return shape.length === 1 && shape[0] === p.length &&
      dtype === (p instanceof Float64Array ? "float64" : "float32");
  }
  if (p?.shape === shape) return p.dtype === dtype;
  if (p?.dtype !== dtype || p.shape.length !== shape.length) return false;
  for (let i = 0; i < shape.length; i++) if (p.shape[i] !== shape[i]) return false;
  return true;
}
