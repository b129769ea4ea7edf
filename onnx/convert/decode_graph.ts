/**
 * Decodes a model's graph: attributes, tensors, types and calls of functions, read from the file's messages once.
 *
 * @module
 */
import type { Attribute } from "../ir/mod.ts";
import {
  type AttributeProto,
  AttributeProto_AttributeType as Kind,
  checkTensor,
  decodeTensor,
  type FunctionProto,
  type GraphProto,
  located,
  type Model,
  ModelError,
  type NodeProto,
  type TensorProto,
} from "../proto/mod.ts";
import type { DType, Tensor } from "../tensor/mod.ts";
import { isGivenParameter } from "./build_model.ts";
import { type Declared, declaredOf } from "./declared.ts";
import { argumentsOf, Functions, resolved } from "./functions.ts";
import { opsetsOf, versionsOf } from "./opsets.ts";

/** The graph of a model, or the body of a node, by the names in the file. */
export interface DecodedGraph {
  /** Its name; may be empty. */
  readonly name: string;
  /** Its inputs, save those that are initializers too. */
  readonly inputs: readonly DecodedInput[];
  /** Its initializers. */
  readonly initializers: readonly DecodedInitializer[];
  /** The types and shapes that it declares of values within and of outputs, in order. */
  readonly declared: readonly (readonly [name: string, declared: Declared])[];
  /** Its nodes. */
  readonly nodes: readonly DecodedNode[];
  /** The names of its outputs. */
  readonly outputs: readonly string[];
}

/** An input of a graph. */
export interface DecodedInput {
  readonly name: string;
  /** The type and shape that the file declares; `undefined` without a type. */
  readonly declared: Declared | undefined;
  /** Whether it is marked as a parameter that a caller gives. */
  readonly given: boolean;
}

/** An initializer. */
export interface DecodedInitializer {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** Decodes its elements. */
  readonly read: () => Tensor;
  /** The bytes of its elements; absent where they are not stored as they are in memory. */
  readonly bytes?: Uint8Array;
  readonly metadata: Readonly<Record<string, string>>;
}

/** A node as stored in the file, before an upgrade to another operator set. */
export interface DecodedNode {
  /** The name of the node in messages. */
  readonly who: string;
  /** Its name in the file. */
  readonly name: string;
  /** Its name in graphs: that in the file after those of the calls of functions around it; may be empty. */
  readonly label: string;
  readonly opType: string;
  readonly domain: string;
  readonly opset: number;
  /** The names of its inputs; `""` for one that is left out. */
  readonly inputs: readonly string[];
  /** The names of its outputs. */
  readonly outputs: readonly string[];
  /** The names wished for its outputs in graphs. */
  readonly wished: readonly string[];
  readonly attributes: ReadonlyMap<string, DecodedAttribute>;
  /** The notes about it that are kept. */
  readonly metadata: Readonly<Record<string, string>>;
  /** The function that it calls; absent for operators. */
  readonly call?: DecodedFunction;
}

/** An attribute; a body is still to be added to a graph. */
export type DecodedAttribute = Attribute | { readonly type: "BODY"; readonly value: DecodedGraph };

/** A function, for one of the nodes that call it. */
export interface DecodedFunction {
  readonly name: string;
  readonly inputs: readonly string[];
  readonly declared: DecodedGraph["declared"];
  readonly nodes: readonly DecodedNode[];
  readonly outputs: readonly string[];
}

/** The surroundings of the nodes that are decoded: a model's graph, a body, or a function. */
interface Context {
  /** Operator set versions of the model or function. */
  readonly opsets: Readonly<Record<string, number>>;
  /** The functions that nodes may call. */
  readonly functions: Functions;
  /** The attributes of the function around; absent outside of functions. */
  readonly given?: ReadonlyMap<string, AttributeProto>;
  /** The prefix of node names: the names of the surrounding calls. */
  readonly prefix?: string;
  /** Names wished for values of a function: its outputs are called what the call calls them. */
  readonly renamed?: ReadonlyMap<string, string>;
  /** How many bodies and functions are around. */
  readonly depth: number;
  /** How many nodes functions were written out to so far, in the whole model. */
  readonly written: { nodes: number };
}

/** Bodies and calls of functions that may be around each other: real models have few, and each is a recursion. */
const MOST_DEPTH = 64;

/** Nodes that functions may be written out to: calls that double at every level are soon more than any memory holds. */
const MOST_NODES = 200_000;

/** Decodes the graph of a model. @throws {ModelError} when something in it is malformed, naming the place. */
export function decodeGraph(model: Model): DecodedGraph {
  if (model.graph === undefined) throw new ModelError("the model has no graph");
  const functions = new Functions(model.functions);
  return graphIn({ opsets: opsetsOf(model), functions, depth: 0, written: { nodes: 0 } }, model.graph);
}

function graphIn(context: Context, proto: GraphProto): DecodedGraph {
  const declared = [...proto.valueInfo, ...proto.output].map((v) =>
    [v.name, located(`value '${v.name}'`, () => declaredOf(v.type))] as const
  );
  checkDistinct(proto.input, "graph input");
  checkDistinct(proto.output, "graph output");
  checkDistinct(proto.initializer, "initializer");
  const constants = new Set(proto.initializer.map((t) => t.name));
  // Up to IR version 3 every initializer is an input too.
  const inputs = proto.input.filter((i) => !constants.has(i.name)).map((input) => ({
    name: input.name,
    declared: input.type?.value.case === undefined
      ? undefined
      : located(`graph input '${input.name}'`, () => declaredOf(input.type)),
    given: isGivenParameter(input),
  }));
  const notes = new Map(proto.valueInfo.map((v) => [v.name, v.metadataProps]));
  const initializers = proto.initializer.map((t) => {
    const metadata = Object.fromEntries((notes.get(t.name) ?? []).map((e) => [e.key, e.value]));
    return initializerOf(t, metadata);
  });
  for (const t of proto.sparseInitializer) {
    throw new ModelError(
      `sparse initializer '${t.values?.name ?? ""}' is not supported; store it as a dense one`,
    );
  }
  return {
    name: proto.name,
    inputs,
    initializers,
    declared,
    nodes: proto.node.map((n, i) => nodeIn(context, n, i)),
    outputs: proto.output.map((o) => o.name),
  };
}

function initializerOf(proto: TensorProto, metadata: Readonly<Record<string, string>>): DecodedInitializer {
  const { dtype, shape } = checkTensor(proto);
  // Any byte but 0 is true, while tensors hold 0 and 1.
  const raw = proto.rawData.length > 0 && dtype !== "bool" ? { bytes: proto.rawData } : {};
  return { name: proto.name, dtype, shape, read: () => decodeTensor(proto), ...raw, metadata };
}

function nodeIn(context: Context, proto: NodeProto, index: number): DecodedNode {
  const { opsets, functions, given = new Map(), prefix = "", renamed } = context;
  const domain = proto.domain === "ai.onnx" ? "" : proto.domain;
  const label = proto.name === "" ? "" : `${prefix}${proto.name}`;
  const who = `${proto.opType || "?"} node ${label ? `'${label}'` : `number ${index}`}`;
  const opset = opsets[domain] ?? 0;
  const called = functions.of(proto);
  if (called === undefined && opset === 0) {
    throw new ModelError(`${who}: the model imports no operator set of domain '${domain || "ai.onnx"}'`);
  }
  const stated = resolved(proto.attribute, given);
  const wished = proto.output.map((name) => renamed?.get(name) ?? name);
  return located(who, (): DecodedNode => {
    const node = {
      who,
      name: proto.name,
      label,
      opType: proto.opType,
      domain,
      opset,
      inputs: proto.input,
      outputs: proto.output,
      wished,
      metadata: notesOf(proto),
    };
    if (called !== undefined) {
      return { ...node, attributes: new Map(), call: callOf(context, called, { node, stated }) };
    }
    checkDistinct(stated, "attribute");
    return { ...node, attributes: new Map(stated.map((a) => [a.name, attributeIn(context, a, who)])) };
  });
}

/** Decodes the function that a node calls, with the attributes that the node gives. */
function callOf(
  context: Context,
  f: FunctionProto,
  { node, stated }: {
    readonly node: Pick<DecodedNode, "label" | "inputs" | "wished">;
    readonly stated: readonly AttributeProto[];
  },
): DecodedFunction {
  const { label, inputs, wished } = node;
  if (inputs.length > f.input.length || wished.length > f.output.length) {
    throw new RangeError(
      `function '${f.name}' takes ${f.input.length} inputs and returns ${f.output.length} values, ` +
        `the node has ${inputs.length} and ${wished.length}`,
    );
  }
  const { written } = context;
  const inside: Context = {
    opsets: versionsOf(f.opsetImport),
    functions: context.functions.inside(f),
    given: argumentsOf(f, stated),
    prefix: `${label || f.name}/`,
    depth: deeper(context),
    written,
    renamed: new Map(f.output.flatMap((name, i) => (wished[i] ? [[name, wished[i]!]] : []))),
  };
  written.nodes += f.node.length;
  if (written.nodes > MOST_NODES) {
    throw new RangeError(
      `function '${f.name}': the model's functions amount to more than ${MOST_NODES} nodes`,
    );
  }
  return {
    name: f.name,
    inputs: f.input,
    declared: f.valueInfo.map((v) => [v.name, declaredOf(v.type)]),
    nodes: f.node.map((n, i) => nodeIn(inside, n, i)),
    outputs: f.output,
  };
}

function deeper({ depth }: Context): number {
  if (depth >= MOST_DEPTH) {
    throw new RangeError(`subgraphs and functions are nested more than ${MOST_DEPTH} deep`);
  }
  return depth + 1;
}

function attributeIn(context: Context, a: AttributeProto, who: string): DecodedAttribute {
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  switch (a.type) {
    case Kind.FLOAT:
      return { type: "FLOAT", value: a.f };
    case Kind.INT:
      return { type: "INT", value: Number(a.i) };
    case Kind.STRING:
      return { type: "STRING", value: text(a.s) };
    case Kind.FLOATS:
      return { type: "FLOATS", value: a.floats };
    case Kind.INTS:
      return { type: "INTS", value: a.ints.map(Number) };
    case Kind.STRINGS:
      return { type: "STRINGS", value: a.strings.map(text) };
    case Kind.TENSOR:
      if (a.t === undefined) throw new ModelError(`${who}: attribute '${a.name}' has no tensor`);
      return { type: "TENSOR", value: decodeTensor(a.t) };
    case Kind.GRAPH: {
      if (a.g === undefined) throw new ModelError(`${who}: attribute '${a.name}' has no graph`);
      const body = graphIn({ ...context, depth: deeper(context) }, a.g);
      return { type: "BODY", value: body.name === "" ? { ...body, name: a.name } : body };
    }
    default:
      return { type: "OTHER", value: a };
  }
}

/** The one note of exporters about a node that is kept: its modules. Notes with lines of source code are dropped. */
export const MODULES_KEY = "pkg.torch.onnx.name_scopes";

function notesOf({ metadataProps }: NodeProto): Record<string, string> {
  const modules = metadataProps.find((e) => e.key === MODULES_KEY);
  return modules === undefined ? {} : { [MODULES_KEY]: modules.value };
}

/** Checks that all have names, each a different one. @throws {ModelError} naming the first without. */
function checkDistinct(named: readonly { name: string }[], what: string): void {
  const seen = new Set<string>();
  for (const { name } of named) {
    if (name === "") throw new ModelError(`${what} number ${seen.size} has no name`);
    if (seen.has(name)) throw new ModelError(`${what} '${name}' occurs twice`);
    seen.add(name);
  }
}
