/**
 * A graph under construction: values in, operators applied, values out.
 *
 * @module
 */
import { checkOptions, type OptionNames } from "../../options/mod.ts";
import { type AttributeInput, attributeKey, settleAll } from "./attribute.ts";
import { bindTypes, checkArity, checkRequired, literalDtype } from "./check.ts";
import {
  type DType,
  dtypeOfSchema,
  isInteger,
  numbersOf,
  type Shape,
  shapeText,
  type Tensor,
  tensorOf,
} from "../tensor/mod.ts";
import { INFER, type Inferred } from "../infer/mod.ts";
import { Names } from "./names.ts";
import { Ops } from "./ops.ts";
import { inOrder } from "./order.ts";
import { formalAt, schemaOf } from "./schema.ts";
import { inferView, Node, Value } from "./value.ts";

/**
 * The `ai.onnx` operator set that graphs are built at by default: the newest that runtimes of the last two
 * years all load.
 */
export const DEFAULT_OPSET = 21;

/**
 * An operand of an operator method: a value, or a constant, which takes the type that the operator's schema requires.
 */
export type Operand = Value | number | boolean | readonly number[] | Tensor;

/** Settings of a new graph. */
export interface GraphOptions {
  /** The graph's name; `"graph"` by default. */
  name?: string;
  /** Operator set versions by domain (`""` is `ai.onnx`); `{ "": DEFAULT_OPSET }` by default. */
  opsets?: Readonly<Record<string, number>>;
  /** The graph whose values this one may read: given for the body of a control-flow operator. */
  parent?: Graph;
}

const GRAPH_OPTIONS = { name: false, opsets: false, parent: false } satisfies OptionNames<GraphOptions>;

/** Everything about a node but its operator and its inputs. */
export interface EmitOptions {
  /** Attributes by their ONNX names; `undefined` means absent. */
  attributes?: Readonly<Record<string, AttributeInput | undefined>>;
  /** Number of outputs; by default the schema's minimum, but at least one. */
  outputs?: number;
  /** The operator's domain; `""` (`ai.onnx`) by default. */
  domain?: string;
  /** The node's name; made from its first output by default. */
  name?: string;
  /** Names wished for the outputs. */
  outputNames?: readonly string[];
  /** Whether an equal existing node may be used instead; `true` by default. */
  share?: boolean;
}

const EMIT_OPTIONS = {
  attributes: false,
  outputs: false,
  domain: false,
  name: false,
  outputNames: false,
  share: "flag",
} satisfies OptionNames<EmitOptions>;

/** Options of {@linkcode Graph.scan}. */
export interface ScanOptions {
  /** Initial values of the states that are carried from one step to the next. */
  states: readonly Operand[];
  /** Values that are cut along their first dimension, one slice a step. */
  scanned: readonly Value[];
  /**
   * Whether to go from the last slice to the first; each output is stacked in the order of the slices in either case.
   */
  reverse?: boolean;
  /** Builds one step; new states have the types and shapes of the old. */
  body(
    step: Graph,
    states: Value[],
    slices: Value[],
  ): { states: readonly Value[]; outputs: readonly Value[] };
}

const SCAN_OPTIONS = {
  states: true,
  scanned: true,
  reverse: "flag",
  body: { needed: "function" },
} satisfies OptionNames<
  ScanOptions
>;

/** Options of {@linkcode Graph.loop}. */
export interface LoopOptions {
  /** The most steps. */
  most: number;
  /** Whether to take the first step: a boolean scalar. */
  condition: Value;
  /** Initial values of the states that are carried from one step to the next. */
  states: readonly Value[];
  /** Builds one step: whether to take another one, and new states of the types and shapes of the old. */
  body(step: Graph, states: Value[]): { condition: Value; states: readonly Value[] };
}

const LOOP_OPTIONS = {
  most: true,
  condition: true,
  states: true,
  body: { needed: "function" },
} satisfies OptionNames<LoopOptions>;

/** A named constant, decoded when it is first read. */
export interface Initializer {
  /** The value that nodes read. */
  readonly value: Value;
  /** The constant. */
  readonly tensor: () => Tensor;
  /** Decodes the constant of a model anew, into memory that nothing else uses. */
  readonly read: () => Tensor;
  /** The bytes of its elements in the model's file, little-endian; absent where they are stored in another way. */
  readonly bytes?: Uint8Array | undefined;
  /** Its metadata in the model's file; exporters note there what it was before. Usually empty. */
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * A graph under construction. One method per operator (inherited from `Ops`) checks its operands against the operator's
 * schema, infers the result's type and shape, and returns the value of an earlier node where the same operator was
 * applied to the same operands before.
 *
 * @example
 * ```ts
 * import { Graph } from "./graph.ts";
 * import { assertEquals } from "@std/assert";
 * const g = new Graph();
 * const x = g.input("x", "float32", ["N", 784]);
 * const w = g.input("w", "float32", [784, 10]);
 * assertEquals(g.matMul(x, w).shape, ["N", 10]);
 * ```
 */
export class Graph extends Ops {
  /** The graph's name. */
  readonly name: string;
  /** Operator set versions by domain. */
  readonly opsets: Readonly<Record<string, number>>;
  /** The graph whose values this one may read. */
  readonly parent: Graph | undefined;
  /** The values that a caller passes in, in order. */
  readonly inputs: Value[] = [];
  /** Constants by name. */
  readonly initializers: Map<string, Initializer> = new Map();
  /** The constants that are numbers of a formula, not learned weights: those that `constant` made. */
  readonly constants: Set<Value> = new Set();
  /** Inputs that were constants of a model before `toInput`: parameters that a caller provides. */
  readonly givenParameters: Set<Value> = new Set();
  /** The nodes, each after all that it reads. */
  readonly nodes: Node[] = [];
  /** The values that a caller gets back, in order. */
  readonly outputs: Value[] = [];
  readonly #names: Names;
  readonly #seen = new Map<string, readonly Value[]>();

  /** Starts an empty graph. */
  constructor(options: GraphOptions = {}) {
    super();
    checkOptions("Graph", options, GRAPH_OPTIONS);
    this.name = options.name ?? "graph";
    this.parent = options.parent;
    this.opsets = options.opsets ?? options.parent?.opsets ?? { "": DEFAULT_OPSET };
    this.#names = options.parent ? options.parent.#names : new Names();
  }

  /** Returns a name that no value of this graph or its subgraphs has, as near to `hint` as possible, and takes it. */
  freshName(hint: string): string {
    return this.#names.fresh(hint);
  }

  /**
   * Returns `name` if it is free, else a free name like it. Unlike `freshName` it does not take the name.
   *
   * @param options.reserved whether reserved names count as free, as they do for outputs
   */
  freeName(name: string, { reserved = false }: { reserved?: boolean } = {}): string {
    return this.#names.free(name, { reserved });
  }

  /** Reserves free names for outputs and inputs: values that are added later get other names. Names already taken are skipped. */
  reserve(names: readonly string[]): void {
    this.#names.reserve(names);
  }

  /** Returns a symbol for a size known only at run time. */
  freshDim(hint = "dim"): string {
    return this.#names.freshDim(hint);
  }

  /** Adds an input, which may take a reserved name. @throws {RangeError} when the name is taken. */
  input(name: string, dtype: DType | undefined, shape: Shape | undefined): Value {
    this.#names.release(name);
    this.#names.claim(name);
    const value = new Value(this, name, { dtype, shape });
    this.inputs.push(value);
    return value;
  }

  /** Adds a named constant, as models keep their weights in. @throws {RangeError} when the name is taken. */
  initializer(name: string, tensor: Tensor): Value {
    return this.lazyInitializer(name, { dtype: tensor.dtype, shape: tensor.shape, read: () => tensor });
  }

  /** Adds a named constant that is read when first used. @throws {RangeError} when the name is taken. */
  lazyInitializer(
    name: string,
    from: {
      dtype: DType;
      shape: readonly number[];
      read: () => Tensor;
      bytes?: Uint8Array | undefined;
      metadata?: Readonly<Record<string, string>> | undefined;
    },
  ): Value {
    this.#names.claim(name);
    // A weak reference: weights take much memory, graphs may live as long as a training, and weights can be read again.
    let held: WeakRef<Tensor> | undefined;
    const tensor = () => {
      const known = held?.deref();
      if (known !== undefined) return known;
      const read = from.read();
      held = new WeakRef(read);
      return read;
    };
    // Small integers determine shapes (axes, sizes); weights are never needed while a graph is built.
    const small = isInteger(from.dtype) && from.shape.length <= 1;
    const known = {
      dtype: from.dtype,
      shape: from.shape,
      get contents() {
        return small ? numbersOf(tensor()) : undefined;
      },
      get tensor() {
        return tensor();
      },
    };
    const value = new Value(this, name, known);
    const { read, bytes, metadata = {} } = from;
    this.initializers.set(name, { value, tensor, read, bytes, metadata });
    return value;
  }

  /**
   * Adds a constant, or returns an equal one. Numbers become a tensor of `dtype` (float32 by default); equal small ones
   * are shared.
   */
  constant(content: Tensor | number | boolean | readonly number[], dtype: DType = "float32"): Value {
    const tensor: Tensor = typeof content === "object"
      ? "dtype" in content ? content : tensorOf(content, dtype)
      : tensorOf([Number(content)], [], dtype);
    const key = tensor.data.length <= 64 && tensor.dtype !== "string"
      ? `constant|${tensor.dtype}|${tensor.shape}|${Array.from(tensor.data as ArrayLike<number>, keyOf)}`
      : undefined;
    // Looked up in this graph alone: providers that place shapes on the host want a body's constants inside the body.
    const seen = key === undefined ? undefined : this.#seen.get(key);
    if (seen !== undefined) return seen[0]!;
    const value = this.initializer(this.freeName("const"), tensor);
    this.constants.add(value);
    if (key !== undefined) this.#seen.set(key, [value]);
    return value;
  }

  /**
   * Makes `value` an output called `name`, which may be a reserved name; its own name by default.
   *
   * @returns the output: `value` itself, renamed, where a node of this graph computes it, else a copy.
   * @throws {RangeError} when the name is taken.
   */
  output(value: Value, name: string = value.name): Value {
    this.#names.release(name);
    let result = value;
    if (value.producer === undefined || value.graph !== this || this.outputs.includes(value)) {
      const wished = name === value.name ? this.freeName(`${name}_out`) : name;
      if (this.#names.has(wished)) this.#names.claim(wished);
      result = this.emit("Identity", [value], { outputNames: [wished], share: false })[0]!;
    } else if (name !== value.name) {
      this.#names.claim(name);
      result.name = name;
    }
    this.outputs.push(result);
    return result;
  }

  /**
   * Applies an operator: the untyped form of the operator methods, for any domain.
   *
   * @returns as many values as `outputs` says
   * @throws {TypeError | RangeError} naming the node, what is wrong with it, and what would be right.
   */
  emit(
    opType: string,
    operands: readonly (Operand | null | undefined)[],
    options: EmitOptions = {},
  ): Value[] {
    checkOptions(`emit ${opType}`, options, EMIT_OPTIONS);
    const domain = options.domain === "ai.onnx" ? "" : options.domain ?? "";
    const opset = this.opsets[domain];
    const where = `${opType}${options.name ? ` node '${options.name}'` : ""} (${domain || "ai.onnx"} ${
      opset ?? "?"
    })`;
    try {
      if (opset === undefined) throw new TypeError(`the graph imports no operator set of domain '${domain}'`);
      const schema = domain === "" ? schemaOf(opType, opset) : undefined;
      if (domain === "" && schema === undefined) {
        throw new TypeError("this operator set has no such operator");
      }
      const given = trimmed(operands);
      // A node may have to name inputs that it may leave out: Loop its condition.
      while (schema && given.length < Math.min(operands.length, schema.inputCount[0])) {
        if (formalAt(schema.inputs, given.length)?.multiplicity !== "optional") break;
        given.push(null);
      }
      const count = options.outputs ?? Math.max(1, schema?.outputCount[0] ?? 1);
      if (schema) checkArity(schema, given, count);
      for (const o of given) if (o instanceof Value) this.#checkReachable(o);
      const bound = schema ? bindTypes(schema, given) : {};
      const inputs = given.map((o, i) => {
        if (o instanceof Value || o === null) return o;
        if (typeof o === "object" && "dtype" in o) return this.constant(o);
        return this.constant(o, schema ? literalDtype(schema, i, bound) : "float32");
      });
      const attributes = settleAll(options.attributes ?? {}, schema);
      if (schema) checkRequired(schema, attributes);
      const node = new Node(opType, domain, opset, options.name ?? "", inputs, attributes);
      return this.append(node, count, {
        names: options.outputNames ?? [],
        share: options.share ?? true,
        dtypes: bound,
      });
    } catch (error) {
      if (error instanceof TypeError) throw new TypeError(`${where}: ${error.message}`, { cause: error });
      if (error instanceof RangeError) throw new RangeError(`${where}: ${error.message}`, { cause: error });
      throw error;
    }
  }

  /**
   * Adds a node that is already checked, and infers its outputs. The output name `""` leaves out an optional output.
   *
   * @param dtypes types bound to the schema's type variables; worked out from the inputs by default
   */
  append(
    node: Node,
    count: number,
    options: { names?: readonly string[]; share?: boolean; dtypes?: Readonly<Record<string, DType>> } = {},
  ): Value[] {
    const key = shareKey(node, count);
    const seen = key === undefined || options.share === false ? undefined : this.#find(key);
    if (seen !== undefined) return [...seen];
    const schema = node.domain === "" ? schemaOf(node.opType, node.opset) : undefined;
    const bound = options.dtypes ?? (schema ? bindTypes(schema, node.inputs) : {});
    const rule = node.domain === "" ? INFER[node.opType] : undefined;
    const inferred = rule?.(inferView(node, count, (hint) => this.freshDim(hint))) ?? [];
    const outputs = Array.from({ length: count }, (_, i): Value | null => {
      const wished = options.names?.[i];
      const formal = schema && formalAt(schema.outputs, i);
      // Required outputs stay even if unused: kernels write them, and ONNX Runtime crashes if an output of Split is
      // missing.
      if (wished === "" && (formal === undefined || formal.multiplicity === "optional")) return null;
      const what: Inferred = inferred[i] ?? {};
      // Outputs of a loop have a type each, which the type of its first operand does not determine.
      const shared = formal?.homogeneous ? bound[formal.type] : undefined;
      const dtype = what.dtype ?? shared ?? (formal && dtypeOfSchema(formal.type));
      const known = { dtype, shape: what.shape, contents: what.contents, tensor: constantOf(node) };
      return new Value(this, this.freshName(wished || `${hintOf(node)}${i ? `_${i}` : ""}`), known, node);
    });
    node.outputs = outputs;
    this.nodes.push(node);
    const values = outputs.filter((v) => v !== null);
    if (key !== undefined && values.length === count && !this.#seen.has(key)) this.#seen.set(key, values);
    return values;
  }

  /**
   * Adds a loop over the first dimension of the `scanned` values, as one `Scan` node.
   *
   * @returns the final states, and each step's outputs stacked along a new first dimension.
   */
  scan(options: ScanOptions): { states: Value[]; outputs: Value[] } {
    checkOptions("scan", options, SCAN_OPTIONS);
    const states = options.states.map((s) => (s instanceof Value ? s : this.#lift(s)));
    const body = new Graph({ name: "step", parent: this });
    const bodyStates = states.map((s) => body.input(body.freeName(`${s.name}_in`), s.known.dtype, s.shape));
    const slices = options.scanned.map((s) =>
      body.input(body.freeName(`${s.name}_slice`), s.known.dtype, s.shape?.slice(1))
    );
    const step = options.body(body, bodyStates, slices);
    if (step.states.length !== states.length) {
      throw new RangeError(`a scan's body must return ${states.length} states, got ${step.states.length}`);
    }
    for (const v of [...step.states, ...step.outputs]) {
      if (v.shape === undefined) {
        throw new TypeError(
          `the rank of each result of a scan's body must be known; that of '${v.name}' is not: ` +
            "declare the shapes of the model's inputs",
        );
      }
      body.output(v);
    }
    body.prune();
    const backwards = (values: readonly Value[]) =>
      options.reverse && values.length > 0 ? values.map(() => 1) : undefined;
    const out = this.emit("Scan", [...states, ...options.scanned], {
      attributes: {
        body,
        num_scan_inputs: slices.length,
        scan_input_directions: backwards(slices),
        scan_output_directions: backwards(step.outputs),
      },
      outputs: step.states.length + step.outputs.length,
    });
    return { states: out.slice(0, states.length), outputs: out.slice(states.length) };
  }

  /** Adds a loop that goes on while a condition holds, as one `Loop` node. @returns the final states. */
  loop(options: LoopOptions): Value[] {
    checkOptions("loop", options, LOOP_OPTIONS);
    const { most, condition, states } = options;
    const body = new Graph({ name: "step", parent: this });
    body.input(body.freeName("iteration"), "int64", []);
    body.input(body.freeName("goes_on"), "bool", []);
    const inside = states.map((s) => body.input(body.freeName(`${s.name}_in`), s.known.dtype, s.shape));
    const step = options.body(body, inside);
    if (step.states.length !== states.length) {
      throw new RangeError(`a loop's body must return ${states.length} states, got ${step.states.length}`);
    }
    for (const v of [step.condition, ...step.states]) body.output(v);
    body.prune();
    return this.emit("Loop", [this.constant(most, "int64"), condition, ...states], {
      attributes: { body },
      outputs: states.length,
    });
  }

  /** Adds a choice between two branches by a boolean scalar, as one `If` node. Both return equally many values. */
  if(
    condition: Value,
    thenBranch: (g: Graph) => readonly Value[],
    elseBranch: (g: Graph) => readonly Value[],
  ): Value[] {
    const branch = (name: string, build: (g: Graph) => readonly Value[]) => {
      const body = new Graph({ name, parent: this });
      for (const v of build(body)) body.output(v);
      body.prune();
      return body;
    };
    const then_branch = branch("then", thenBranch);
    const else_branch = branch("else", elseBranch);
    if (then_branch.outputs.length !== else_branch.outputs.length) {
      throw new RangeError(
        `both branches of an If must return equally many values, got ${then_branch.outputs.length} and ${else_branch.outputs.length}`,
      );
    }
    const attributes = { then_branch, else_branch };
    return this.emit("If", [condition], { attributes, outputs: then_branch.outputs.length });
  }

  /**
   * Replaces a node: its outputs become copies of `values`, and the node is removed. Readers of the outputs then read
   * the copies; all nodes are sorted again.
   */
  substitute(node: Node, values: readonly (Value | null)[]): void {
    const copies = node.outputs.flatMap((y, i) => {
      if (y === null) return [];
      const copy = new Node("Identity", "", this.opsets[""]!, "", [values[i]!], new Map());
      copy.outputs = [y];
      y.producer = copy;
      return [copy];
    });
    this.nodes.splice(this.nodes.indexOf(node), 1, ...copies);
    const nodes = inOrder(this.nodes);
    this.nodes.splice(0, this.nodes.length, ...nodes);
  }

  /** Makes an initializer an input of the same name: the caller then provides its content. */
  toInput(value: Value): void {
    if (!this.initializers.delete(value.name)) {
      throw new RangeError(`'${value.name}' is not an initializer of the graph`);
    }
    value.known = { dtype: value.known.dtype, shape: value.shape };
    this.inputs.push(value);
    this.givenParameters.add(value);
  }

  /** Drops the nodes and constants that no output depends on. */
  prune(): void {
    const needed = new Set<Value>(this.outputs);
    const kept = this.nodes.toReversed().filter((node) => {
      if (!node.outputs.some((y) => y !== null && needed.has(y))) return false;
      for (const x of node.reads()) needed.add(x);
      return true;
    });
    this.nodes.splice(0, this.nodes.length, ...kept.reverse());
    for (const [name, { value }] of this.initializers) if (!needed.has(value)) this.initializers.delete(name);
    this.#seen.clear();
  }

  #lift(operand: Exclude<Operand, Value>): Value {
    return this.constant(operand);
  }

  #checkReachable(value: Value): void {
    for (let g: Graph | undefined = this as Graph; g; g = g.parent) if (g === value.graph) return;
    throw new TypeError(
      `value '${value.name}' ${shapeText(value.shape)} belongs to another graph; pass it in as an input`,
    );
  }

  #find(key: string): readonly Value[] | undefined {
    for (let g: Graph | undefined = this as Graph; g; g = g.parent) {
      const seen = g.#seen.get(key);
      if (seen !== undefined) return seen;
    }
    return undefined;
  }
}

/** Operators that draw random numbers, and so differ from one node to the next. */
const RANDOM = new Set([
  "Bernoulli",
  "Dropout",
  "Multinomial",
  "RandomNormal",
  "RandomNormalLike",
  "RandomUniform",
  "RandomUniformLike",
]);

function shareKey(node: Node, count: number): string | undefined {
  if (RANDOM.has(node.opType)) return undefined;
  const attributes: string[] = [];
  for (const [name, attribute] of [...node.attributes].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const key = attributeKey(attribute);
    if (key === undefined) return undefined;
    attributes.push(`${name}=${key}`);
  }
  const inputs = node.inputs.map((v) => v?.id ?? "");
  return `${node.domain}.${node.opType}|${inputs}|${attributes.join(";")}|${count}`;
}

/** Returns the constant of a `Constant` node. */
function constantOf(node: Node): Tensor | undefined {
  if (node.opType !== "Constant" || node.domain !== "") return undefined;
  const [name, attribute] = [...node.attributes][0] ?? [];
  switch (attribute?.type) {
    case "TENSOR":
      return attribute.value;
    case "INT":
    case "FLOAT":
      return tensorOf([attribute.value], [], name === "value_int" ? "int64" : "float32");
    case "INTS":
    case "FLOATS":
      return tensorOf(attribute.value, name === "value_ints" ? "int64" : "float32");
    default:
      return undefined;
  }
}

function keyOf(x: number | bigint): string {
  return Object.is(x, -0) ? "-0" : String(x);
}

function hintOf(node: Node): string {
  return node.opType[0]!.toLowerCase() + node.opType.slice(1);
}

function trimmed(operands: readonly (Operand | null | undefined)[]): (Operand | null)[] {
  const result = operands.map((o) => o ?? null);
  while (result.at(-1) === null) result.pop();
  return result;
}
