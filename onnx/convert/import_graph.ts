/**
 * From a model to a graph under construction.
 *
 * @module
 */
import { checkOptions, type OptionNames } from "../../options/mod.ts";
import {
  type Attribute,
  checkNode,
  DEFAULT_OPSET,
  Graph,
  Node,
  RUNTIME_OPSETS,
  type Value,
} from "../ir/mod.ts";
import { isGivenParameter } from "./build_model.ts";
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
  type TypeProto,
} from "../proto/mod.ts";
import { type Dim, dtypeOfCode, type Shape, shapeText } from "../tensor/mod.ts";
import { stepsFirst } from "./expand/batch_first.ts";
import { expandNode } from "./expand/contrib.ts";
import { expandSequence } from "./expand/sequences.ts";
import { stackSequences } from "./expand/stacked_sequences.ts";
import { bodyOf, type Caller, type Entry } from "./import_body.ts";
import { argumentsOf, Functions, resolved } from "./functions.ts";
import type { Known } from "../infer/mod.ts";
import { OLDEST_OPSET, upgradeNode } from "./upgrade.ts";

/** How names of a model find their values. */
export interface ImportOptions {
  /** Values to use in place of inputs or initializers of the model, by name. */
  bind?: Readonly<Record<string, Value>>;
  /**
   * Other values to use in place of a node's outputs; `undefined` leaves them. It is asked about each node, in order, save
   * those in bodies of control flow.
   */
  replace?: (node: Node, into: Graph) => readonly (Value | null)[] | undefined;
}

const IMPORT_OPTIONS = { bind: false, replace: "function" } satisfies OptionNames<ImportOptions>;

/** The operator set versions that a model imports, by domain. */
export function opsetsOf(model: Model): Record<string, number> {
  return versionsOf(model.opsetImport);
}

/** Returns an empty graph to read a model into: of its operator sets, that of `ai.onnx` at least `DEFAULT_OPSET`. */
export function graphFor(model: Model): Graph {
  const opsets = opsetsOf(model);
  return new Graph({ opsets: { ...opsets, "": Math.max(opsets[""] ?? 0, DEFAULT_OPSET) } });
}

function versionsOf(imports: Model["opsetImport"]): Record<string, number> {
  const versions: Record<string, number> = {};
  for (const o of imports) {
    const [domain, version] = [o.domain === "ai.onnx" ? "" : o.domain, Number(o.version)];
    const what = `operator set ${version} of ${domain || "ai.onnx"}`;
    if (!(Number.isSafeInteger(version) && version >= 1)) throw new ModelError(`there is no ${what}`);
    checkVersion(domain, version, what);
    if (Object.hasOwn(versions, domain) && versions[domain] !== version) {
      throw new ModelError(`${what} is imported beside ${versions[domain]}: one version a domain`);
    }
    versions[domain] = version;
  }
  return versions;
}

/**
 * Checks an operator set's version.
 *
 * @throws {ModelError} when it is older than this reader supports, or newer than the runtime does.
 */
function checkVersion(domain: string, version: number, what: string): void {
  if (domain === "" && version < OLDEST_OPSET) {
    throw new ModelError(
      `${what} is older than ${OLDEST_OPSET}, the oldest supported one: earlier operators broadcast differently; ` +
        "export the model again, or convert it with onnx.version_converter",
    );
  }
  const newest = Object.hasOwn(RUNTIME_OPSETS, domain) ? RUNTIME_OPSETS[domain]! : Infinity;
  if (version > newest) {
    throw new ModelError(
      `${what} is newer than ${newest}, the newest that ONNX Runtime supports: export the model for that one`,
    );
  }
}

/**
 * Adds a model's graph to `into`: its inputs become inputs, its initializers initializers, save those that `bind` names.
 * Names are kept where they are free. A node that calls a function of the model becomes the function's nodes.
 *
 * @returns every value of the model by its name there, and the outputs in order.
 * @throws {ModelError} when a node reads a value that nothing before it computes, or its types or shapes are wrong.
 */
export function importModel(
  model: Model,
  into: Graph,
  options: ImportOptions = {},
): { values: Map<string, Value>; outputs: Value[] } {
  checkOptions("importModel", options, IMPORT_OPTIONS);
  if (model.graph === undefined) throw new ModelError("the model has no graph");
  const importer = new Importer(new Map(Object.entries(options.bind ?? {})), {
    opsets: opsetsOf(model),
    functions: new Functions(model.functions),
    depth: 0,
    written: { nodes: 0 },
    ...(options.replace ? { replace: options.replace } : {}),
  });
  return importer.run(model.graph, into);
}

/** A graph holding a model, with the model's outputs as its own. */
export function graphOf(model: Model): { graph: Graph; values: Map<string, Value> } {
  const graph = new Graph({ name: model.graph?.name || "graph", opsets: opsetsOf(model) });
  const { values, outputs } = importModel(model, graph);
  const names = model.graph!.output.map((o) => o.name);
  outputs.forEach((v, i) => graph.output(v, names[i]!));
  return { graph, values };
}

/** Where nodes are read: in a model's graph, in a subgraph, or in a function's body. */
interface Context {
  /** Operator set versions of the model or function. */
  readonly opsets: Readonly<Record<string, number>>;
  /** What nodes may call. */
  readonly functions: Functions;
  /** The attributes of the function around; absent outside of functions. */
  readonly given?: ReadonlyMap<string, AttributeProto>;
  /** What names of nodes begin with: those of the calls around. */
  readonly prefix?: string;
  /** Names wished for values of a function: its outputs are called what the call calls them. */
  readonly renamed?: ReadonlyMap<string, string>;
  /** What stands in for a node's outputs. */
  readonly replace?: NonNullable<ImportOptions["replace"]>;
  /** Whether this is a subgraph, whose own names hide those around it. */
  readonly inner?: boolean;
  /** The types and shapes of a body's inputs by its node, as the body need not declare them. */
  readonly entry?: Entry;
  /** How many subgraphs and functions are around. */
  readonly depth: number;
  /** How many nodes functions were written out to so far, in the whole model. */
  readonly written: { nodes: number };
}

/** Subgraphs and calls of functions that may be around each other: real models have few, and each is a recursion. */
const MOST_DEPTH = 64;

/** Nodes that functions may be written out to: calls that double at every level are soon more than any memory holds. */
const MOST_NODES = 200_000;

class Importer {
  readonly #declared = new Map<string, Known>();

  #nodes: readonly NodeProto[] = [];

  /** In a function's body, `null` stands for an optional input that the call leaves out. */
  constructor(readonly values: Map<string, Value | null>, readonly context: Context) {
    if (context.depth > MOST_DEPTH) {
      throw new RangeError(`subgraphs and functions are nested more than ${MOST_DEPTH} deep`);
    }
  }

  run(proto: GraphProto, into: Graph): { values: Map<string, Value>; outputs: Value[] } {
    const freshDim = () => into.freshDim();
    this.#nodes = proto.node;
    for (const v of [...proto.valueInfo, ...proto.output]) {
      this.#declared.set(v.name, located(`value '${v.name}'`, () => knownOf(v.type, freshDim)));
    }
    checkDistinct(proto.input, "graph input");
    checkDistinct(proto.output, "graph output");
    checkDistinct(proto.initializer, "initializer");
    const constants = new Map(proto.initializer.map((t) => [t.name, t]));
    for (const [i, input] of proto.input.entries()) {
      // Up to IR version 3 every initializer is an input too.
      if (this.#bound(input.name) || constants.has(input.name)) continue;
      const who = `graph input '${input.name}'`;
      if (input.type?.value.case === undefined && this.context.depth === 0) {
        throw new ModelError(`${who} has no type`);
      }
      const declared = located(who, () => knownOf(input.type, freshDim));
      const { dtype, shape } = this.context.entry?.(i, declared) ?? declared;
      const value = into.input(into.freeName(input.name), dtype, shape);
      if (isGivenParameter(input)) into.givenParameters.add(value);
      this.values.set(input.name, value);
    }
    const notes = new Map(proto.valueInfo.map((v) => [v.name, v.metadataProps]));
    for (const constant of constants.values()) {
      if (this.#bound(constant.name)) continue;
      const metadata = Object.fromEntries((notes.get(constant.name) ?? []).map((e) => [e.key, e.value]));
      this.values.set(constant.name, initializer(constant, { into, metadata }));
    }
    for (const t of proto.sparseInitializer) {
      throw new ModelError(
        `sparse initializer '${t.values?.name ?? ""}' is not supported; store it as a dense one`,
      );
    }
    proto.node.forEach((n, i) => this.#node(n, i, into));
    const outputs = proto.output.map((o) => this.#read(o.name, `graph output '${o.name}'`)!);
    return {
      values: this.values as Map<string, Value>,
      outputs,
    };
  }

  /** The nodes of a function, and what it returns. */
  runFunction(f: FunctionProto, into: Graph): (Value | null)[] {
    this.#nodes = f.node;
    for (const v of f.valueInfo) this.#declared.set(v.name, knownOf(v.type, () => into.freshDim()));
    this.context.written.nodes += f.node.length;
    if (this.context.written.nodes > MOST_NODES) {
      throw new RangeError(
        `function '${f.name}': the model's functions amount to more than ${MOST_NODES} nodes`,
      );
    }
    f.node.forEach((n, i) => this.#node(n, i, into));
    return f.output.map((name) => this.#read(name, `output '${name}' of function '${f.name}'`));
  }

  /** Bindings replace what the outermost graph declares; a subgraph's own names hide those around it. */
  #bound(name: string): boolean {
    return !this.context.inner && this.values.has(name);
  }

  #read(name: string, who: string): Value | null {
    const value = this.values.get(name);
    if (value !== undefined) return value;
    const later = this.#nodes.find((n) => name !== "" && n.output.includes(name));
    if (later !== undefined) {
      throw new ModelError(
        `${who} reads '${name}', which ${later.opType} node '${later.name}' computes, itself or after it: ` +
          "nodes must come in order, without a cycle",
      );
    }
    throw new ModelError(
      `${who} reads '${name}', which is no input, no initializer and no output of a node before it`,
    );
  }

  #node(proto: NodeProto, index: number, into: Graph): void {
    const domain = proto.domain === "ai.onnx" ? "" : proto.domain;
    const { opsets, functions, given = new Map(), prefix = "", renamed } = this.context;
    const label = proto.name === "" ? "" : `${prefix}${proto.name}`;
    const who = `${proto.opType || "?"} node ${label ? `'${label}'` : `number ${index}`}`;
    const opset = opsets[domain] ?? 0;
    const called = functions.of(proto);
    if (called === undefined && opset === 0) {
      throw new ModelError(`${who}: the model imports no operator set of domain '${domain || "ai.onnx"}'`);
    }
    const inputs = proto.input.map((name) => (name === "" ? null : this.#read(name, who)));
    for (const name of proto.output) {
      if (name !== "" && this.values.has(name) && (this.values.get(name)?.graph ?? into) === into) {
        throw new ModelError(
          `${who} computes '${name}', which is already there: a name may be assigned once`,
        );
      }
    }
    const stated = resolved(proto.attribute, given);
    const names = proto.output.map((name) => renamed?.get(name) ?? name);
    const outputs = located(who, () => {
      if (called !== undefined) return this.#call(called, { inputs, attributes: stated, names, label }, into);
      checkDistinct(stated, "attribute");
      const caller = { domain, opset, opType: proto.opType, inputs, stated };
      const attributes = new Map(stated.map((a) => [a.name, this.#attribute(a, { who, caller }, into)]));
      const old = new Node(proto.opType, domain, opset, label, inputs, attributes, notesOf(proto));
      const expanded = expandNode(into, old, names);
      if (expanded !== undefined) return expanded;
      if (domain === "") checkNode(old, names.length);
      const written = stepsFirst(into, old, names) ?? upgradeNode(into, old, { from: opset, names }) ??
        expandSequence(into, old, names) ?? stackSequences(into, old, names) ??
        this.#keep(old, names, into);
      const node = written.find((v) => v !== null)?.producer;
      const other = node?.opType === proto.opType ? this.context.replace?.(node, into) : undefined;
      return other ?? written;
    });
    proto.output.forEach((name, i) => {
      const value = outputs[i];
      if (value === null || value === undefined) return;
      const declared = this.#declared.get(name);
      if (declared !== undefined) value.known = merged(value.known, declared, who);
      this.values.set(name, value);
    });
  }

  /** Adds the nodes of a function in place of the node that calls it. */
  #call(
    f: FunctionProto,
    { inputs, attributes, names, label }: {
      inputs: readonly (Value | null)[];
      attributes: readonly AttributeProto[];
      names: readonly string[];
      label: string;
    },
    into: Graph,
  ): (Value | null)[] {
    if (inputs.length > f.input.length || names.length > f.output.length) {
      throw new RangeError(
        `function '${f.name}' takes ${f.input.length} inputs and returns ${f.output.length} values, ` +
          `the node has ${inputs.length} and ${names.length}`,
      );
    }
    const body = new Importer(new Map(f.input.map((name, i) => [name, inputs[i] ?? null])), {
      opsets: versionsOf(f.opsetImport),
      functions: this.context.functions.inside(f),
      given: argumentsOf(f, attributes),
      prefix: `${label || f.name}/`,
      depth: this.context.depth + 1,
      written: this.context.written,
      renamed: new Map(f.output.flatMap((name, i) => (names[i] ? [[name, names[i]!]] : []))),
      ...(this.context.replace ? { replace: this.context.replace } : {}),
    });
    return body.runFunction(f, into);
  }

  /** Adds a node whose form is the same at the graph's operator set. */
  #keep(old: Node, names: readonly string[], into: Graph): readonly (Value | null)[] {
    const opset = into.opsets[old.domain] ?? old.opset;
    const node = new Node(old.opType, old.domain, opset, old.name, old.inputs, old.attributes, old.metadata);
    into.append(node, names.length, { names, share: false });
    return node.outputs;
  }

  /** Reads a subgraph into a new graph; `entry` gives the types and shapes of its inputs. */
  #body(proto: GraphProto, entry: Entry | undefined, { name, into }: { name: string; into: Graph }): Graph {
    const body = new Graph({ name: proto.name || name, parent: into });
    const { entry: _, ...context } = this.context;
    const inner = new Importer(new Map(this.values), {
      ...context,
      ...(entry ? { entry } : {}),
      inner: true,
      depth: this.context.depth + 1,
    });
    for (const output of inner.run(proto, body).outputs) body.output(output);
    return body;
  }

  #attribute(a: AttributeProto, { who, caller }: { who: string; caller: Caller }, into: Graph): Attribute {
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
        const { g, name } = a;
        const build = (entry?: Entry) => this.#body(g, entry, { name, into });
        return { type: "GRAPH", value: bodyOf(caller, { build, freshDim: () => into.freshDim() }) };
      }
      default:
        return { type: "OTHER", value: a };
    }
  }
}

function initializer(
  proto: TensorProto,
  { into, metadata }: { into: Graph; metadata: Readonly<Record<string, string>> },
): Value {
  const from = { ...checkTensor(proto), read: () => decodeTensor(proto), metadata };
  return into.lazyInitializer(into.freeName(proto.name), from);
}

/** The one note of exporters about a node that is kept: its modules. Notes with lines of source code are dropped. */
export const MODULES_KEY = "pkg.torch.onnx.name_scopes";

function notesOf({ metadataProps }: NodeProto): Record<string, string> {
  const modules = metadataProps.find((e) => e.key === MODULES_KEY);
  return modules === undefined ? {} : { [MODULES_KEY]: modules.value };
}

/** @throws {ModelError} when two of them have one name, or one has none. */
function checkDistinct(named: readonly { name: string }[], what: string): void {
  const seen = new Set<string>();
  for (const { name } of named) {
    if (name === "") throw new ModelError(`${what} number ${seen.size} has no name`);
    if (seen.has(name)) throw new ModelError(`${what} '${name}' is there twice`);
    seen.add(name);
  }
}

/**
 * What a model declares of a value; dimensions without size or name get a symbol from `freshDim`, and so do those of size
 * -1, as some converters write them.
 *
 * @throws {RangeError} when a size is negative otherwise, or more than any tensor has, or the element type is unknown.
 */
export function knownOf(type: TypeProto | undefined, freshDim: () => string): Known {
  if (type?.value.case !== "tensorType") return { dtype: undefined, shape: undefined };
  const { elemType, shape } = type.value.value;
  const dims = shape?.dim.map((d): Dim => {
    if (d.value.case === "dimValue" && d.value.value !== -1n) {
      const size = Number(d.value.value);
      if (Number.isSafeInteger(size) && size >= 0) return size;
      throw new RangeError(`no dimension can have size ${size}`);
    }
    return d.value.case === "dimParam" && d.value.value !== "" ? d.value.value : freshDim();
  });
  const dtype = dtypeOfCode(elemType);
  if (dtype === undefined && elemType !== 0) throw new RangeError(`element type ${elemType} is not known`);
  return { dtype, shape: dims };
}

/** What is inferred, made more precise by what the model declares. @throws {ModelError} where they contradict. */
function merged(inferred: Known, declared: Known, who: string): Known {
  if (inferred.dtype !== undefined && declared.dtype !== undefined && inferred.dtype !== declared.dtype) {
    throw new ModelError(`${who}: its output is ${inferred.dtype}, but the model declares ${declared.dtype}`);
  }
  const [a, b] = [inferred.shape, declared.shape];
  const differ = (d: Dim, i: number) => typeof d === "number" && typeof b![i] === "number" && d !== b![i];
  if (a !== undefined && b !== undefined && (a.length !== b.length || a.some(differ))) {
    throw new ModelError(
      `${who}: its output has shape ${shapeText(a)}, but the model declares ${shapeText(b)}`,
    );
  }
  const dtype = inferred.dtype ?? declared.dtype;
  let shape: Shape | undefined = inferred.shape ?? declared.shape;
  if (inferred.shape !== undefined && declared.shape?.length === inferred.shape.length) {
    shape = inferred.shape.map((d, i) => {
      const other = declared.shape![i]!;
      return typeof d === "string" && typeof other === "number" ? other : d;
    });
  }
  return { dtype, shape, contents: inferred.contents, tensor: inferred.tensor };
}
