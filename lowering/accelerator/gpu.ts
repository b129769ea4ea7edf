/**
 * The graph of a training step, as a GPU computes it best.
 *
 * @module
 */
import type { Graph } from "../../onnx/mod.ts";
import { evenPads } from "./even_pads.ts";
import { unrollLoops } from "./unroll_loops.ts";

/**
 * Writes out loops, which the host runs and starts each of their kernels anew, and gives transposed convolutions the even
 * padding that CUDA has a kernel for, in place.
 */
export function lowerForGpu(g: Graph): void {
  unrollLoops(g);
  evenPads(g);
  g.prune();
}
