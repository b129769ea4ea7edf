/**
 * Settings for pages. Bundlers put ONNX Runtime for browsers in the place of the one for Node.
 *
 * @module
 */
export { setWebRuntime, type WebRuntimeOptions } from "./settings.ts";
