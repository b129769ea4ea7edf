/**
 * The forward sweep: from the parameters on to what depends on them.
 *
 * @module
 */
import { type Graph, isFloat, type Node, type Value } from "../../onnx/mod.ts";
import { sameShape, shapeText } from "../../onnx/tensor/mod.ts";
import { MissingRuleError, ruleOf, type Target } from "../backward.ts";
import { type KnownTangent, knownTangent } from "../known_tangents.ts";
import { ofShape, sizes, zerosLike } from "../site.ts";
import { broadcasts } from "../unbroadcast.ts";
import type { TangentSite } from "./site.ts";
import { TANGENTS } from "./table.ts";
import { transposedTwice } from "./transposed_twice.ts";

/** The start of a forward sweep: a value and its tangent. */
export interface Direction {
  /** A float value of the graph. */
  readonly value: Value;
  /** Its tangent, of the same shape and element type. */
  readonly tangent: Value;
}

/**
 * Writes into `g` the nodes that compute the derivative of values along a direction: Jacobian-vector products, `J v`.
 *
 * @param g the graph that holds the computation; nodes of graphs around it count as constants
 * @param options.directions values with their tangents
 * @param options.of the values to differentiate
 * @param options.target the kind of device to write for, `"cpu"` by default
 * @returns for each value of `of` its tangent: zeros if it does not depend on the directions
 * @throws {MissingRuleError} naming every operator on the way that has no differentiation rule
 * @throws {TypeError} when a tangent has another shape or element type than its value.
 *
 * @example The derivative of `x * x` along a direction
 * ```ts
 * import { buildModel, forward, Graph, openSession, tensor } from "../../mod.ts";
 * import { assertEquals } from "@std/assert";
 * const g = new Graph();
 * const [x, v] = [g.input("x", "float32", [3]), g.input("v", "float32", [3])];
 * const [ty] = forward(g, { directions: [{ value: x, tangent: v }], of: [g.mul(x, x)] });
 * g.output(ty!, "ty");
 * await using session = await openSession(buildModel(g));
 * const out = await session.run({ x: tensor(Float32Array.of(1, 2, 3)), v: tensor(Float32Array.of(1, 0, -1)) });
 * assertEquals([...out.ty!.data as Float32Array], [2, 0, -6]);
 * ```
 */
export function forward(
  g: Graph,
  { directions, of, target = "cpu" }: {
    readonly directions: readonly Direction[];
    readonly of: readonly Value[];
    readonly target?: Target;
  },
): Value[] {
  const all = new Map<Value, Value>();
  for (const { value, tangent } of directions) {
    if (tangent.known.dtype !== value.known.dtype || !sameShape(tangent.shape, value.shape)) {
      throw new TypeError(`a tangent ${typeText(tangent)} for '${value.name}', which is ${typeText(value)}`);
    }
    all.set(value, tangent);
  }
  const { nodes, needed } = nodesOn(g, { from: directions.map((d) => d.value), to: of });
  const missing = nodes.filter((n) => !hasRule(n));
  if (missing.length > 0) throw new MissingRuleError(missing);
  for (const node of nodes) {
    const known = knownOf(node, all);
    if (known !== undefined) {
      all.set(node.outputs[0]!, known.tangent(all.get(known.of)!));
      continue;
    }
    const tangents = node.inputs.map((x) => (x === null ? null : all.get(x) ?? null));
    const reads = node.reads().some((v) => all.has(v));
    if (!reads) continue;
    const site: TangentSite = { g, node, tangents, all, needed, reverse: ruleOf(node), target };
    const plain = tangents.some((t) => t !== null);
    const rule = plain && Object.hasOwn(TANGENTS, node.opType) ? TANGENTS[node.opType]! : transposedTwice;
    const results = rule(site);
    node.outputs.forEach((y, i) => {
      const t = results[i];
      if (y !== null && t && isFloat(y.dtype)) all.set(y, shaped(site, t, y));
    });
  }
  return of.map((y) => all.get(y) ?? zerosLike(g, y));
}

/** Returns what is known of the tangent of a node's result, if it depends on a value that has one. */
function knownOf(
  { outputs }: Node,
  reached: { has(v: Value): boolean },
): KnownTangent | undefined {
  const known = knownTangent(outputs[0] ?? null);
  return known !== undefined && reached.has(known.of) ? known : undefined;
}

function hasRule(node: Node): boolean {
  return ruleOf(node) !== undefined || (node.domain === "" && Object.hasOwn(TANGENTS, node.opType));
}

/** Returns a tangent in the shape of its value. It is smaller where only operands that were broadcast have tangents. */
function shaped({ g, node, tangents }: TangentSite, t: Value, y: Value): Value {
  if (sameShape(t.shape, y.shape)) return t;
  if (!broadcasts(node) || !node.inputs.some((x, i) => x && tangents[i] === null && mayEnlarge(x, t))) {
    return ofShape(t, y);
  }
  return ofShape(g.expand(t, sizes(g, y)), y);
}

/** Returns whether an operand may have sizes that a tangent lacks. */
function mayEnlarge({ shape }: Value, t: Value): boolean {
  if (shape === undefined || t.shape === undefined) return true;
  const lead = t.shape.length - shape.length;
  return lead < 0 || shape.some((d, i) => d !== 1 && d !== t.shape![i + lead]);
}

/** Returns the nodes through which values depend on others through floats, in order, and all that these values depend on. */
function nodesOn(g: Graph, { from, to }: { from: readonly Value[]; to: readonly Value[] }) {
  const reached = new Set<Value>(from);
  const dependent = g.nodes.filter((node) => {
    if (!node.reads().some((v) => reached.has(v))) return false;
    const floats = node.outputs.filter((y) =>
      y !== null && (y.known.dtype === undefined || isFloat(y.known.dtype))
    );
    for (const y of floats) reached.add(y!);
    return floats.length > 0;
  });
  const needed = new Set<Value>(to);
  const nodes = dependent.toReversed().filter((node) => {
    if (!node.outputs.some((y) => y !== null && needed.has(y))) return false;
    const known = knownOf(node, reached);
    for (const v of known === undefined ? node.reads() : [known.of]) needed.add(v);
    return true;
  }).toReversed();
  return { nodes, needed };
}

function typeText(v: Value): string {
  return `${v.known.dtype}${shapeText(v.shape)}`;
}
