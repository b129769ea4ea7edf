/**
 * ONNX Runtime, loaded when first needed.
 *
 * @module
 */
import { importOnnxRuntime } from "../../deps.ts";
import { loadForeignBuild } from "./foreign_build.ts";

/** The exports of `onnxruntime-node`. */
export type OnnxRuntime = Awaited<ReturnType<typeof importOnnxRuntime>>;

let loaded: Promise<OnnxRuntime> | undefined;

/**
 * Returns the runtime: the npm package, or the build that the environment names. Its log is off, because errors reach the
 * caller as exceptions.
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
