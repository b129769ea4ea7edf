/**
 * The sweep: from the loss back to what it depends on.
 *
 * @module
 */
import { DescentError } from "../options/mod.ts";
import { type Graph, isFloat, ModelError, type Node, type Value } from "../onnx/mod.ts";
import { located } from "../onnx/proto/mod.ts";
import { sameShape, shapeText } from "../onnx/tensor/mod.ts";
import { RULES } from "./rules/mod.ts";
import { type Rule, type Seed, Site, type Target, zerosLike } from "./site.ts";
import { broadcastTo, unbroadcast } from "./unbroadcast.ts";

export type { Seed, Target };

/** Reports operators between a parameter and the loss that have no differentiation rule. */
export class MissingRuleError extends DescentError {
  /** The name of the class. */
  override name = "MissingRuleError";

  /** Names these nodes. */
  constructor(
    /** The nodes that lack a rule, in graph order. */
    readonly nodes: readonly Node[],
  ) {
    super(`no differentiation rule for ${nodes.map(String).join("; ")}`);
  }
}

/**
 * Writes into `g` the nodes that compute the gradient of `sum(value * cotangent)` over the seeds. Where a rule needs more of
 * the forward computation than an operator returns, it puts another one in the operator's place.
 *
 * @param options.rules the table of rules; the library's own by default
 * @param options.target the kind of device to write for, `"cpu"` by default
 * @param options.own rules of single nodes, instead of the table's
 * @param options.constants values that count as constants, whatever they depend on
 * @param options.composites whether rules may leave composite nodes, which stand for several operators of `ai.onnx`; the
 * caller must then expand them before a model is built. `false` by default
 * @param g the graph that holds the forward computation; nodes of graphs around it count as constants
 * @returns for each value of `wrt` its cotangent: zeros if no seed depends on it
 * @throws {MissingRuleError} naming every operator between `wrt` and the seeds that has no rule.
 * @throws {TypeError} when a cotangent has another shape or element type than its value.
 *
 * @example The gradient of `sum(x * x)`
 * ```ts
 * import { backward, buildModel, Graph, openSession, tensor } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 * const g = new Graph();
 * const x = g.input("x", "float32", [3]);
 * const y = g.mul(x, x);
 * const [dx] = backward(g, { seeds: [{ value: y, cotangent: g.constant([1, 1, 1]) }], wrt: [x] });
 * g.output(dx!, "dx");
 * await using session = await openSession(buildModel(g));
 * const out = await session.run({ x: tensor(Float32Array.of(1, 2, 3), [3]) });
 * assertEquals([...out.dx!.data as Float32Array], [2, 4, 6]);
 * ```
 */
export function backward(
  g: Graph,
  { seeds, wrt, target = "cpu", rules = RULES, own = new Map(), constants = new Set(), composites = false }: {
    readonly seeds: readonly Seed[];
    readonly wrt: readonly Value[];
    readonly target?: Target;
    readonly rules?: Readonly<Record<string, Rule>>;
    readonly own?: ReadonlyMap<Node, Rule>;
    readonly constants?: ReadonlySet<Value>;
    readonly composites?: boolean;
  },
): Value[] {
  const path = nodesBetween(g, { wrt, constants }, seeds.map((s) => s.value));
  const ruleFor = (n: Node) => own.get(n) ?? ruleOf(n, rules);
  const missing = path.nodes.filter((n) => ruleFor(n) === undefined);
  if (missing.length > 0) throw new MissingRuleError(missing);
  const pending = new Map<Value, Value[]>();
  for (const { value, cotangent } of seeds) {
    if (!fits(cotangent, value)) {
      throw new TypeError(
        `a seed of ${typeText(cotangent)} for '${value.name}', which is ${typeText(value)}`,
      );
    }
    pend(pending, value, cotangent);
  }
  for (const node of path.nodes.toReversed()) {
    const cotangents = node.outputs.map((y) => (y === null ? null : collect(g, pending, y)));
    if (cotangents.every((dy) => dy === null)) continue;
    const wanted = node.inputs.map((x) => x !== null && path.values.has(x));
    const site = new Site(g, node, cotangents, wanted, {
      target,
      composites,
      wants: (v) => path.values.has(v),
      add: (v, dv) => pend(pending, v, checked(unbroadcast(g, dv, v), v, node)),
      // Rules copy nodes of other graphs, whose types are inferred again; those of composite nodes cannot be.
      backward: (graph, options) =>
        backward(graph, { ...options, target, rules, composites: composites && graph === g }),
    });
    const grads = ruled(node, () => ruleFor(node)!(site));
    node.inputs.forEach((x, i) => {
      const dx = grads[i] ?? null;
      if (x === null || dx === null || !wanted[i]) return;
      pend(pending, x, checked(unbroadcast(g, dx, x, broadcastTo(node)), x, node, i));
    });
  }
  return wrt.map((x) => collect(g, pending, x) ?? zerosLike(g, x));
}

/** Calls a rule. An error that it throws becomes an error of the model that names the node, once. */
function ruled<T>(node: Node, rule: () => T): T {
  try {
    return rule();
  } catch (error) {
    if (error instanceof TypeError && error.message.startsWith(`${node}:`)) {
      throw new ModelError(error.message, { cause: error });
    }
    return located(`the rule of ${node}`, () => {
      throw error;
    });
  }
}

/** Returns the rule for a node; `undefined` if there is none. */
export function ruleOf(node: Node, rules: Readonly<Record<string, Rule>> = RULES): Rule | undefined {
  return node.domain === "" && Object.hasOwn(rules, node.opType) ? rules[node.opType] : undefined;
}

/**
 * Returns the nodes that depend on `wrt` through float values and that `ends` depend on, and all float values on the
 * way. A value of unknown type, such as a sequence, may hold floats and counts as one, so that no gradient is lost
 * silently.
 */
function nodesBetween(
  g: Graph,
  { wrt, constants }: { wrt: readonly Value[]; constants: ReadonlySet<Value> },
  ends: readonly Value[],
) {
  const forward = new Set<Value>(wrt);
  const dependent = g.nodes.filter((node) => {
    if (!reads(node, forward)) return false;
    const floats = node.outputs.filter((y) =>
      y !== null && !constants.has(y) && (y.known.dtype === undefined || isFloat(y.known.dtype))
    );
    for (const y of floats) forward.add(y!);
    return floats.length > 0;
  });
  const needed = new Set<Value>(ends);
  const nodes = dependent.toReversed().filter((node) => {
    if (!node.outputs.some((y) => y !== null && needed.has(y))) return false;
    for (const x of node.reads()) if (forward.has(x)) needed.add(x);
    return true;
  }).toReversed();
  return { nodes, values: forward };
}

function reads(node: Node, values: ReadonlySet<Value>): boolean {
  return node.reads().some((v) => values.has(v));
}

function pend(pending: Map<Value, Value[]>, value: Value, cotangent: Value): void {
  const list = pending.get(value);
  if (list) list.push(cotangent);
  else pending.set(value, [cotangent]);
}

/** Returns the sum of all cotangents that reached a value; it stays the value's only one. */
function collect(g: Graph, pending: Map<Value, Value[]>, value: Value): Value | null {
  const parts = pending.get(value);
  if (parts === undefined) return null;
  const [first, second] = parts;
  const total = second === undefined ? first! : parts.length === 2 ? g.add(first!, second) : g.sum(parts);
  pending.set(value, [total]);
  return total;
}

function checked(dx: Value, x: Value, node: Node, index?: number): Value {
  if (fits(dx, x)) return dx;
  const which = index === undefined ? `'${x.name}'` : `input ${index}`;
  throw new TypeError(`the rule of ${node} returned ${typeText(dx)} for ${which}, which is ${typeText(x)}`);
}

function typeText(v: Value): string {
  return `${v.known.dtype}${shapeText(v.shape)}`;
}

function fits(dx: Value, x: Value): boolean {
  return dx.known.dtype === x.known.dtype &&
    (dx.shape === undefined || x.shape === undefined || compatible(dx, x));
}

function compatible(dx: Value, x: Value): boolean {
  if (sameShape(dx.shape, x.shape)) return true;
  return dx.shape!.length === x.shape!.length &&
    dx.shape!.every((d, i) => d === x.shape![i] || typeof d === "string" || typeof x.shape![i] === "string");
}
