/**
 * Loops over a known number of steps, written out.
 *
 * @module
 */
import type { Graph, Node, Value } from "../../onnx/mod.ts";
import { replaceNodes } from "../../onnx/ir/mod.ts";
import { normalizeAxis } from "../../onnx/tensor/mod.ts";
import { copyNodes } from "./copy_nodes.ts";

/** How many nodes a loop may become. Above, opening the model takes longer than the copies that it saves. */
const MOST_NODES = 20_000;

/**
 * Replaces each `Scan` whose number of steps is known by the nodes of its steps, in place. A loop runs on the host: it
 * fetches its states from the device in every step, or asks for each kernel by itself.
 *
 * @param options.mostNodes the number of nodes that a loop may become; a longer one is kept
 * @returns whether any was replaced.
 */
export function unrollLoops(g: Graph, { mostNodes = MOST_NODES }: { mostNodes?: number } = {}): boolean {
  let replaced = false;
  for (const node of g.nodes) {
    for (const a of node.attributes.values()) {
      if (a.type === "GRAPH" && unrollLoops(a.value, { mostNodes })) replaced = true;
    }
  }
  if (!g.nodes.some(isScan)) return replaced;
  replaceNodes(g, (node) => {
    const loop = isScan(node) ? loopOf(node) : undefined;
    if (loop === undefined || loop.steps * loop.body.nodes.length > mostNodes) return undefined;
    replaced = true;
    return unrolled(g, loop);
  });
  return replaced;
}

function isScan({ domain, opType }: Node): boolean {
  return domain === "" && opType === "Scan";
}

/** A value that is cut into slices, or put together from them. */
interface Cut {
  readonly axis: number;
  /** Whether the last slice comes first. */
  readonly reverse: boolean;
}

interface Loop {
  readonly body: Graph;
  readonly steps: number;
  readonly states: readonly Value[];
  readonly scanned: readonly (Cut & { readonly value: Value })[];
  readonly stacked: readonly Cut[];
}

/** Returns what a loop does; `undefined` if its number of steps is not known. */
function loopOf(node: Node): Loop | undefined {
  const body = node.subgraph("body")!;
  const count = node.int("num_scan_inputs")!;
  const inputs = node.inputs as readonly Value[];
  const states = inputs.slice(0, inputs.length - count);
  const cut = (kind: "input" | "output", i: number, rank: number | undefined): Cut | undefined => {
    const axis = node.ints(`scan_${kind}_axes`)?.[i] ?? 0;
    if (axis < 0 && rank === undefined) return undefined;
    return {
      axis: axis < 0 ? normalizeAxis(axis, rank!) : axis,
      reverse: node.ints(`scan_${kind}_directions`)?.[i] === 1,
    };
  };
  const scanned = inputs.slice(states.length).map((value, i) => {
    const own = cut("input", i, value.shape?.length);
    return own && { ...own, value };
  });
  const stacked = node.outputs.slice(states.length).map((_, i) =>
    cut("output", i, plusOne(body.outputs[states.length + i]!.shape?.length))
  );
  const steps = scanned.map((s) => s?.value.shape?.[s.axis]).find((d) => typeof d === "number");
  if (typeof steps !== "number" || steps < 1) return undefined;
  if (scanned.includes(undefined) || stacked.includes(undefined)) return undefined;
  return { body, steps, states, scanned: scanned as Loop["scanned"], stacked: stacked as Cut[] };
}

function plusOne(rank: number | undefined): number | undefined {
  return rank === undefined ? undefined : rank + 1;
}

function unrolled(g: Graph, { body, steps, states, scanned, stacked }: Loop): Value[] {
  let carried: readonly Value[] = states;
  const slices: Value[][] = stacked.map(() => []);
  for (let t = 0; t < steps; t++) {
    const own = scanned.map(({ value, axis, reverse }) => g.gather(value, at(reverse, t), { axis }));
    const bound = new Map(body.inputs.map((x, i) => [x, [...carried, ...own][i]!]));
    const outputs = copyNodes(body, { into: g, bound });
    carried = outputs.slice(0, states.length);
    stacked.forEach(({ axis }, i) => slices[i]!.push(g.unsqueeze(outputs[states.length + i]!, [axis])));
  }
  const whole = stacked.map(({ axis, reverse }, i) => {
    const parts = reverse ? slices[i]!.toReversed() : slices[i]!;
    return parts.length === 1 ? parts[0]! : g.concat(parts, { axis });
  });
  return [...carried, ...whole];

  function at(reverse: boolean, t: number): Value {
    return g.constant(reverse ? steps - 1 - t : t, "int64");
  }
}
