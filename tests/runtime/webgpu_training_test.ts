import { assert, assertEquals } from "@std/assert";
import { hasAdapter, script } from "./webgpu.ts";
import { distances, type Training } from "./webgpu_training.ts";

const adapter = await hasAdapter();
const suffix = adapter ? "" : " (skipped: no WebGPU adapter; set VK_DRIVER_FILES)";

/**
 * Networks in two processes of about equal length: most of the time goes into compiling kernels. The others, which have the
 * same kernels, are in the table of `docs/webgpu.md`, which this file's script prints.
 */
const CHOSEN = [["logistic", "mlp", "lenet", "lstm", "gru", "cifarnet"], ["transformer", "resnet-8"]];

/** Networks that ONNX Runtime trains in float64. */
const IN_FLOAT64 = new Set(["logistic", "mlp", "lstm", "gru"]);

for (const chosen of CHOSEN) {
  Deno.test({
    name: `20 steps on webgpu are as near to float64 as those of cpu: ${chosen.join(", ")}${suffix}`,
    ignore: !adapter,
    async fn(t) {
      const path = "tests/runtime/webgpu_training.ts";
      const { code, out, err } = await script(path, ["small", "6", "json", ...chosen]);
      assertEquals(code, 0, err);
      const all = out.trim().split("\n").map((line) => JSON.parse(line) as Training);
      assertEquals(all.map((r) => r.network), chosen);
      for (const training of all) await t.step(training.network, () => compare(training));
    },
  });
}

function compare(training: Training): void {
  const { network, first: [cpu, webgpu], gradients, float64 } = training;
  assert(Math.abs(cpu - webgpu) <= 1e-5 * Math.abs(cpu), `first losses ${cpu} and ${webgpu}`);
  assert(Object.keys(gradients).length > 1);
  for (const [name, apart] of Object.entries(gradients)) assert(apart <= 1e-5, `gradient ${name}: ${apart}`);
  assertEquals(float64 !== null, IN_FLOAT64.has(network));
  const apart = distances(training);
  // Two units in the last place, where the orders on the CPU happen to agree.
  const least = 2 ** -22 * Math.abs(training.webgpu);
  assert(apart.webgpu <= Math.max(least, 3 * apart.cpu), JSON.stringify(apart));
  assert(apart.webgpu <= 1e-3, JSON.stringify(apart));
}
