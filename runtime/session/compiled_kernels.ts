/**
 * Keeps the kernels that ONNX Runtime compiles for WebGPU.
 *
 * @module
 */
import { executionProvider } from "./device.ts";
import type { OnnxRuntime } from "./onnx_runtime.ts";
import { PROBE } from "./probe_model.ts";

let kept: Promise<unknown> | undefined;

/**
 * Keeps all kernels that are compiled from now on until the process ends. ONNX Runtime forgets them with the last open
 * session of WebGPU, and would compile them again for the next one, so this leaves a session of one small node open.
 */
export async function keepKernels(ort: OnnxRuntime): Promise<void> {
  kept ??= ort.InferenceSession.create(PROBE, {
    executionProviders: [executionProvider("webgpu")],
    logSeverityLevel: 4,
  });
  try {
    await kept;
  } catch {
    // Whoever opens a session reports what the device lacks.
    kept = undefined;
  }
}
