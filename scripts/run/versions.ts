/**
 * The versions that a result may depend on.
 *
 * @module
 */
import { ONNX_RUNTIME_VERSION } from "../../mod.ts";
import denoJson from "../../deno.json" with { type: "json" };

/** Returns the versions of everything that a result may depend on, by name. */
export function versions(): Record<string, string> {
  return {
    descent: denoJson.version,
    onnxruntime: ONNX_RUNTIME_VERSION,
    deno: Deno.version.deno,
    v8: Deno.version.v8,
    typescript: Deno.version.typescript,
    os: `${Deno.build.os}-${Deno.build.arch}`,
  };
}
