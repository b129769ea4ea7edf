/**
 * Types of values as text.
 *
 * @module
 */
import { dtypeOfCode } from "../tensor/mod.ts";
import type { TypeProto } from "./onnx_pb.ts";

/** Returns the type of a value, such as `float32[N, 3]`. */
export function typeText(type: TypeProto | undefined): string {
  if (type?.value.case !== "tensorType") return type?.value.case?.replace("Type", "") ?? "?";
  const { elemType, shape } = type.value.value;
  const dims = shape?.dim.map((d) => (d.value.case === undefined ? "?" : String(d.value.value))).join(", ");
  return `${dtypeOfCode(elemType) ?? "?"}${dims === undefined ? "" : `[${dims}]`}`;
}
