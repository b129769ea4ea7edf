/**
 * Rules of control flow.
 *
 * @module
 */
import { type Graph, isFloat, type Node, numbersOf, type Value } from "../../../onnx/mod.ts";
import { normalizeAxis } from "../../../onnx/tensor/mod.ts";
import type { Rule, Seed, Site } from "../../site.ts";
import { loopGradient } from "./loop.ts";
import { bodyReads, copyConstants, copyNode, isAround, type Mapping } from "./replay.ts";

function bodyOf(node: Node, name = "body"): Graph {
  const body = node.subgraph(name);
  if (body === undefined) throw new TypeError(`${node} has no graph '${name}'`);
  return body;
}

/** Scan: inputs are the states, then what is cut into slices; outputs are the states, then what is stacked. */
export const scan: Rule = (s) => {
  const { g, node } = s;
  const body = bodyOf(node);
  const scanned = node.int("num_scan_inputs")!;
  const count = node.inputs.length - scanned;
  const list = (name: string, n: number) => node.ints(name) ?? Array.from({ length: n }, () => 0);
  const results = body.outputs.slice(count);
  const axes = [list("scan_input_axes", scanned), list("scan_output_axes", results.length)] as const;
  const directions = [
    list("scan_input_directions", scanned),
    list("scan_output_directions", results.length),
  ] as const;
  return loopGradient(s, {
    body,
    states: Array.from({ length: count }, (_, k) => ({
      initial: s.x(k),
      position: k,
      before: body.inputs[k]!,
      after: body.outputs[k]!,
    })),
    slices: Array.from({ length: scanned }, (_, i) => ({
      whole: s.x(count + i),
      position: count + i,
      slice: body.inputs[count + i]!,
      axis: normalizeAxis(axes[0][i]!, s.x(count + i).rank),
      reverse: directions[0][i] === 1,
    })),
    outputs: results.map((value, j) => ({
      value,
      axis: axes[1][j]! < 0 ? normalizeAxis(axes[1][j]!, value.rank + 1) : axes[1][j]!,
      reverse: directions[1][j] === 1,
    })),
    forward(body, more) {
      const zeros = Array.from({ length: more }, () => 0);
      const outputs = { axes: [...axes[1], ...zeros], directions: [...directions[1], ...zeros] };
      return g.emit("Scan", node.inputs, {
        attributes: {
          body,
          num_scan_inputs: scanned,
          scan_input_axes: axes[0],
          scan_input_directions: directions[0],
          ...(outputs.axes.length === 0
            ? {}
            : { scan_output_axes: outputs.axes, scan_output_directions: outputs.directions }),
        },
        outputs: body.outputs.length,
      });
    },
  });
};

/**
 * Loop: inputs are the greatest number of steps, the condition, and the states; the body has the step's number and the
 * condition before them, and returns the condition before its results.
 */
export const loop: Rule = (s) => {
  const { g, node } = s;
  const body = bodyOf(node);
  const count = node.inputs.length - 2;
  return loopGradient(s, {
    body,
    states: Array.from({ length: count }, (_, k) => ({
      initial: s.x(2 + k),
      position: 2 + k,
      before: body.inputs[2 + k]!,
      after: body.outputs[1 + k]!,
    })),
    slices: [],
    outputs: body.outputs.slice(1 + count).map((value) => ({ value, axis: 0, reverse: false })),
    forward: (body) =>
      g.emit("Loop", node.inputs, { attributes: { body }, outputs: body.outputs.length - 1 }),
  });
};

/**
 * If: computes the taken branch again, then its backward pass. If the condition is known before the run, the taken
 * branch replaces the node, because the other branch may not even fit the shapes.
 */
export const ifRule: Rule = (s) => {
  const { g, node } = s;
  const branches = ["then_branch", "else_branch"].map((name) => bodyOf(node, name));
  const taken = s.x().contents ?? (s.x().tensor && numbersOf(s.x().tensor!));
  if (typeof taken?.[0] === "number") return branchTaken(s, branches[taken[0] === 0 ? 1 : 0]!);
  const captured = capturedBy(s, branches);
  const gradients = g.if(
    s.x(),
    ...branches.map((b) => (into: Graph) => branchGradient(s, { b, into, captured })) as [
      (into: Graph) => Value[],
      (into: Graph) => Value[],
    ],
  );
  gradients.forEach((d, i) => s.add(captured[i]!, d));
  return [];
};

/** Returns the outer float values that the branches read and that need a gradient. */
function capturedBy(s: Site, branches: readonly Graph[]): Value[] {
  return [...new Set(branches.flatMap(bodyReads))].filter((v) =>
    isAround(v.graph, s.g) && s.wantsValue(v) && isFloat(v.dtype)
  );
}

function branchGradient(
  s: Site,
  { b, into, captured }: { b: Graph; into: Graph; captured: readonly Value[] },
): Value[] {
  const results = replayed(b, { into, map: new Map() });
  return s.backward(into, { seeds: seedsOf(s, results), wrt: captured });
}

/** Replaces the node by the one branch that can be taken, and differentiates that. */
function branchTaken(s: Site, b: Graph): (Value | null)[] {
  const captured = capturedBy(s, [b]);
  // The sweep stops at these copies: one captured value may depend on another.
  const copies = captured.map((v) => s.g.emit("Identity", [v], { share: false })[0]!);
  const results = replayed(b, { into: s.g, map: new Map(captured.map((v, i) => [v, copies[i]!])) });
  s.g.substitute(s.node, results);
  s.backward(s.g, { seeds: seedsOf(s, results), wrt: copies }).forEach((d, i) => s.add(captured[i]!, d));
  return [];
}

/** Copies a branch into a graph and returns its results there. */
function replayed(b: Graph, { into, map }: { into: Graph; map: Mapping }): Value[] {
  copyConstants(b, into, map);
  for (const node of b.nodes) copyNode(node, into, map);
  return b.outputs.map((y) => map.get(y) ?? y);
}

function seedsOf(s: Site, results: readonly Value[]): Seed[] {
  return results.flatMap((value, i) => {
    const cotangent = s.cotangents[i];
    return cotangent ? [{ value, cotangent: shapedLike(s.g, cotangent, value) }] : [];
  });
}

/**
 * Returns the cotangent with its shape left open if it does not fit the result's. The declared shape of the node's
 * output may fit one branch only; at run time the cotangent has the shape of the branch that is taken.
 */
function shapedLike(g: Graph, cotangent: Value, { shape }: Value): Value {
  const [a, b] = [cotangent.shape, shape];
  const fits = a === undefined || b === undefined || a.length === b.length &&
      a.every((d, i) => d === b[i] || typeof d === "string" || typeof b[i] === "string");
  if (fits) return cotangent;
  const open = g.emit("Identity", [cotangent], { share: false })[0]!;
  open.known = { dtype: cotangent.known.dtype, shape: undefined };
  return open;
}
