/**
 * The tensors that cross between a device and the host within a run.
 *
 * @module
 */
import type { Graph, Node, Value } from "../../onnx/mod.ts";
import { readsOnHost } from "./host_tensors.ts";
import { Placement } from "./placement.ts";
import type { Provider } from "./table.ts";

/** A tensor that crosses between a device and the host. */
export interface Copy {
  /** The tensor. */
  readonly value: Value;
  /** The node that computes it. */
  readonly producer: Node;
  /** The nodes that read it on the other side. */
  readonly readers: readonly Reader[];
}

/** A node that reads a tensor on the other side. */
export interface Reader {
  /** The node. */
  readonly node: Node;
  /** Why it reads the tensor there. */
  readonly why: string;
}

/**
 * Returns the tensors that a run of a graph copies to the host, bodies of loops and branches included: nodes without a
 * kernel read them there. Outputs of the graph are not counted, nor what loops on the host hand to their bodies.
 *
 * @example
 * ```ts
 * import { Graph } from "../../onnx/mod.ts";
 * import { copiesToHost } from "./copies.ts";
 * import { assertEquals } from "@std/assert";
 * const g = new Graph();
 * const x = g.relu(g.input("x", "float32", [3]));
 * g.output(g.add(x, g.sign(x)), "y");
 * const found = copiesToHost(g, "webgpu");
 * assertEquals(found.map((c) => c.readers.map(({ node }) => node.opType)), [["Sign"]]);
 * assertEquals(copiesToHost(g, "cuda"), []);
 * ```
 */
export function copiesToHost(graph: Graph, provider: Provider): Copy[] {
  const placements = placed(graph, { provider });
  return copies(placements, (value, why) => why !== undefined && isOnDevice(placements, value), provider);
}

/** Returns the tensors that a run of a graph computes on the host and copies to the device, bodies included. */
export function copiesFromHost(graph: Graph, provider: Provider): Copy[] {
  const placements = placed(graph, { provider });
  return copies(placements, (value, why) => why === undefined && isMadeOnHost(placements, value), provider);
}

/** The placements of a graph and of all bodies in it. */
type Placements = Map<Graph, Placement>;

function placed(
  graph: Graph,
  { provider, all = new Map() }: { provider: Provider; all?: Placements },
): Placements {
  all.set(graph, new Placement(graph, provider));
  for (const node of graph.nodes) {
    for (const a of node.attributes.values()) if (a.type === "GRAPH") placed(a.value, { provider, all });
  }
  return all;
}

function isOnDevice(placements: Placements, value: Value): boolean {
  return placements.get(value.graph)?.isOnDevice(value) ?? false;
}

function isMadeOnHost(placements: Placements, value: Value): boolean {
  const placement = placements.get(value.graph);
  if (value.producer === undefined || placement === undefined) return false;
  return !placement.isFolded(value.producer) && !placement.isOnDevice(value);
}

/**
 * Returns the tensors that nodes read, by what is asked of them.
 *
 * @param crosses whether a node's tensor is on the other side, given why the node reads it on the host; `undefined` if it
 * reads it on the device
 */
function copies(
  placements: Placements,
  crosses: (value: Value, why: string | undefined) => boolean,
  provider: Provider,
): Copy[] {
  const readers = new Map<Value, Reader[]>();
  for (const [graph, placement] of placements) {
    for (const node of graph.nodes) {
      // ONNX Runtime drops copies within a graph.
      if (placement.isFolded(node) || node.opType === "Identity") continue;
      node.inputs.forEach((read, i) => {
        if (read === null) return;
        const x = originOf(read);
        const hosted = readsOnHost(provider, node, i) ? "its kernel reads it on the host" : undefined;
        const why = placement.host.get(node) ?? hosted;
        if (!crosses(x, why)) return;
        const all = readers.get(x) ?? [];
        readers.set(x, all);
        if (!all.some((r) => r.node === node)) all.push({ node, why: why ?? "it runs on the device" });
      });
    }
  }
  return [...readers].map(([value, all]) => ({ value, producer: value.producer!, readers: all }));
}

/** Returns the value that a value is a copy of; itself, if it is none. */
function originOf(value: Value): Value {
  const { producer } = value;
  return producer?.domain === "" && producer.opType === "Identity" ? originOf(producer.inputs[0]!) : value;
}
