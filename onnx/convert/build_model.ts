/**
 * From a graph under construction to a model.
 *
 * @module
 */
import { checkOptions, type OptionNames } from "../../options/mod.ts";
import { create } from "../../deps.ts";
import type { Attribute, Graph, Initializer, Node, Value } from "../ir/mod.ts";
import {
  type AttributeProto,
  AttributeProto_AttributeType as Kind,
  AttributeProtoSchema,
  encodeTensor,
  type GraphProto,
  GraphProtoSchema,
  type Model,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  StringStringEntryProtoSchema,
  type TensorProto,
  TensorProtoSchema,
  TensorShapeProto_DimensionSchema,
  TensorShapeProtoSchema,
  TypeProto_TensorSchema,
  TypeProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from "../proto/mod.ts";
import { dtypeCode, int64Of, isFloat, type StaticShape } from "../tensor/mod.ts";

/** The IR version to write for an operator set version: the oldest that allows it. */
const IR_VERSIONS: readonly (readonly [opset: number, ir: bigint])[] = [
  [25, 12n],
  [24, 12n],
  [23, 11n],
  [21, 10n],
  [19, 9n],
  [15, 8n],
  [0, 7n],
];

/** The parts of a model besides its graph. */
export interface ModelOptions {
  /** The program that made it; `"descent"` by default. */
  producerName?: string;
  /** Prose about the model. */
  docString?: string;
  /** Functions that nodes of the graph call. */
  functions?: Model["functions"];
  /** Key and value pairs. */
  metadata?: Model["metadataProps"];
}

const MODEL_OPTIONS = {
  producerName: false,
  docString: false,
  functions: false,
  metadata: false,
} satisfies OptionNames<ModelOptions>;

/**
 * Returns a model of `graph`, at the graph's operator set versions. Constants that nothing reads are left out.
 *
 * @throws {RangeError} when an option is unknown.
 *
 * @example
 * ```ts
 * import { buildModel, Graph } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 * const g = new Graph();
 * g.output(g.neg(g.input("x", "float32", ["N"])), "y");
 * const { producerName, graph } = buildModel(g);
 * assertEquals([producerName, graph!.node[0]!.opType], ["descent", "Neg"]);
 * ```
 */
export function buildModel(graph: Graph, options: ModelOptions = {}): Model {
  checkOptions("buildModel", options, MODEL_OPTIONS);
  const opset = graph.opsets[""] ?? 0;
  return create(ModelProtoSchema, {
    irVersion: IR_VERSIONS.find(([least]) => opset >= least)![1],
    producerName: options.producerName ?? "descent",
    ...(options.docString === undefined ? {} : { docString: options.docString }),
    graph: graphProto(graph),
    opsetImport: Object.entries(graph.opsets).map(([domain, version]) => ({
      domain,
      version: BigInt(version),
    })),
    functions: [...options.functions ?? []],
    metadataProps: [...options.metadata ?? []],
  });
}

/** Returns a graph as ONNX serializes it; `taken` are names of nodes around it, which its own must differ from. */
export function graphProto(graph: Graph, taken: Set<string> = new Set()): GraphProto {
  const used = usedValues(graph);
  const held = [...graph.initializers.values()].filter((i) => used.has(i.value));
  // Readers take a float initializer for a parameter, so numbers of formulas become nodes.
  const number = ({ value }: typeof held[number]) => graph.constants.has(value) && isFloat(value.dtype);
  const numbers = held.filter(number).map(({ value, tensor }) =>
    create(NodeProtoSchema, {
      opType: "Constant",
      output: [value.name],
      attribute: [attributeProto("value", { type: "TENSOR", value: tensor() }, taken)],
    })
  );
  const weights = held.filter((i) => !number(i));
  return create(GraphProtoSchema, {
    name: graph.name,
    input: graph.inputs.map((v) =>
      graph.givenParameters.has(v) ? givenParameter(valueInfo(v)) : valueInfo(v)
    ),
    output: graph.outputs.map(valueInfo),
    initializer: weights.map(initializerProto),
    valueInfo: weights.filter((i) => Object.keys(i.metadata).length > 0).map(noted),
    node: [...numbers, ...graph.nodes.map((n) => nodeProto(n, taken))],
  });
}

/** Returns all values that nodes of the graph and of its subgraphs read, and the graph's outputs. */
function usedValues(graph: Graph): Set<Value> {
  const used = new Set<Value>(graph.outputs);
  const visit = (g: Graph) => {
    for (const node of g.nodes) {
      for (const v of node.inputs) if (v !== null) used.add(v);
      for (const a of node.attributes.values()) if (a.type === "GRAPH") visit(a.value);
    }
    for (const v of g.outputs) used.add(v);
  };
  visit(graph);
  return used;
}

function nodeProto(node: Node, taken: Set<string>): NodeProto {
  // Runtimes show node names in messages and profiles; an output's name is better than none.
  const wished = node.name || `${node.opType}:${node.outputs.find((o) => o !== null)?.name ?? ""}`;
  let name = wished;
  for (let i = 1; taken.has(name); i++) name = `${wished}_${i}`;
  taken.add(name);
  return create(NodeProtoSchema, {
    opType: node.opType,
    domain: node.domain,
    name,
    input: node.inputs.map((v) => v?.name ?? ""),
    output: node.outputs.map((v) => v?.name ?? ""),
    attribute: [...node.attributes].map(([n, a]) => attributeProto(n, a, taken)),
    metadataProps: notes(node.metadata),
  });
}

function attributeProto(name: string, a: Attribute, taken: Set<string>): AttributeProto {
  const utf8 = (s: string) => new TextEncoder().encode(s);
  switch (a.type) {
    case "FLOAT":
      return create(AttributeProtoSchema, { name, type: Kind.FLOAT, f: a.value });
    case "INT":
      return create(AttributeProtoSchema, { name, type: Kind.INT, i: int64Of(a.value) });
    case "STRING":
      return create(AttributeProtoSchema, { name, type: Kind.STRING, s: utf8(a.value) });
    case "FLOATS":
      return create(AttributeProtoSchema, { name, type: Kind.FLOATS, floats: [...a.value] });
    case "INTS":
      return create(AttributeProtoSchema, { name, type: Kind.INTS, ints: a.value.map(int64Of) });
    case "STRINGS":
      return create(AttributeProtoSchema, { name, type: Kind.STRINGS, strings: a.value.map(utf8) });
    case "TENSOR":
      return create(AttributeProtoSchema, { name, type: Kind.TENSOR, t: encodeTensor("", a.value) });
    case "GRAPH":
      return create(AttributeProtoSchema, { name, type: Kind.GRAPH, g: graphProto(a.value, taken) });
    case "OTHER":
      return a.value as AttributeProto;
  }
}

/** Returns an initializer as ONNX serializes it; the bytes of a model's weights are shared, not copied. */
function initializerProto({ value, bytes, tensor }: Initializer): TensorProto {
  const { name, dtype, shape } = value;
  if (bytes === undefined) return encodeTensor(name, tensor());
  const dims = (shape as StaticShape).map(BigInt);
  return create(TensorProtoSchema, { name, dims, dataType: dtypeCode(dtype), rawData: bytes });
}

/** Returns the notes about an initializer in the form that files keep them. */
function noted({ value, metadata }: Initializer): ValueInfoProto {
  const info = valueInfo(value);
  info.metadataProps = notes(metadata);
  return info;
}

function notes(metadata: Readonly<Record<string, string>>) {
  return Object.entries(metadata).map(([key, value]) => create(StringStringEntryProtoSchema, { key, value }));
}

function valueInfo(value: Value): ValueInfoProto {
  const { dtype, shape } = value.known;
  if (dtype === undefined) return create(ValueInfoProtoSchema, { name: value.name });
  const dim = (d: number | string) =>
    create(TensorShapeProto_DimensionSchema, {
      value: typeof d === "number" ? { case: "dimValue", value: BigInt(d) } : { case: "dimParam", value: d },
    });
  const tensor = create(TypeProto_TensorSchema, {
    elemType: dtypeCode(dtype),
    ...(shape === undefined ? {} : { shape: create(TensorShapeProtoSchema, { dim: shape.map(dim) }) }),
  });
  return create(ValueInfoProtoSchema, {
    name: value.name,
    type: create(TypeProtoSchema, { value: { case: "tensorType", value: tensor } }),
  });
}

/** The metadata key that marks an input as a parameter. */
const PARAMETER = "descent.parameter";

/** Marks an input as a parameter that a caller gives. */
function givenParameter(info: ValueInfoProto): ValueInfoProto {
  info.metadataProps.push(create(StringStringEntryProtoSchema, { key: PARAMETER, value: "true" }));
  return info;
}

/** Returns whether an input is marked as a parameter that a caller gives. */
export function isGivenParameter({ metadataProps }: ValueInfoProto): boolean {
  return metadataProps.some(({ key, value }) => key === PARAMETER && value === "true");
}
