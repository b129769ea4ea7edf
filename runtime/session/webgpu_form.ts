/**
 * Rewrites a model for ONNX Runtime's WebGPU kernels, before it is opened: some are wrong without an error, and operators
 * without a kernel would fetch their operands from the device.
 *
 * @module
 */
import { buildModel, type Graph, graphOf, type Model, Node, type Value } from "../../onnx/mod.ts";
import { normalizeAxis } from "../../onnx/tensor/mod.ts";
import { LOWERED, lowerForWebgpu } from "../../lowering/accelerator/mod.ts";
import { DeviceError } from "./device.ts";

/** A graph of a model file; only its operators are read. */
type GraphProto = NonNullable<Model["graph"]>;

/** Replacements of nodes by operator; `undefined` if the node's kernel is right. */
const FORMS: Readonly<Record<string, (g: Graph, node: Node) => readonly Value[] | undefined>> = {
  BatchNormalization: inThreeDimensions,
  Slice: fromTheLast,
};

/**
 * Returns a model that computes the same with the WebGPU kernels of ONNX Runtime 1.30 as the given one on a CPU. A
 * model that needs no change is returned unchanged.
 *
 * @throws {DeviceError} naming a node that may be computed wrong and cannot be rewritten.
 */
export function webgpuForm(model: Model): Model {
  const called = [model.graph?.node ?? [], ...model.functions.map((f) => f.node)];
  if (!called.some(callsOneOfThem)) return model;
  const { graph } = graphOf(model);
  const lowered = lowerForWebgpu(graph);
  return substituteIn(graph) || lowered ? buildModel(graph, { metadata: model.metadataProps }) : model;
}

function callsOneOfThem(nodes: GraphProto["node"]): boolean {
  return nodes.some(({ opType, attribute }) =>
    Object.hasOwn(FORMS, opType) || LOWERED.has(opType) ||
    attribute.some(({ g, graphs }) =>
      [g, ...graphs].some((body) => body !== undefined && callsOneOfThem(body.node))
    )
  );
}

/** Replaces nodes of a graph and of its bodies. @returns whether any was replaced. */
function substituteIn(g: Graph): boolean {
  let changed = false;
  for (const node of [...g.nodes]) {
    for (const a of node.attributes.values()) {
      if (a.type === "GRAPH" && substituteIn(a.value)) changed = true;
    }
    const other = node.domain === "" && Object.hasOwn(FORMS, node.opType)
      ? FORMS[node.opType]!(g, node)
      : undefined;
    if (other === undefined) continue;
    g.substitute(node, other);
    changed = true;
  }
  return changed;
}

/**
 * Replaces a batch normalization of `[N, C]` by one of `[N, C, 1]`. In the layout that sessions must use, the kernel
 * reads the statistics of other channels in two dimensions if C is even.
 */
function inThreeDimensions(g: Graph, node: Node): readonly Value[] | undefined {
  const { opType, domain, opset, name, inputs, attributes, outputs } = node;
  const [x, ...others] = inputs as [Value, ...(Value | null)[]];
  const rank = x.shape?.length;
  if (rank !== undefined && rank !== 2) return undefined;
  // An unknown rank may be two.
  const places = g.reshape(x, [0, 0, rank === undefined ? -1 : 1]);
  const inner = new Node(opType, domain, opset, name, [places, ...others], attributes);
  const [y, ...statistics] = g.append(inner, outputs.length, { share: false });
  return [g.reshape(y!, rank === undefined ? g.shape(x) : [0, 0]), ...statistics];
}

/** Element types without WebGPU kernels: the CPU computes them. */
const ON_CPU: readonly (string | undefined)[] = ["int64", "uint64", "float64", "string"];

/** Bounds for `Slice` on an axis of any size: the last element, and the place before the first. */
const [LAST, BEFORE_FIRST] = [-1, -(2 ** 31 - 1)];

/**
 * Replaces a slice with negative steps by two: one up to its start, and of that one from its last element. The kernel
 * always counts back from the last element, wherever a slice starts.
 */
function fromTheLast(g: Graph, node: Node): readonly Value[] | undefined {
  const [x, ...given] = node.inputs as [Value, ...(Value | null | undefined)[]];
  const [starts, ends, axes, steps] = given.map((v) => (v ? numbersOf(v) : null));
  if (!given[3] || ON_CPU.includes(x.known.dtype) || steps?.every((s) => s > 0)) return undefined;
  if (!starts || !ends || !steps || axes === undefined) throw unknown(node, "starts, ends, axes and steps");
  const cuts: { axis: number; end: number }[] = [];
  const from = starts.map(within);
  const to = ends.map(within);
  steps.forEach((step, i) => {
    const axis = axes?.[i] ?? i;
    const size = x.shape?.[normalizeAxis(axis, x.shape.length)];
    if (step > 0 || from[i] === LAST || size === 0) return;
    if (typeof size !== "number") {
      if (from[i] === 2 ** 31 - 1) return;
      if (from[i]! < 0 || (to[i]! < 0 && to[i] !== BEFORE_FIRST)) {
        throw unknown(node, `the size of axis ${axis}`);
      }
      cuts.push({ axis, end: from[i]! + 1 });
    } else {
      const start = Math.min(Math.max(from[i]! < 0 ? from[i]! + size : from[i]!, 0), size - 1);
      if (start === size - 1) return;
      cuts.push({ axis, end: start + 1 });
      const end = to[i]! < 0 ? to[i]! + size : to[i]!;
      to[i] = end < 0 ? BEFORE_FIRST : end;
    }
    from[i] = LAST;
  });
  if (cuts.length === 0) return undefined;
  const cut = g.slice(x, cuts.map(() => 0), cuts.map((c) => c.end), cuts.map((c) => c.axis));
  return [g.slice(cut, from, to, given[2] ?? null, steps)];
}

/** Returns the contents of a vector of integers; `undefined` if not all are known. */
function numbersOf(v: Value): number[] | undefined {
  const known = v.contents;
  return known?.every((d) => typeof d === "number") ? known as number[] : undefined;
}

/** A bound of a slice that no size exceeds. */
function within(bound: number): number {
  return Math.min(Math.max(bound, BEFORE_FIRST), 2 ** 31 - 1);
}

function unknown(node: Node, what: string): DeviceError {
  return new DeviceError(
    `${node}: on device 'webgpu' ONNX Runtime computes slices with negative steps wrong unless they start at the last ` +
      `element. To check this one, ${what} must be known before the run: make them constants, or use --device cpu`,
  );
}
