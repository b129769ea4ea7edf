/**
 * Rules of control flow.
 *
 * @module
 */
import { type Graph, isFloat, type Node, normalizeAxis, type Value } from "../../../onnx/mod.ts";
import type { Rule, Site } from "../../site.ts";
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

/** If: the branch that was taken is computed again, and the way back through it. */
export const ifRule: Rule = (s) => {
  const { g, node } = s;
  const branches = ["then_branch", "else_branch"].map((name) => bodyOf(node, name));
  const captured = [...new Set(branches.flatMap(bodyReads))].filter((v) =>
    isAround(v.graph, g) && s.wantsValue(v) && isFloat(v.dtype)
  );
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

function branchGradient(
  s: Site,
  { b, into, captured }: { b: Graph; into: Graph; captured: readonly Value[] },
): Value[] {
  const map: Mapping = new Map();
  copyConstants(b, into, map);
  for (const node of b.nodes) copyNode(node, into, map);
  const seeds = b.outputs.flatMap((y, i) => {
    const cotangent = s.cotangents[i];
    return cotangent ? [{ value: map.get(y) ?? y, cotangent }] : [];
  });
  return s.backward(into, { seeds, wrt: captured });
}
