import { assert, assertEquals } from "@std/assert";
import { hasAdapter, script } from "../runtime/webgpu.ts";
import type { Distance } from "./exported.ts";

const adapter = await hasAdapter();

Deno.test({
  name: `gradientModel() gives the loss and the gradients of PyTorch on webgpu for mlp, lenet and gpt${
    adapter ? "" : " (skipped: no WebGPU adapter; set VK_DRIVER_FILES)"
  }`,
  ignore: !adapter,
  async fn() {
    // One model each, because a software driver takes seconds to compile each kernel.
    const models = ["mlp-dynamo", "lenet-script", "gpt-dynamo"];
    const { code, out, err } = await script("tests/autodiff/exported.ts", ["webgpu", ...models]);
    assertEquals(code, 0, err);
    const distances = Object.entries(JSON.parse(out) as Record<string, Distance>);
    assertEquals(distances.length, models.length);
    for (const [file, { loss, gradient, at, compared }] of distances) {
      assert(compared > 1);
      assert(loss <= 1e-5, `${file}: the loss differs by ${loss}`);
      assert(gradient <= 1e-4, `${file}: the gradient of ${at} differs by ${gradient}`);
    }
  },
});
