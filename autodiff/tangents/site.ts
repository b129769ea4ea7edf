/**
 * The interface between the forward sweep and the tangent rules.
 *
 * @module
 */
import type { Graph, Node, Value } from "../../onnx/mod.ts";
import { type Rule, Site, type Target } from "../site.ts";

/**
 * One application of a tangent rule: a node, the tangents of its inputs, and the graph to write into.
 *
 * The tangent of a value `x`, written `tx`, is its derivative along a direction of the parameters; it has the shape and
 * the element type of `x`. `null` stands for zeros.
 */
export interface TangentSite {
  /** The graph that holds the node and takes the nodes of the tangents. */
  readonly g: Graph;
  /** The node. */
  readonly node: Node;
  /** The tangent of each input. */
  readonly tangents: readonly (Value | null)[];
  /** The tangents of all values so far; a node's bodies read values around them. */
  readonly all: ReadonlyMap<Value, Value>;
  /** The values whose tangents are needed. */
  readonly needed: ReadonlySet<Value>;
  /** The reverse rule of the node. */
  readonly reverse: Rule | undefined;
  /** The kind of device to write for. */
  readonly target: Target;
}

/** Returns the tangents of a node's outputs, one each; `null` for zeros. Trailing `null`s may be left out. */
export type TangentRule = (site: TangentSite) => readonly (Value | null)[];

/**
 * Applies the reverse rule of a node whose Jacobian by one operand is symmetric, or that wants that operand alone.
 *
 * @param i the operand
 * @param dy what stands for the cotangent of the first output
 * @returns what the rule returns for operand `i`; `null` if nothing flows to it.
 */
export function reversed(
  { g, node, reverse, target }: TangentSite,
  { i, dy }: { i: number; dy: Value },
): Value | null {
  const wanted = node.inputs.map((_, k) => k === i);
  const cotangents = node.outputs.map((_, k) => (k === 0 ? dy : null));
  const none = () => {
    throw new Error(`${node}: a rule of elements has no body`);
  };
  const site = new Site(g, node, cotangents, wanted, {
    target,
    composites: false,
    wants: () => false,
    add: none,
    backward: none,
  });
  return reverse!(site)[i] ?? null;
}

/** Returns a sum of tangents; `null` if all are zeros. */
export function total(g: Graph, parts: readonly (Value | null)[]): Value | null {
  return parts.reduce((a, b) => (a === null ? b : b === null ? a : g.add(a, b)), null);
}
