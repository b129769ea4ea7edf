/**
 * What kernels refuse besides versions and types: the table of kernels does not hold it.
 *
 * @module
 */
import type { Node } from "../../onnx/mod.ts";
import type { Provider } from "./table.ts";

/** Returns what the provider leaves to the CPU; `undefined` if it takes the node. */
type Limit = (node: Node) => string | undefined;

/** The limits by provider and operator, as models of one node found them. WebGPU has none. */
export const LIMITS: Readonly<Record<Provider, Readonly<Record<string, Limit>>>> = {
  cuda: {
    ArgMax: firstIndex,
    ArgMin: firstIndex,
    ConvTranspose: evenPads,
    GRU: (node) =>
      node.int("linear_before_reset") === 1 ? plainCell(node) : "linear_before_reset other than 1",
    LSTM: (node) =>
      node.inputs[7] ? "an input P" : node.int("input_forget") ? "input_forget" : plainCell(node),
    RNN: plainCell,
  },
  webgpu: {},
};

function firstIndex(node: Node): string | undefined {
  return node.int("select_last_index") ? "select_last_index" : undefined;
}

function evenPads(node: Node): string | undefined {
  const automatic = node.string("auto_pad") ?? "";
  if (automatic.startsWith("SAME")) return `auto_pad ${automatic}`;
  const pads = node.ints("pads") ?? [];
  const half = pads.length / 2;
  const even = pads.slice(0, half).every((pad, i) => pad === pads[half + i]);
  return even ? undefined : `uneven pads ${pads.join(", ")}`;
}

/** The activations of recurrent cells that kernels compute, for each direction. */
const ACTIVATIONS: Readonly<Record<string, readonly string[]>> = {
  GRU: ["Sigmoid", "Tanh"],
  LSTM: ["Sigmoid", "Tanh", "Tanh"],
  RNN: ["Tanh"],
};

function plainCell(node: Node): string | undefined {
  if (node.attributes.has("clip")) return "clip";
  const given = node.attributes.get("activations");
  if (given?.type !== "STRINGS") return undefined;
  const usual = ACTIVATIONS[node.opType]!;
  const plain = given.value.every((name, i) => name === usual[i % usual.length]);
  return plain ? undefined : `activations ${given.value.join(", ")}`;
}
