/**
 * The forms of the values of a graph while it is rewritten: plain, in blocks of channels, or both.
 *
 * @module
 */
import { type Graph, Node, type Value } from "../../onnx/mod.ts";
import type { Block } from "../blocks/mod.ts";
import { toBlocked, toPlain } from "./reorder.ts";
import { canBlock } from "./shapes.ts";

/** What joins the node that is written last: a tensor in blocks that it adds, and a Relu behind the sum. */
export interface Tail {
  /** The tensor to add. */
  readonly sum?: Value;
  /** Whether a Relu follows. */
  readonly relu?: boolean;
}

/** Writes the node with a tail, and returns its result in blocks. */
export type Write = (tail: Tail) => Value;

/** A node that is not written yet. */
export interface Joinable {
  readonly write: Write;
  /** Whether a sum has joined it; there is room for one. */
  readonly summed: boolean;
}

interface Form {
  plain?: Value;
  blocked?: Value;
  /** The node that computes the form in blocks. It is written when that is first read. */
  pending?: Joinable;
  /** The node of the old graph that computes the plain form. It is added again when that is first read. */
  old?: Node;
}

/**
 * The forms of the values of a graph. Rules ask for the form that they read, and set the form that they wrote; a form that
 * is missing is made when it is first asked for.
 *
 * A value of the old graph keeps its identity where something besides the rewritten nodes knows it: as an output of the
 * graph, and where a subgraph reads it.
 */
export class Forms {
  readonly #forms = new Map<Value, Form>();
  readonly #reads = new Map<Value, number>();
  readonly #pinned: Set<Value>;
  readonly #centered = new Map<Value, Value>();
  readonly #nodes: readonly Node[];
  #infinite?: boolean;

  /** Counts the readers of the values. */
  constructor(
    /** The graph, which the new nodes are added to. */
    readonly g: Graph,
    /** The size of the blocks of channels. */
    readonly block: Block,
    nodes: readonly Node[],
  ) {
    this.#nodes = nodes;
    this.#pinned = new Set(g.outputs);
    for (const node of nodes) {
      const own = node.inputs.filter((v) => v !== null);
      for (const v of own) this.#reads.set(v, (this.#reads.get(v) ?? 0) + 1);
      for (const v of node.reads().slice(own.length)) this.#pinned.add(v);
    }
  }

  /**
   * Whether images may hold infinite entries on purpose: a node reads an infinite constant, as masks are, or computes a
   * logarithm of an image or a quotient by one.
   */
  get hasInfinities(): boolean {
    return this.#infinite ??= this.#nodes.some((node) =>
      node.inputs.some((v) => v !== null && isInfinite(v)) ||
      (POLES.has(node.opType) && this.canBlock(node.inputs.at(-1)!))
    );
  }

  /** Returns whether the value can have a form in blocks. */
  canBlock(v: Value): boolean {
    return canBlock(v, this.block);
  }

  /** Returns whether the value has a form in blocks, or gets it without a reorder. */
  hasBlocks(v: Value): boolean {
    const form = this.#forms.get(v);
    return this.canBlock(v) && (form?.blocked !== undefined || form?.pending !== undefined);
  }

  /** Returns whether the value has a plain form, or gets it without a reorder. */
  hasPlain(v: Value): boolean {
    const form = this.#forms.get(v);
    return form === undefined || form.plain !== undefined || form.old !== undefined;
  }

  /** Returns the plain form. */
  plain(v: Value): Value {
    const form = this.#forms.get(v);
    if (form === undefined) return v;
    if (form.plain === undefined && form.old !== undefined) {
      form.plain = v;
      this.keep(form.old);
    }
    if (form.plain === undefined) this.setPlain(v, toPlain(this.g, this.#written(v, form), v));
    return form.plain!;
  }

  /** Returns the form in blocks of a value that can have one. */
  blocks(v: Value): Value {
    const form = this.#form(v);
    if (form.blocked === undefined && form.pending === undefined) {
      form.plain ??= v;
      form.blocked = toBlocked(this.g, form.plain, this.block);
    }
    return this.#written(v, form);
  }

  /** Returns the node that computes the value if it is not written yet and one input alone reads the value. */
  joinable(v: Value): Joinable | undefined {
    if (this.#reads.get(v) !== 1 || this.#pinned.has(v)) return undefined;
    const form = this.#forms.get(v);
    return form?.blocked === undefined && form?.old === undefined ? form?.pending : undefined;
  }

  /** Sets the plain form. */
  setPlain(v: Value, plain: Value): void {
    const form = this.#form(v);
    form.plain = plain;
    if (!this.#pinned.has(v) || plain === v) return;
    const { g } = this;
    const copy = new Node("Identity", "", g.opsets[""]!, "", [plain], new Map());
    append(g, copy, [v]);
    form.plain = v;
  }

  /** Sets the form in blocks. It may have more channels than the value, which then has this and its plain form only. */
  setBlocks(v: Value, blocked: Value): void {
    this.#form(v).blocked = blocked;
    // A size known at run time only keeps its symbol, by which operands of equal shapes are told.
    if (blocked.shape?.[1] === v.shape![1]) blocked.known = { ...blocked.known, shape: v.shape };
  }

  /**
   * Sets the form in blocks to what `write` returns when it is first read; see {@linkcode setBlocks}.
   *
   * @param options.summed whether there is no room for a sum; `false` by default
   */
  defer(v: Value, write: Write, { summed = false }: { summed?: boolean } = {}): void {
    this.#form(v).pending = { write, summed };
  }

  /** Sets both forms: the plain one to what `node` computes, that in blocks to what `write` returns. */
  either(v: Value, node: Node, write: () => Value): void {
    const form = this.#form(v);
    form.old = node;
    form.pending = { write, summed: true };
  }

  /** Returns the image in blocks less the channels' means `mean`, which several nodes share. */
  centered(mean: Value, make: () => Value): Value {
    let centered = this.#centered.get(mean);
    if (centered === undefined) this.#centered.set(mean, centered = make());
    return centered;
  }

  /** Adds a node of the old graph again, with plain operands. */
  keep(node: Node): void {
    const inputs = node.inputs.map((v) => v && this.plain(v));
    for (const v of node.reads()) if (this.#pinned.has(v)) this.plain(v);
    if (inputs.every((v, i) => v === node.inputs[i])) {
      this.g.nodes.push(node);
      return;
    }
    const { opType, domain, opset, name, attributes, metadata } = node;
    append(this.g, new Node(opType, domain, opset, name, inputs, attributes, metadata), node.outputs);
  }

  /** Makes every output of the graph that is not plain so. */
  finish(): void {
    for (const v of this.g.outputs) this.plain(v);
  }

  #form(v: Value): Form {
    let form = this.#forms.get(v);
    if (form === undefined) this.#forms.set(v, form = {});
    return form;
  }

  #written(v: Value, form: Form): Value {
    if (form.blocked === undefined) this.setBlocks(v, form.pending!.write({}));
    return form.blocked!;
  }
}

/** Operators that are infinite where their last operand is 0. */
const POLES = new Set(["Div", "Log", "Reciprocal"]);

function isInfinite({ tensor }: Value): boolean {
  if (tensor?.data instanceof Float32Array) return !tensor.data.every(Number.isFinite);
  return false;
}

/** Adds a node that computes values which exist already. */
function append(g: Graph, node: Node, outputs: readonly (Value | null)[]): void {
  node.outputs = outputs;
  for (const y of outputs) if (y !== null) y.producer = node;
  g.nodes.push(node);
}
