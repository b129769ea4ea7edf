import { assert, assertEquals } from "@std/assert";
import { compare } from "../../../tools/kernels/check.ts";
import { canOpen } from "./placements.ts";

/** Operators of which the providers lack all kernels, some types, versions or attributes, or read inputs on the host. */
const SAMPLE = [
  "Add",
  "ArgMax",
  "Cast",
  "ConvTranspose",
  "Gather",
  "LSTM",
  "NonZero",
  "Pad",
  "Sign",
  "Slice",
  "Sum",
  "Transpose",
];

for (const provider of ["cuda", "webgpu"] as const) {
  const ignore = !await canOpen(provider);
  const skipped = provider === "cuda"
    ? " (skipped: no CUDA; set DESCENT_ONNX_RUNTIME_DIR)"
    : " (skipped: no WebGPU adapter; set VK_DRIVER_FILES)";
  Deno.test({
    name: `ONNX Runtime places models of one node as the table of ${provider} says${ignore ? skipped : ""}`,
    ignore,
    async fn() {
      const { same, different } = await compare(provider, SAMPLE);
      assertEquals(different, []);
      assert(same > 800, `${same} models were compared`);
    },
  });
}
