/**
 * The order in which the host computes expressions.
 *
 * @module
 */
import type { Expr, RuleInput } from "../language/mod.ts";

/** The time and way in which a node is computed. */
export interface Plan {
  /** Whether the node is one number for all elements. */
  readonly uniform: boolean;
  /** The pass after which it is known. */
  readonly stage: number;
}

/** Operators that need their operand as a whole. */
export const BARRIERS: ReadonlySet<string> = new Set(["sum", "maximum", "whole"]);

/** Returns whether two nodes have the same shape. */
export function equalShapes(a: Expr, b: Expr): boolean {
  return a.shape.length === b.shape.length && a.shape.every((d, i) => d === b.shape[i]);
}

/** Returns the arguments of a node. */
export function argsOf(e: Expr): readonly Expr[] {
  return "args" in e ? e.args : [];
}

/** Returns whether a node reduces all elements: the loop that computes its operand gathers it. */
export function isTotal(e: Expr): boolean {
  return (e.op === "sum" || e.op === "maximum") && e.axes === null;
}

/** Returns when each node is computed. @param isNumber whether an input is a plain number */
export function planOf(nodes: readonly Expr[], isNumber: (input: RuleInput) => boolean): Map<Expr, Plan> {
  const plans = new Map<Expr, Plan>();
  for (const node of nodes) {
    const args = argsOf(node);
    let uniform = isTotal(node);
    if (node.op === "input") uniform = isNumber(node.input);
    else if (!BARRIERS.has(node.op)) uniform = args.every((a) => plans.get(a)!.uniform);
    let stage = Math.max(0, ...args.map((a) => plans.get(a)!.stage));
    if (BARRIERS.has(node.op)) stage++;
    else {
      // An operand of another shape is expanded first, so it must be there before the loop begins.
      for (const a of args) {
        const { uniform, stage: before } = plans.get(a)!;
        if (uniform || a.op === "input" || equalShapes(a, node)) continue;
        stage = Math.max(stage, before + (BARRIERS.has(a.op) ? 0 : 1));
      }
    }
    plans.set(node, { uniform, stage });
  }
  return plans;
}

/**
 * Returns the element-wise nodes of a stage, grouped by shape and shared intermediate results: one loop for each parameter
 * instead of one for all, so that one compiled loop serves them all.
 */
export function groupsOf(here: readonly Expr[], plans: ReadonlyMap<Expr, Plan>): Expr[][] {
  const byShape = new Map<string, Expr[]>();
  for (const n of here) {
    if (argsOf(n).length === 0 || BARRIERS.has(n.op) || plans.get(n)!.uniform) continue;
    const key = n.shape.join(",");
    const group = byShape.get(key);
    if (group === undefined) byShape.set(key, [n]);
    else group.push(n);
  }
  return [...byShape.values()].flatMap((group) => connected(group));
}

function connected(group: readonly Expr[]): Expr[][] {
  const inside = new Map(group.map((n, i) => [n, i]));
  const parent = group.map((_, i) => i);
  const root = (i: number): number => (parent[i] === i ? i : (parent[i] = root(parent[i]!)));
  group.forEach((n, i) => {
    for (const a of argsOf(n)) if (inside.has(a)) parent[root(inside.get(a)!)] = root(i);
  });
  const parts = new Map<number, Expr[]>();
  group.forEach((n, i) => {
    const part = parts.get(root(i));
    if (part === undefined) parts.set(root(i), [n]);
    else part.push(n);
  });
  return [...parts.values()];
}

/** Returns the nodes to store: those that a later pass, a barrier or the caller reads. The others live within a loop. */
export function storedOf(
  nodes: readonly Expr[],
  { plans, results }: { plans: ReadonlyMap<Expr, Plan>; results: Iterable<Expr> },
): Set<Expr> {
  const stored = new Set(results);
  for (const node of nodes) {
    if (isTotal(node)) continue;
    for (const a of argsOf(node)) {
      if (BARRIERS.has(node.op) || plans.get(a)!.stage < plans.get(node)!.stage) stored.add(a);
    }
  }
  return stored;
}
