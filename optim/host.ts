/**
 * The host's interpretation of a rule: loops over typed arrays.
 *
 * Expressions of one shape are fused into one loop, compiled to JavaScript; what is the same for all elements is computed
 * once before it. A sum over all elements is gathered in the loop that computes what is summed. Arithmetic is double;
 * results are rounded where they are stored.
 *
 * @module
 */
import type { Expr } from "./expr.ts";
import { intern } from "./intern.ts";
import { kernel } from "./kernel.ts";
import { expandTo, matmulOn, reduceOn, transposeOn } from "./array_ops.ts";

/** Arrays that rules compute with. */
export type FloatArray = Float64Array | Float32Array;

/** A compiled set of expressions. */
export type HostProgram = (io: {
  /** Input tensors by name. */
  arrays: Readonly<Record<string, FloatArray>>;
  /** Input numbers by name. */
  numbers: Readonly<Record<string, number>>;
  /** Makes the array for a result. */
  allocate: (output: string, length: number) => FloatArray;
}) => Record<string, FloatArray>;

/** What a node is at run time: one number, or an array. */
type Held = number | FloatArray;

interface Plan {
  readonly node: Expr;
  /** Whether the node is one number for all elements. */
  readonly uniform: boolean;
  /** The pass after which it is known. */
  readonly stage: number;
}

const BARRIERS: ReadonlySet<string> = new Set(["sum", "maximum", "matmul", "transpose"]);

/** Compiles expressions; `numbers` are the names of inputs that are plain numbers. */
export function compileHost(
  outputs: Readonly<Record<string, Expr>>,
  numbers: ReadonlySet<string>,
): HostProgram {
  const { nodes, outputs: results } = intern(outputs);
  const plans = plan(nodes, numbers);
  const wanted = storedNodes(nodes, { plans, results: new Set(Object.values(results)) });
  const stages = Math.max(0, ...[...plans.values()].map((p) => p.stage));
  return ({ arrays, numbers: given, allocate }) => {
    const held = new Map<Expr, Held>();
    const names = new Map<Expr, string>();
    for (const [name, e] of Object.entries(results)) if (!names.has(e)) names.set(e, name);
    for (let stage = 0; stage <= stages; stage++) {
      const here = nodes.filter((n) => plans.get(n)!.stage === stage);
      for (const n of here) {
        if (n.op === "input") held.set(n, numbers.has(n.name) ? given[n.name]! : arrays[n.name]!);
        else if (n.op === "constant") held.set(n, n.value);
        else if (BARRIERS.has(n.op)) barrier(n, held);
      }
      evaluateUniform(here, { plans, held });
      for (const group of groupsOf(here, plans)) {
        runGroup(group, { nodes, plans, held, wanted, names, allocate });
      }
    }
    return Object.fromEntries(
      Object.entries(results).map(([name, e]) => {
        const value = held.get(e)!;
        // Results are arrays of their own: one that is an input or stands for two names is copied.
        if (typeof value !== "number" && names.get(e) === name && e.op !== "input" && !BARRIERS.has(e.op)) {
          return [name, value];
        }
        const length = e.shape.reduce((a, b) => a * b, 1);
        const out = allocate(name, length);
        if (typeof value === "number") out.fill(value);
        else out.set(value);
        return [name, out];
      }),
    );
  };
}

function plan(nodes: readonly Expr[], numbers: ReadonlySet<string>): Map<Expr, Plan> {
  const plans = new Map<Expr, Plan>();
  for (const node of nodes) {
    const args = "args" in node ? node.args.map((a) => plans.get(a)!) : [];
    let uniform: boolean;
    if (node.op === "input") uniform = numbers.has(node.name);
    else if (node.op === "sum" || node.op === "maximum") uniform = node.axes === null;
    else uniform = node.op === "constant" || args.every((a) => a.uniform);
    let stage = Math.max(0, ...args.map((a) => a.stage));
    if (BARRIERS.has(node.op)) stage++;
    else {
      // An operand of another shape is expanded first, so it must be there before the loop begins.
      const other = args.filter((a) => !a.uniform && a.node.op !== "input" && !equalShapes(a.node, node));
      if (other.length > 0) {
        stage = Math.max(
          stage,
          ...other.map((a) => a.stage + (BARRIERS.has(a.node.op) ? 0 : 1)),
        );
      }
    }
    plans.set(node, { node, uniform, stage });
  }
  return plans;
}

function equalShapes(a: Expr, b: Expr): boolean {
  return a.shape.length === b.shape.length && a.shape.every((d, i) => d === b.shape[i]);
}

/** Nodes that a later pass, a barrier or the caller reads: they are stored, the others live within a loop. */
function storedNodes(
  nodes: readonly Expr[],
  { plans, results }: { plans: Map<Expr, Plan>; results: ReadonlySet<Expr> },
): Set<Expr> {
  const stored = new Set<Expr>(results);
  for (const node of nodes) {
    if (!("args" in node)) continue;
    for (const a of node.args) {
      const fused = (node.op === "sum" || node.op === "maximum") && node.axes === null;
      if (fused) continue;
      if (BARRIERS.has(node.op) || plans.get(a)!.stage < plans.get(node)!.stage) stored.add(a);
    }
  }
  return stored;
}

function evaluateUniform(
  here: readonly Expr[],
  { plans, held }: { plans: Map<Expr, Plan>; held: Map<Expr, Held> },
) {
  for (const n of here) {
    if (!plans.get(n)!.uniform || held.has(n) || !("args" in n) || BARRIERS.has(n.op)) continue;
    const f = kernel({
      args: n.args.map(() => "number"),
      body: [{ op: n.op, args: n.args.map((_, i) => i) }],
      outputs: [n.args.length],
      sums: [],
    });
    const out = new Float64Array(1);
    f(1, n.args.map((a) => held.get(a)!), [out]);
    held.set(n, out[0]!);
  }
}

/** The element-wise nodes of a stage, by shape. */
function groupsOf(here: readonly Expr[], plans: Map<Expr, Plan>): Expr[][] {
  const groups = new Map<string, Expr[]>();
  for (const n of here) {
    if (!("args" in n) || BARRIERS.has(n.op) || plans.get(n)!.uniform) continue;
    const key = n.shape.join(",");
    groups.set(key, [...groups.get(key) ?? [], n]);
  }
  return [...groups.values()].flatMap((g) => independent(g));
}

/**
 * Parts of a group that share no intermediate result: one loop for each parameter instead of one for all, so that one
 * compiled loop serves them all.
 */
function independent(group: Expr[]): Expr[][] {
  const parts: Expr[][] = [];
  const partOf = new Map<Expr, Expr[]>();
  const inside = new Set(group);
  for (const n of group) {
    const joined = new Set(
      ("args" in n ? n.args : []).filter((a) => inside.has(a)).map((a) => partOf.get(a)!),
    );
    const merged = [...joined].flat();
    merged.push(n);
    for (const part of joined) parts.splice(parts.indexOf(part), 1);
    parts.push(merged);
    for (const m of merged) partOf.set(m, merged);
  }
  const order = new Map(group.map((n, i) => [n, i]));
  return parts.map((p) => p.sort((a, b) => order.get(a)! - order.get(b)!));
}

function runGroup(
  group: readonly Expr[],
  { nodes, plans, held, wanted, names, allocate }: {
    nodes: readonly Expr[];
    plans: Map<Expr, Plan>;
    held: Map<Expr, Held>;
    wanted: ReadonlySet<Expr>;
    names: ReadonlyMap<Expr, string>;
    allocate: (output: string, length: number) => FloatArray;
  },
): void {
  const inside = new Set(group);
  const leaves: Expr[] = [];
  const slot = new Map<Expr, number>();
  for (const n of group) {
    for (const a of (n as { args: readonly Expr[] }).args) {
      if (!inside.has(a) && !slot.has(a)) {
        slot.set(a, leaves.length);
        leaves.push(a);
      }
    }
  }
  group.forEach((n, i) => slot.set(n, leaves.length + i));
  const shape = group[0]!.shape;
  const length = shape.reduce((a, b) => a * b, 1);
  const values = leaves.map((l): Held => {
    const v = held.get(l)!;
    if (typeof v === "number" || equalShapes(l, group[0]!)) return v;
    return v.length === 1 ? v[0]! : expandTo(v, { from: l.shape, to: shape });
  });
  const outputs = group.filter((n) => wanted.has(n));
  const sums = nodes.filter((n) =>
    (n.op === "sum" || n.op === "maximum") && n.axes === null && inside.has(n.args[0]) &&
    plans.get(n) !== undefined
  );
  const f = kernel({
    args: values.map((v) => (typeof v === "number" ? "number" : "array")),
    body: group.map((n) => ({
      op: n.op,
      args: (n as { args: readonly Expr[] }).args.map((a) => slot.get(a)!),
    })),
    outputs: outputs.map((n) => slot.get(n)!),
    sums: sums.map((n) => ({ op: n.op as "sum", arg: slot.get((n as { args: readonly Expr[] }).args[0]!)! })),
  });
  const out = outputs.map((n) => {
    const name = names.get(n);
    return name === undefined ? new Float64Array(length) : allocate(name, length);
  });
  const gathered = f(length, values, out);
  outputs.forEach((n, i) => held.set(n, out[i]!));
  sums.forEach((n, i) => held.set(n, gathered[i]!));
}

/** Operators that need their operand as a whole. */
function barrier(n: Expr, held: Map<Expr, Held>): void {
  if (held.has(n) || !("args" in n)) return;
  const [a, b] = n.args;
  const x = held.get(a!);
  const array = typeof x === "number" ? Float64Array.of(x) : x!;
  switch (n.op) {
    case "sum":
    case "maximum":
      held.set(n, reduceOn(array, { op: n.op, shape: a!.shape, axes: n.axes }));
      break;
    case "matmul":
      held.set(
        n,
        matmulOn(array, held.get(b!) as FloatArray, {
          rows: a!.shape[0]!,
          inner: a!.shape[1]!,
          columns: b!.shape[1]!,
        }),
      );
      break;
    case "transpose":
      held.set(n, transposeOn(array, a!.shape as readonly [number, number]));
      break;
  }
}
