/**
 * Attributes of nodes, as the builder holds them.
 *
 * @module
 */
import { type DType, dtypeCode, type Tensor } from "../tensor/mod.ts";
import type { Graph } from "./graph.ts";
import type { AttributeKind, Schema } from "./schema.ts";

/** An attribute as callers pass it; its kind comes from the operator's schema. A boolean is 0 or 1. */
export type AttributeInput =
  | number
  | boolean
  | string
  | Tensor
  | Graph
  | readonly number[]
  | readonly string[];

/** An attribute whose kind is known. Kinds that this library does not interpret keep their serialized form. */
export type Attribute =
  | { readonly type: "FLOAT" | "INT"; readonly value: number }
  | { readonly type: "STRING"; readonly value: string }
  | { readonly type: "FLOATS" | "INTS"; readonly value: readonly number[] }
  | { readonly type: "STRINGS"; readonly value: readonly string[] }
  | { readonly type: "TENSOR"; readonly value: Tensor }
  | { readonly type: "GRAPH"; readonly value: Graph }
  | { readonly type: "OTHER"; readonly value: unknown };

/**
 * Settles the attributes of an operator, whose schema names their kinds; without a schema the values do.
 *
 * @throws {TypeError} naming an attribute that the operator does not have, or whose value is not of its kind.
 */
export function settleAll(
  given: Readonly<Record<string, AttributeInput | undefined>>,
  schema: Schema | undefined,
): Map<string, Attribute> {
  const attributes = new Map<string, Attribute>();
  for (const [name, input] of Object.entries(given)) {
    if (input === undefined) continue;
    const kind = schema ? schema.attributes[name]?.type : kindOf(input);
    if (kind === undefined) {
      throw new TypeError(
        `no attribute '${name}'; it has ${Object.keys(schema!.attributes).join(", ") || "none"}`,
      );
    }
    try {
      attributes.set(name, settle(settleDtype(input, name), kind));
    } catch (error) {
      throw new TypeError(`attribute '${name}' ${(error as Error).message}`);
    }
  }
  return attributes;
}

/** Returns the kind of an attribute of an operator without a schema: whole numbers are `INT`, others `FLOAT`. */
function kindOf(input: AttributeInput): AttributeKind {
  if (Array.isArray(input)) {
    if (input.some((v) => typeof v === "string")) return "STRINGS";
    return input.every(Number.isInteger) ? "INTS" : "FLOATS";
  }
  switch (typeof input) {
    case "boolean":
      return "INT";
    case "number":
      return Number.isInteger(input) ? "INT" : "FLOAT";
    case "string":
      return "STRING";
    default:
      return "nodes" in (input as object) ? "GRAPH" : "TENSOR";
  }
}

/** Returns a settled attribute from what a caller gave. @throws {TypeError} when the value is not of the kind. */
function settle(input: AttributeInput, kind: AttributeKind): Attribute {
  switch (kind) {
    case "INT":
      if (typeof input === "boolean") return { type: kind, value: input ? 1 : 0 };
      if (Number.isSafeInteger(input)) return { type: kind, value: input as number };
      break;
    case "FLOAT":
      if (typeof input === "number") return { type: kind, value: input };
      break;
    case "STRING":
      if (typeof input === "string") return { type: kind, value: input };
      break;
    case "INTS":
      if (isNumbers(input) && input.every(Number.isSafeInteger)) return { type: kind, value: [...input] };
      break;
    case "FLOATS":
      if (isNumbers(input)) return { type: kind, value: [...input] };
      break;
    case "STRINGS":
      if (isStrings(input)) return { type: kind, value: [...input] };
      break;
    case "TENSOR":
      if (isObject(input) && "dtype" in input) return { type: kind, value: input };
      break;
    case "GRAPH":
      if (isObject(input) && "nodes" in input) return { type: kind, value: input };
      break;
    default:
      throw new TypeError(`of kind ${kind} can be read from a model, not built`);
  }
  throw new TypeError(`must be of kind ${kind}, got ${JSON.stringify(input)}`);
}

/** Returns the code of an element type given by name to an attribute that names one, such as `to` of `Cast`. */
function settleDtype(input: AttributeInput, name: string): AttributeInput {
  return typeof input === "string" && /^(to|dtype|output_dtype)$/.test(name)
    ? dtypeCode(input as DType)
    : input;
}

/** Returns a text that is equal for equal attributes; `undefined` for those that are never taken to be equal. */
export function attributeKey(attribute: Attribute): string | undefined {
  switch (attribute.type) {
    case "TENSOR":
    case "GRAPH":
    case "OTHER":
      return undefined;
    default:
      return `${attribute.type}:${JSON.stringify(attribute.value)}`;
  }
}

function isObject(input: AttributeInput): input is Tensor | Graph {
  return typeof input === "object" && !Array.isArray(input);
}

function isNumbers(input: AttributeInput): input is readonly number[] {
  return Array.isArray(input) && input.every((v) => typeof v === "number");
}

function isStrings(input: AttributeInput): input is readonly string[] {
  return Array.isArray(input) && input.every((v) => typeof v === "string");
}
