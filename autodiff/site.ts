/**
 * The interface between the sweep and the differentiation rules.
 *
 * @module
 */
import type { Graph, Node, Operand, Value } from "../onnx/mod.ts";

/**
 * One application of a rule: a node of the forward graph, the cotangents of its outputs, and the graph to write into.
 *
 * The cotangent of a value `x`, written `dx`, is the gradient of the loss with respect to it; it has the shape and the
 * element type of `x`.
 */
export class Site {
  /** The application of a rule to one node; the sweep makes it. */
  constructor(
    /** The graph that holds the node and takes the gradient's nodes. */
    readonly g: Graph,
    /** The node to differentiate. */
    readonly node: Node,
    /** The cotangent of each output; `null` if the loss does not depend on it. */
    readonly cotangents: readonly (Value | null)[],
    /** For each input, whether its cotangent is needed. */
    readonly wanted: readonly boolean[],
    /** The sweep that calls the rule. */
    readonly sweep: SweepAt,
  ) {}

  /** Input `i`, which the operator requires. */
  x(i = 0): Value {
    const value = this.node.inputs[i];
    if (!value) throw new TypeError(`${this.node} has no input ${i}`);
    return value;
  }

  /** Input `i`, or `null` if it is left out. */
  optional(i: number): Value | null {
    return this.node.inputs[i] ?? null;
  }

  /** Output `i` of the forward computation. */
  y(i = 0): Value {
    const value = this.node.outputs[i];
    if (!value) throw new TypeError(`${this.node} does not compute output ${i}`);
    return value;
  }

  /** The cotangent of the first output. */
  get dy(): Value {
    return this.cotangent(0);
  }

  /** Returns the cotangent of output `i`; zeros if the loss does not depend on it. */
  cotangent(i: number): Value {
    return this.cotangents[i] ?? zerosLike(this.g, this.y(i));
  }

  /** Returns whether the cotangent of input `i` is needed. */
  wants(i: number): boolean {
    return this.wanted[i] ?? false;
  }

  /** The kind of device that the gradient is for. */
  get target(): Target {
    return this.sweep.target;
  }

  /** `true` if rules leave composite nodes in the graph, `false` if they write the expansions. */
  get composites(): boolean {
    return this.sweep.composites;
  }

  /** Returns whether the cotangent of an outer value that the node's subgraphs read is needed. */
  wantsValue(v: Value): boolean {
    return this.sweep.wants(v);
  }

  /** Adds to the cotangent of such a value. */
  add(v: Value, cotangent: Value): void {
    this.sweep.add(v, cotangent);
  }

  /** Sweeps through another graph, or through nodes that the rule has added to this one. */
  backward(g: Graph, options: SweepOptions): Value[] {
    return this.sweep.backward(g, options);
  }
}

/** The start of a sweep: a value and its cotangent. */
export interface Seed {
  /** A float value of the graph. */
  readonly value: Value;
  /** Its cotangent, of the same shape and element type. */
  readonly cotangent: Value;
}

/** The start and the end of a sweep. */
export interface SweepOptions {
  /** Values and their cotangents. */
  readonly seeds: readonly Seed[];
  /** Values whose cotangents are needed. */
  readonly wrt: readonly Value[];
}

/**
 * The kind of device that a gradient is written for. It computes the same on every one, up to rounding; what is fast on a
 * processor need not be so on an accelerator.
 */
export type Target = "cpu" | "gpu";

/** The sweep as rules see it. */
export interface SweepAt {
  /** The kind of device. */
  readonly target: Target;
  /** `true` if rules leave composite nodes in the graph. */
  readonly composites: boolean;
  /** Whether the cotangent of a value is needed. */
  readonly wants: (v: Value) => boolean;
  /** Adds to the cotangent of a value. */
  readonly add: (v: Value, cotangent: Value) => void;
  /** Another sweep, by the same rules. */
  readonly backward: (g: Graph, options: SweepOptions) => Value[];
}

/**
 * The cotangents of a node's inputs, one each; `null` for those no gradient flows to. A cotangent may have the shape
 * that the input was broadcast to: the sweep sums it back. Trailing `null`s may be left out.
 */
export type Rule = (site: Site) => readonly (Value | null)[];

/** Returns zeros of the shape and element type of `x`. */
export function zerosLike(g: Graph, x: Value): Value {
  return filled(g, x, 0);
}

/** Returns `fill` at the shape and element type of `x`. */
export function filled(g: Graph, x: Value, fill: number): Value {
  return g.expand(g.constant(fill, x.dtype), sizes(g, x));
}

/**
 * Returns the shape of `x` as an operand of `Reshape`, `Expand` and the like: numbers where it is known, else a node
 * that reads it at run time.
 */
export function sizes(g: Graph, x: Value): Operand {
  const shape = x.shape;
  return shape?.every((d) => typeof d === "number") ? shape as readonly number[] : g.shape(x);
}

/**
 * Returns `x` in the shape of `like`, which has as many elements.
 *
 * @example
 * ```ts
 * import { Graph } from "../onnx/mod.ts";
 * import { reshapeLike } from "./site.ts";
 * import { assertEquals } from "@std/assert";
 * const g = new Graph();
 * const [x, like] = [g.input("x", "float32", [6]), g.input("like", "float32", [2, 3])];
 * assertEquals(reshapeLike(g, x, like).shape, [2, 3]);
 * ```
 */
export function reshapeLike(g: Graph, x: Value, like: Value): Value {
  const shape = like.shape;
  const symbols = shape?.filter((d) => typeof d === "string").length;
  // -1 marks one unknown size, unless a 0 elsewhere in the shape makes that ambiguous.
  if (shape !== undefined && symbols === 1 && !shape.includes(0)) {
    return ofShape(g.reshape(x, shape.map((d) => (typeof d === "number" ? d : -1))), like);
  }
  return ofShape(g.reshape(x, sizes(g, like), { allowzero: 1 }), like);
}

/**
 * Notes that `x` has the shape of `like`: inference has another symbol for a size that it cannot tell.
 *
 * @returns `x`
 */
export function ofShape(x: Value, like: Value): Value {
  if (like.shape !== undefined) x.known = { ...x.known, shape: like.shape };
  return x;
}
