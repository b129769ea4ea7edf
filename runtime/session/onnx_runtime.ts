/**
 * ONNX Runtime, loaded when first needed.
 *
 * @module
 */
import { importOnnxRuntime } from "../../deps.ts";
import { loadForeignBuild } from "./foreign_build.ts";

/** What `onnxruntime-node` exports. */
export type OnnxRuntime = Awaited<ReturnType<typeof importOnnxRuntime>>;

let loaded: Promise<OnnxRuntime> | undefined;

/**
 * The runtime: the npm package's, or the build that the environment names. Its own log is off: what goes wrong reaches the
 * caller as an error.
 *
 * @throws {Error} when the build that the environment names cannot be used.
 */
export function onnxRuntime(): Promise<OnnxRuntime> {
  return loaded ??= load();
}

async function load(): Promise<OnnxRuntime> {
  loadForeignBuild();
  const ort = await importOnnxRuntime();
  ort.env.logLevel = "fatal";
  return ort;
}
