/**
 * Where ONNX Runtime runs the nodes of a graph: on the device of a provider, or on the host.
 *
 * @module
 */
import type { Graph, Node, Value } from "../../onnx/mod.ts";
import { isStatic } from "../../onnx/tensor/mod.ts";
import { missingKernel } from "./has_kernel.ts";
import { readsOnHost, writesOnHost } from "./host_tensors.ts";
import type { Provider } from "./table.ts";

/**
 * Operators that the CPU has no kernel for either: ONNX Runtime writes out their definition, whose nodes on floats have
 * kernels on the device.
 */
const WRITTEN_OUT: Readonly<Record<Provider, readonly string[]>> = {
  cuda: [
    "CastLike",
    "GroupNormalization",
    "HardSwish",
    "Mish",
    "NegativeLogLikelihoodLoss",
    "SoftmaxCrossEntropyLoss",
    "Swish",
  ],
  webgpu: ["CastLike", "GroupNormalization", "HardSwish", "Mish", "NegativeLogLikelihoodLoss", "Swish"],
};

/** Constants of fewer elements do not keep a node from the host. */
const SMALL = 100;

/** The nodes of a graph that run on the host, each with the reason. Its bodies have placements of their own. */
export class Placement {
  /** Why a node runs on the host. */
  readonly host: ReadonlyMap<Node, string>;
  readonly #constants: ReadonlySet<Value>;

  /** Places the nodes of a graph. */
  constructor(graph: Graph, provider: Provider) {
    this.#constants = constantsOf(graph);
    const host = new Map<Node, string>();
    for (const node of graph.nodes) {
      const missing = missingKernel(provider, node);
      if (missing === undefined || this.isFolded(node)) continue;
      if (node.domain !== "" || !WRITTEN_OUT[provider].includes(node.opType)) host.set(node, missing);
    }
    this.#keepShapes(graph, { provider, host });
    this.host = host;
  }

  /** Returns whether a value of the graph is computed on the device. Inputs and constants are not. */
  isOnDevice(value: Value): boolean {
    const { producer } = value;
    if (producer === undefined || this.#constants.has(value)) return false;
    return !this.host.has(producer) && !writesOnHost(producer);
  }

  /** Returns whether ONNX Runtime computes a node while it opens the model. */
  isFolded(node: Node): boolean {
    return node.outputs.every((y) => y === null || this.#constants.has(y));
  }

  /**
   * Moves arithmetic on shapes to the host. As ONNX Runtime does, it follows what kernels write on the host: a node goes
   * there if all that it reads is on the host, is a small constant or an input of the graph.
   */
  #keepShapes(graph: Graph, { provider, host }: { provider: Provider; host: Map<Node, string> }): void {
    const onHost = new Set<Value>();
    const written = (node: Node) => node.outputs.forEach((y) => y !== null && onHost.add(y));
    for (const node of graph.nodes) {
      if (host.has(node) || this.isFolded(node)) continue;
      const follows = node.inputs.some((x) => x !== null && onHost.has(x));
      const stays = node.inputs.every((x, i) =>
        x === null || graph.inputs.includes(x) || this.#isSmall(x) ||
        (onHost.has(x) && !readsOnHost(provider, node, i))
      );
      if (follows && stays) {
        host.set(node, "it computes on sizes");
        written(node);
      } else if (writesOnHost(node)) written(node);
    }
  }

  #isSmall(value: Value): boolean {
    const { shape } = value;
    return (isInitializer(value) || this.#constants.has(value)) && isStatic(shape) &&
      shape.reduce((a, b) => a * b, 1) < SMALL;
  }
}

function isInitializer(value: Value): boolean {
  return value.producer === undefined && !value.graph.inputs.includes(value);
}

/** Operators whose results differ from run to run. */
const RANDOM = /^(Random|Bernoulli|Multinomial)/;

/** Returns the values that nodes compute from constants alone, or from shapes that are known. */
function constantsOf(graph: Graph): Set<Value> {
  const constants = new Set<Value>();
  for (const node of graph.nodes) {
    if (RANDOM.test(node.opType) || [...node.attributes.values()].some((a) => a.type === "GRAPH")) continue;
    const fromShape = node.opType === "Shape" && isStatic(node.inputs[0]!.shape);
    const known = node.inputs.every((x) => x === null || isInitializer(x) || constants.has(x));
    if (known || fromShape) node.outputs.forEach((y) => y !== null && constants.add(y));
  }
  return constants;
}
