/**
 * ONNX Runtime, loaded when first needed.
 *
 * @module
 */
import { importOnnxRuntime } from "../deps.ts";

/** What `onnxruntime-node` exports. */
export type OnnxRuntime = Awaited<ReturnType<typeof importOnnxRuntime>>;

let loaded: Promise<OnnxRuntime> | undefined;

/** The runtime. Its own log is off: what goes wrong reaches the caller as an error. */
export function onnxRuntime(): Promise<OnnxRuntime> {
  return loaded ??= importOnnxRuntime().then((ort) => {
    ort.env.logLevel = "fatal";
    return ort;
  });
}
