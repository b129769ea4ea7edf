/**
 * Graphs for devices other than the processor: loops written out, and operators without kernels replaced.
 *
 * @module
 */
export { LOWERED, lowerForWebgpu } from "./webgpu.ts";
export { evenPads } from "./even_pads.ts";
export { lowerForGpu } from "./gpu.ts";
export { unrollLoops } from "./unroll_loops.ts";
