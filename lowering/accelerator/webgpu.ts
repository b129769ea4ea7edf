/**
 * A graph in the operators that ONNX Runtime's WebGPU provider has kernels for.
 *
 * @module
 */
import type { Graph } from "../../onnx/mod.ts";
import { REPLACED, withoutMissingKernels } from "./missing_kernels.ts";
import { unrollLoops } from "./unroll_loops.ts";

/** The operators that {@linkcode lowerForWebgpu} may replace. */
export const LOWERED: ReadonlySet<string> = new Set([...REPLACED, "Scan"]);

/**
 * Writes loops out, and replaces operators that have no WebGPU kernel, in place. The host would compute them, and fetch
 * their operands from the device.
 *
 * @returns whether anything was replaced.
 */
export function lowerForWebgpu(g: Graph): boolean {
  const loops = unrollLoops(g);
  const operators = withoutMissingKernels(g);
  if (loops || operators) g.prune();
  return loops || operators;
}
