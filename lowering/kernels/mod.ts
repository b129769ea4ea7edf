/**
 * The kernels of ONNX Runtime's providers: what runs on a GPU, and what does not.
 *
 * @module
 */
export { hasKernel, missingKernel } from "./has_kernel.ts";
export { type Kernel, kernelsOf, type Provider } from "./table.ts";
