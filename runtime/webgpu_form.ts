/**
 * The form of a model that ONNX Runtime's WebGPU kernels compute right. Where they are wrong they say nothing, so a model is
 * put into that form before it is opened there.
 *
 * @module
 */
import { buildModel, type Graph, graphOf, type Model, Node, normalizeAxis, type Value } from "../onnx/mod.ts";
import { DeviceError } from "./device.ts";

/** A graph of a model file, of which this reads only which operators it calls. */
type GraphProto = NonNullable<Model["graph"]>;

/** What to compute instead of a node, by its operator; `undefined` where its kernel is right. */
const FORMS: Readonly<Record<string, (g: Graph, node: Node) => readonly Value[] | undefined>> = {
  BatchNormalization: inThreeDimensions,
  Slice: fromTheLast,
};

/**
 * Returns a model that computes the same with the kernels of ONNX Runtime 1.30 for WebGPU as the given one on a CPU. A model
 * that needs no other form is returned as it is.
 *
 * @throws {DeviceError} naming a node that may be computed wrong and cannot be put into another form.
 */
export function webgpuForm(model: Model): Model {
  const called = [model.graph?.node ?? [], ...model.functions.map((f) => f.node)];
  if (!called.some(callsOneOfThem)) return model;
  const { graph } = graphOf(model);
  return substituteIn(graph) ? buildModel(graph, { metadata: model.metadataProps }) : model;
}

function callsOneOfThem(nodes: GraphProto["node"]): boolean {
  return nodes.some(({ opType, attribute }) =>
    Object.hasOwn(FORMS, opType) ||
    attribute.some(({ g, graphs }) =>
      [g, ...graphs].some((body) => body !== undefined && callsOneOfThem(body.node))
    )
  );
}

/** Puts the nodes of a graph and of its bodies into form. @returns whether there was one to change. */
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
 * A batch normalization of `[N, C]` as one of `[N, C, 1]`. With the layout that sessions have to keep, the kernel takes other
 * channels' statistics in two dimensions where C is even.
 */
function inThreeDimensions(g: Graph, node: Node): readonly Value[] | undefined {
  const { opType, domain, opset, name, inputs, attributes, outputs } = node;
  const [x, ...others] = inputs as [Value, ...(Value | null)[]];
  const rank = x.shape?.length;
  if (rank !== undefined && rank !== 2) return undefined;
  // A rank that is not known may be two.
  const places = g.reshape(x, [0, 0, rank === undefined ? -1 : 1]);
  const inner = new Node(opType, domain, opset, name, [places, ...others], attributes);
  const [y, ...statistics] = g.append(inner, outputs.length, { share: false });
  return [g.reshape(y!, rank === undefined ? g.shape(x) : [0, 0]), ...statistics];
}

/** Element types without kernels for WebGPU: a CPU computes those. */
const ON_CPU: readonly (string | undefined)[] = ["int64", "uint64", "float64", "string"];

/** The last and the first element of an axis, as `Slice` has them for any size. */
const [LAST, BEFORE_FIRST] = [-1, -(2 ** 31 - 1)];

/**
 * A slice with negative steps in two: what lies up to its start, and of that the slice from the last element. The kernel
 * counts back from the last element wherever a slice starts.
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

/** The contents of a vector of integers, where all are known. */
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
    `${node}: on device 'webgpu' ONNX Runtime computes slices with negative steps wrong that do not start at the last ` +
      `element, and whether this one does needs ${what} that are known before the run; use --device cpu`,
  );
}
