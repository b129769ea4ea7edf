/**
 * Parts of expressions that compute element by element, each over tensors of one shape.
 *
 * @module
 */
import { sameShape, sizeOf } from "../../onnx/tensor/mod.ts";
import type { Expr } from "../language/mod.ts";

/** An expression whose value is computed from others. */
export type Computed = Extract<Expr, { args: readonly Expr[] }>;

/** An operand of a lane's node: a node of the lane, a leaf, or a scalar of its own by number, or what lanes share. */
export type Operand =
  | { readonly kind: "node" | "leaf" | "scalar"; readonly number: number }
  | { readonly kind: "shared"; readonly expr: Expr };

/**
 * Expressions that compute element by element over tensors of one shape, as the update of one parameter does. They depend
 * on nothing of each other through sums, products of matrices or the like: those lie between lanes of different levels.
 */
export interface Lane {
  /** Its expressions, each after its operands. */
  readonly nodes: readonly Computed[];
  /** The operands of each expression. */
  readonly operands: readonly (readonly Operand[])[];
  /** How many sums, products of matrices and the like lie before it at most. */
  readonly level: number;
  /** The tensors of its shape that it reads, and that it does not compute itself. */
  readonly leaves: readonly Expr[];
  /** The scalars that no other lane reads, such as a ratio of norms. */
  readonly scalars: readonly Expr[];
  /** A text that lanes share if they compute the same on their leaves and scalars, and none of them reads another. */
  readonly key: string;
}

/**
 * Returns the lanes of expressions, those of lower levels first, and then in the order of their first nodes.
 *
 * @param nodes each after its operands, and once
 */
export function lanesOf(nodes: readonly Expr[]): Lane[] {
  const fixed = fixedOf(nodes);
  const inLane = (e: Expr): e is Computed => isElementwise(e) && !fixed.has(e);
  const levels = levelsOf(nodes);
  const parts = partsOf(nodes.filter(inLane), { fixed, levels });
  const readers = new Map<Expr, Set<readonly Computed[]>>();
  for (const part of parts) {
    for (const e of part) {
      for (const x of e.args) {
        if (x.shape.length === 0) readers.set(x, (readers.get(x) ?? new Set()).add(part));
      }
    }
  }
  const numbers = new Map(nodes.map((e, i) => [e, i]));
  return parts.map((part) =>
    laneOf(part, {
      isOwn: (x) => !fixed.has(x) && readers.get(x)?.size === 1,
      isShared: (x) => fixed.has(x),
      number: (x) => numbers.get(x)!,
      level: levels.get(part[0]!)!,
    })
  ).sort((a, b) => a.level - b.level);
}

/** Returns whether an expression computes each element from those at the same place, and from scalars. */
function isElementwise(e: Expr): e is Computed {
  if (!("args" in e)) return false;
  if (e.op === "sum" || e.op === "maximum" || e.op === "whole") return false;
  return sizeOf(e.shape) > 0 &&
    e.args.every((x) => x.op === "constant" || x.shape.length === 0 || sameShape(x.shape, e.shape));
}

/** Returns the expressions that are the same for all parameters: constants, coefficients, and what follows from them. */
function fixedOf(nodes: readonly Expr[]): Set<Expr> {
  const fixed = new Set<Expr>();
  for (const e of nodes) {
    const same = "args" in e
      ? e.args.every((x) => fixed.has(x))
      : e.op === "constant" || e.input.kind === "coefficient" || e.input.kind === "loss" ||
        ((e.input.kind === "slot" || e.input.kind === "buffer") && e.shape.length === 0);
    if (same) fixed.add(e);
  }
  return fixed;
}

/** Returns for each expression how many sums, products of matrices and the like lie before it. */
function levelsOf(nodes: readonly Expr[]): Map<Expr, number> {
  const levels = new Map<Expr, number>();
  for (const e of nodes) {
    if (!("args" in e)) levels.set(e, 0);
    else {
      const below = Math.max(0, ...e.args.map((x) => levels.get(x)!));
      levels.set(e, isElementwise(e) ? below : below + 1);
    }
  }
  return levels;
}

/** Returns the parts that hang together within a level, through expressions and tensors that both read. */
function partsOf(
  nodes: readonly Computed[],
  { fixed, levels }: { fixed: ReadonlySet<Expr>; levels: ReadonlyMap<Expr, number> },
): Computed[][] {
  const forests = new Map<number, Map<Expr, Expr>>();
  const rootOf = (forest: Map<Expr, Expr>, e: Expr): Expr => {
    let root = e;
    for (let up = forest.get(root); up !== undefined && up !== root; up = forest.get(root)) root = up;
    forest.set(e, root);
    return root;
  };
  const forestOf = (e: Expr) => {
    const level = levels.get(e)!;
    const forest = forests.get(level) ?? new Map<Expr, Expr>();
    forests.set(level, forest);
    return forest;
  };
  for (const e of nodes) {
    const forest = forestOf(e);
    for (const x of e.args) {
      if (!fixed.has(x) && sameShape(x.shape, e.shape)) forest.set(rootOf(forest, x), rootOf(forest, e));
    }
  }
  const parts = new Map<Map<Expr, Expr>, Map<Expr, Computed[]>>();
  for (const e of nodes) {
    const forest = forestOf(e);
    const own = parts.get(forest) ?? new Map<Expr, Computed[]>();
    parts.set(forest, own);
    const root = rootOf(forest, e);
    own.set(root, [...(own.get(root) ?? []), e]);
  }
  return [...parts.values()].flatMap((own) => [...own.values()]);
}

function laneOf(
  nodes: readonly Computed[],
  { isOwn, isShared, number, level }: {
    isOwn: (x: Expr) => boolean;
    isShared: (x: Expr) => boolean;
    number: (x: Expr) => number;
    level: number;
  },
): Lane {
  const places = new Map<Expr, number>(nodes.map((e, i) => [e, i]));
  const leaves: Expr[] = [];
  const scalars: Expr[] = [];
  const placeIn = (list: Expr[], x: Expr) => {
    if (!list.includes(x)) list.push(x);
    return list.indexOf(x);
  };
  const operandOf = (x: Expr, e: Computed): Operand => {
    const place = places.get(x);
    if (place !== undefined) return { kind: "node", number: place };
    if (isShared(x)) return { kind: "shared", expr: x };
    if (sameShape(x.shape, e.shape)) return { kind: "leaf", number: placeIn(leaves, x) };
    return isOwn(x) ? { kind: "scalar", number: placeIn(scalars, x) } : { kind: "shared", expr: x };
  };
  const operands = nodes.map((e) => e.args.map((x) => operandOf(x, e)));
  const text = (o: Operand) => {
    if (o.kind !== "shared") return `${o.kind} ${o.number}`;
    // A constant stands for a number, whatever its shape.
    return o.expr.op === "constant"
      ? `constant ${Object.is(o.expr.value, -0) ? "-0" : o.expr.value}`
      : `shared ${number(o.expr)}`;
  };
  const key = `${level}: ${nodes.map((e, i) => [e.op, ...operands[i]!.map(text)].join(", ")).join("; ")}`;
  return { nodes, operands, level, leaves, scalars, key };
}
