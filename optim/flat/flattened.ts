/**
 * Writes what flat vectors compute.
 *
 * @module
 */
import type { Graph, Value } from "../../onnx/mod.ts";
import { type EmitAll, emitOne, whole } from "../graph/mod.ts";
import { type Expr, intern } from "../language/mod.ts";
import type { FlatOptions } from "./flat_options.ts";
import { type Group, groupsOf } from "./groups.ts";
import { pack, unpack } from "./vector.ts";

/** Returns how to write an update whose tensors are computed as flat vectors where that takes fewer nodes. */
export function flatten(options: FlatOptions): EmitAll {
  return (g, outputs, context) => {
    const { nodes, outputs: results } = intern(outputs);
    const flattened = new Flattened(groupsOf(nodes, options));
    const { write: _, ...plain } = context;
    const emitted = new Map<Expr, Value>();
    const at = (e: Expr): Value => {
      const value = emitted.get(e) ?? flattened.write(g, e, tensor) ?? emit(e);
      emitted.set(e, value);
      return value;
    };
    const emit = (e: Expr): Value => {
      // Operands come first, in their order.
      if ("args" in e) e.args.forEach(at);
      return emitOne(g, e, { ...(flattened.isPlain(e) ? plain : context), at });
    };
    const tensor = (e: Expr) => whole(g, at(e), e);
    // Of what vectors compute, only the results are taken apart.
    return results.map(tensor);
  };
}

/** The place of an expression in a vector. */
interface Place {
  readonly group: Group;
  /** The expression over vectors. */
  readonly node: Expr;
  /** The number of the lane. */
  readonly lane: number;
}

/** Expressions of which some are computed as parts of flat vectors. */
class Flattened {
  readonly #places = new Map<Expr, Place>();
  /** The groups of expressions over vectors, and of their inputs. */
  readonly #groups = new Map<Expr, Group>();
  /** The tensors that a vector was taken apart into, by the expression of the vector. */
  readonly #apart = new Map<Expr, readonly Value[]>();

  constructor(groups: readonly Group[]) {
    for (const group of groups) {
      for (const e of [...group.nodes, ...group.leaves.keys(), ...group.scalars.keys()]) {
        this.#groups.set(e, group);
      }
      group.lanes.forEach((lane, i) =>
        lane.nodes.forEach((e, k) => this.#places.set(e, { group, node: group.nodes[k]!, lane: i }))
      );
    }
  }

  /** Returns whether an expression over vectors is to be written in plain operators. */
  isPlain(e: Expr): boolean {
    return this.#groups.get(e)?.plain ?? false;
  }

  /**
   * Writes a part of a vector, or a vector that is put together; `undefined` for other expressions.
   *
   * @param tensor returns the value of an expression, in its whole shape
   */
  write(g: Graph, e: Expr, tensor: (e: Expr) => Value): Value | undefined {
    const place = this.#places.get(e);
    if (place !== undefined) return this.#partOf(g, place, tensor);
    const group = this.#groups.get(e);
    const leaves = group?.leaves.get(e);
    if (leaves) return pack(g, leaves.map(tensor), group!.layout);
    const { layout } = group ?? {};
    return group?.scalars.has(e)
      ? pack(g, group.scalars.get(e)!.map((s, i) => g.expand(tensor(s), [layout!.sizes[i]!])), layout!)
      : undefined;
  }

  #partOf(g: Graph, { group, node, lane }: Place, tensor: (e: Expr) => Value): Value {
    const known = this.#apart.get(node);
    if (known !== undefined) return known[lane]!;
    const shapes = group.lanes.map(({ nodes }) => nodes[0]!.shape);
    const parts = unpack(g, tensor(node), shapes, group.layout);
    this.#apart.set(node, parts);
    return parts[lane]!;
  }
}
