/**
 * The kernels of ONNX Runtime's providers: what runs on a GPU, and what does not.
 *
 * @module
 */
export { copiesFromHost, copiesToHost, type Copy, type Reader } from "./copies.ts";
export { hasKernel, missingKernel } from "./has_kernel.ts";
export { Placement } from "./placement.ts";
export { type Kernel, kernelsOf, type Provider } from "./table.ts";
