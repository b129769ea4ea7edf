/**
 * Values and nodes: what a graph under construction is made of.
 *
 * @module
 */
import type { Attribute } from "./attribute.ts";
import { type Dim, type DType, type Shape, shapeText, type Tensor } from "../tensor/mod.ts";
import type { Graph } from "./graph.ts";
import type { InferNode, Known } from "../infer/mod.ts";
import { schemaOf } from "./schema.ts";

let created = 0;

/** An edge of the graph: an input, an initializer or an output of a node. */
export class Value {
  /** A number that no other value of this process has. */
  readonly id: number = created++;

  /** Makes a value; graphs do so. */
  constructor(
    /** The graph that holds it; usable there and in every subgraph of it. */
    readonly graph: Graph,
    /** The name it is written with; unique over a graph and its subgraphs. */
    public name: string,
    /** Its type, shape and contents, as far as they are known. */
    public known: Known,
    /** The node that computes it; absent for inputs and initializers. */
    public producer?: Node,
  ) {}

  /** The element type. @throws {TypeError} for sequences, optionals and outputs of unknown operators. */
  get dtype(): DType {
    if (this.known.dtype === undefined) {
      throw new TypeError(`the element type of '${this.name}' is not known`);
    }
    return this.known.dtype;
  }

  /** The dimensions; `undefined` when the rank is unknown. */
  get shape(): Shape | undefined {
    return this.known.shape;
  }

  /** The number of dimensions. @throws {TypeError} when it is unknown. */
  get rank(): number {
    if (this.known.shape === undefined) throw new TypeError(`the rank of '${this.name}' is not known`);
    return this.known.shape.length;
  }

  /** The entries of an integer scalar or vector, where they follow from shapes. */
  get contents(): readonly Dim[] | undefined {
    return this.known.contents;
  }

  /** The constant that it holds; `undefined` if it is not constant. */
  get tensor(): Tensor | undefined {
    return this.known.tensor;
  }

  /** `name: float32[N, 3]`. */
  toString(): string {
    return `${this.name}: ${this.known.dtype ?? "?"}${shapeText(this.shape)}`;
  }
}

/** An operator applied to values. */
export class Node {
  /** The values it computes; a `null` is an output that is left out. */
  outputs: readonly (Value | null)[] = [];

  /** Makes a node; graphs fill in its outputs. */
  constructor(
    /** The operator's name, such as `MatMul`. */
    readonly opType: string,
    /** The operator's domain; `""` is `ai.onnx`. */
    readonly domain: string,
    /** The version of the operator set that the domain is imported at. */
    readonly opset: number,
    /** Its name for messages; may be empty. */
    readonly name: string,
    /** The values it reads; a `null` is an optional input left out. */
    readonly inputs: readonly (Value | null)[],
    /** The attributes that were given; those left out have their schema's default in the readers below. */
    readonly attributes: ReadonlyMap<string, Attribute>,
    /** The metadata of the model's file that is kept, by key. Usually empty. */
    readonly metadata: Readonly<Record<string, string>> = {},
  ) {}

  /** Returns an `INT` attribute, or its schema's default. */
  int(name: string): number | undefined {
    return this.#read(name) as number | undefined;
  }

  /** Returns an `INTS` attribute, or its schema's default. */
  ints(name: string): readonly number[] | undefined {
    return this.#read(name) as readonly number[] | undefined;
  }

  /** Returns a `FLOAT` attribute, or its schema's default. */
  float(name: string): number | undefined {
    return this.#read(name) as number | undefined;
  }

  /** Returns a `FLOATS` attribute, or its schema's default. */
  floats(name: string): readonly number[] | undefined {
    return this.#read(name) as readonly number[] | undefined;
  }

  /** Returns a `STRING` attribute, or its schema's default. */
  string(name: string): string | undefined {
    return this.#read(name) as string | undefined;
  }

  /** Returns a `TENSOR` attribute. */
  tensor(name: string): Tensor | undefined {
    const attribute = this.attributes.get(name);
    return attribute?.type === "TENSOR" ? attribute.value : undefined;
  }

  /** Returns a `GRAPH` attribute. */
  subgraph(name: string): Graph | undefined {
    const attribute = this.attributes.get(name);
    return attribute?.type === "GRAPH" ? attribute.value : undefined;
  }

  /** Returns the values it reads, those that its subgraphs take from around them included. */
  reads(): Value[] {
    const values = this.inputs.filter((v) => v !== null);
    for (const a of this.attributes.values()) {
      if (a.type === "GRAPH") values.push(...a.value.nodes.flatMap((n) => n.reads()), ...a.value.outputs);
    }
    return values;
  }

  /** `MatMul node 'fc1' (ai.onnx 21)`. */
  toString(): string {
    const name = this.name || this.outputs.find((o) => o !== null)?.name;
    return `${this.opType} node ${name ? `'${name}' ` : ""}(${this.domain || "ai.onnx"} ${this.opset})`;
  }

  #read(name: string): unknown {
    const given = this.attributes.get(name);
    if (given !== undefined) return given.value;
    return this.domain === "" ? schemaOf(this.opType, this.opset)?.attributes[name]?.default : undefined;
  }
}

/** Returns a node as shape inference sees it. */
export function inferView(node: Node, outputCount: number, freshDim: (hint?: string) => string): InferNode {
  return {
    opType: node.opType,
    opset: node.opset,
    inputs: node.inputs.map((v) => v?.known ?? null),
    outputCount,
    int: (name) => node.int(name),
    ints: (name) => node.ints(name),
    float: (name) => node.float(name),
    floats: (name) => node.floats(name),
    string: (name) => node.string(name),
    strings: (name) => node.attributes.get(name)?.value as readonly string[] | undefined,
    tensor: (name) => node.tensor(name),
    subgraphOutputs: (name) => node.subgraph(name)?.outputs.map((v) => v.known) ?? [],
    freshDim,
  };
}
