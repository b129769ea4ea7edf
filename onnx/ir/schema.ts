/**
 * Operator schemas of the `ai.onnx` domain: arity, attributes and allowed types of every version of every operator.
 *
 * The table `schemas.json` is extracted from the `onnx` package by `tools/schemas.py`.
 *
 * @module
 */
import table from "./schemas.json" with { type: "json" };

/** How often a formal input or output may occur. */
export type Multiplicity = "single" | "optional" | "variadic";

/** A formal input or output of an operator. */
export interface Formal {
  /** The name in the specification, such as `data`. */
  readonly name: string;
  /** A type variable such as `T`, or a type such as `tensor(int64)`. */
  readonly type: string;
  /** The multiplicity: required, optional or repeated. */
  readonly multiplicity: Multiplicity;
  /** Whether all values of a variadic formal share one type. */
  readonly homogeneous: boolean;
}

/** The kind of an attribute, as spelled in `AttributeProto.AttributeType`. */
export type AttributeKind =
  | "FLOAT"
  | "INT"
  | "STRING"
  | "TENSOR"
  | "GRAPH"
  | "SPARSE_TENSOR"
  | "TYPE_PROTO"
  | "FLOATS"
  | "INTS"
  | "STRINGS"
  | "TENSORS"
  | "GRAPHS"
  | "SPARSE_TENSORS"
  | "TYPE_PROTOS";

/** An attribute in a schema. */
export interface AttributeSchema {
  /** The kind of its value. */
  readonly type: AttributeKind;
  /** Whether a node must have it. */
  readonly required?: boolean;
  /** The value it has where a node leaves it out. */
  readonly default?: number | string | readonly number[] | readonly string[];
}

/** One version of one operator. */
export interface Schema {
  /** The operator's name. */
  readonly opType: string;
  /** The opset version that introduced this form. */
  readonly since: number;
  /** The formal inputs, in order. */
  readonly inputs: readonly Formal[];
  /** The formal outputs, in order. */
  readonly outputs: readonly Formal[];
  /** Least and greatest number of inputs. */
  readonly inputCount: readonly [number, number];
  /** Least and greatest number of outputs. */
  readonly outputCount: readonly [number, number];
  /** The attributes by name. */
  readonly attributes: Readonly<Record<string, AttributeSchema>>;
  /** The types that each type variable allows. */
  readonly types: Readonly<Record<string, readonly string[]>>;
  /** Whether the specification withdrew the operator at this version. */
  readonly deprecated: boolean;
}

type RawFormal = [name: string, type: string, multiplicity: number, heterogeneous: number];

interface RawSchema {
  since: number;
  in: RawFormal[];
  out: RawFormal[];
  arity: [number, number, number, number];
  attributes: Record<string, AttributeSchema>;
  types: Record<string, number>;
  deprecated?: boolean;
}

const raw = table as unknown as {
  onnx: string;
  opset: number;
  typeLists: string[][];
  operators: Record<string, RawSchema[]>;
};
const parsed = new Map<RawSchema, Schema>();
const MULTIPLICITIES: readonly Multiplicity[] = ["single", "optional", "variadic"];

/** The newest `ai.onnx` operator set version that the table describes. */
export const NEWEST_OPSET: number = raw.opset;

/**
 * The newest operator set of each domain that ONNX Runtime 1.30 supports; `""` is `ai.onnx`. Other domains are those of
 * a model's own functions, in any version.
 */
export const RUNTIME_OPSETS: Readonly<Record<string, number>> = {
  "": 26,
  "ai.onnx.ml": 5,
  "ai.onnx.preview": 1,
  "ai.onnx.preview.training": 1,
  "ai.onnx.training": 1,
  "com.microsoft": 1,
  "com.microsoft.nchwc": 1,
  "org.pytorch.aten": 1,
};

/**
 * Returns the names of all operators of the `ai.onnx` domain, in alphabetical order.
 *
 * @example
 * ```ts
 * import { operatorNames } from "./schema.ts";
 * import { assert } from "@std/assert";
 * assert(operatorNames().includes("MatMul"));
 * ```
 */
export function operatorNames(): string[] {
  return Object.keys(raw.operators);
}

/** Returns every version of an operator, oldest first; empty for a name that `ai.onnx` does not have. */
export function schemaVersions(opType: string): Schema[] {
  return (Object.hasOwn(raw.operators, opType) ? raw.operators[opType]! : []).map((s) => parse(opType, s));
}

/** Returns the schema of `opType` at `opset`; `undefined` if that operator set does not have it. */
export function schemaOf(opType: string, opset: number): Schema | undefined {
  const versions = Object.hasOwn(raw.operators, opType) ? raw.operators[opType]! : [];
  const found = versions.findLast((s) => s.since <= opset);
  return found && parse(opType, found);
}

function parse(opType: string, s: RawSchema): Schema {
  let schema = parsed.get(s);
  if (schema === undefined) {
    schema = {
      opType,
      since: s.since,
      inputs: s.in.map(formal),
      outputs: s.out.map(formal),
      inputCount: [s.arity[0], s.arity[1]],
      outputCount: [s.arity[2], s.arity[3]],
      attributes: s.attributes,
      types: Object.fromEntries(Object.entries(s.types).map(([name, i]) => [name, raw.typeLists[i]!])),
      deprecated: s.deprecated ?? false,
    };
    parsed.set(s, schema);
  }
  return schema;
}

function formal([name, type, multiplicity, heterogeneous]: RawFormal): Formal {
  return { name, type, multiplicity: MULTIPLICITIES[multiplicity]!, homogeneous: heterogeneous === 0 };
}

/** Returns the formal that position `index` falls on; a variadic formal takes all positions from its own on. */
export function formalAt(formals: readonly Formal[], index: number): Formal | undefined {
  const last = formals.at(-1);
  return formals[index] ?? (last?.multiplicity === "variadic" ? last : undefined);
}
