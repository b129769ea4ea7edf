/**
 * What kernels refuse besides versions and types: the table of kernels does not hold it.
 *
 * @module
 */
import type { Node } from "../../onnx/mod.ts";
import type { Provider } from "./table.ts";

/** Returns why the provider leaves a node to the CPU; `undefined` if it takes it. */
type Limit = (node: Node) => string | undefined;

/** The limits by provider and operator. */
export const LIMITS: Readonly<Record<Provider, Readonly<Record<string, Limit>>>> = {
  cuda: { ConvTranspose: evenPads },
  webgpu: {},
};

function evenPads(node: Node): string | undefined {
  const pads = node.ints("pads") ?? [];
  const half = pads.length / 2;
  if (pads.slice(0, half).every((pad, i) => pad === pads[half + i])) return undefined;
  return `cuda leaves ConvTranspose with uneven pads (${pads.join(", ")}) to the CPU`;
}
