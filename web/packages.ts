/**
 * ONNX Runtime for browsers: the one file of this room that names a package.
 *
 * @module
 */

/** The exports of a build. */
export type WebRuntime = typeof import("npm:onnxruntime-web@1.30.0/wasm");

/** Loads the build for processors. */
export function importWasmBuild(): Promise<WebRuntime> {
  // deno-lint-ignore no-import-prefix -- the one file that names packages
  return import("npm:onnxruntime-web@1.30.0/wasm");
}

/** Loads the build with WebGPU. */
export function importWebgpuBuild(): Promise<WebRuntime> {
  // deno-lint-ignore no-import-prefix -- the one file that names packages
  return import("npm:onnxruntime-web@1.30.0/webgpu");
}
