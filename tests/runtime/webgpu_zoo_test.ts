import { assert, assertEquals } from "@std/assert";
import { hasAdapter, script } from "./webgpu.ts";
import { BOUND, type Compared, STEPS } from "./webgpu_zoo.ts";

const adapter = await hasAdapter();

/** Networks with different kernels; `deno task test:webgpu` trains all of them at larger sizes. */
const CHOSEN = ["lenet", "resnet-8", "transformer"];

const suffix = adapter ? "" : " (skipped: no WebGPU adapter; set VK_DRIVER_FILES)";

Deno.test({
  name: `trainingProgram() on webgpu gives the losses of cpu for small networks at batches of 9${suffix}`,
  ignore: !adapter,
  async fn(t) {
    // In one process, because a software driver spends most of its time on compiling kernels, which networks share.
    const { code, out, err } = await script("tests/runtime/webgpu_zoo.ts", ["small", "9", ...CHOSEN]);
    const lines = out.trim().split("\n").filter((line) => line !== "");
    const all = lines.map((line) => JSON.parse(line) as Compared);
    assertEquals(all.map((c) => c.network), CHOSEN, err);
    assertEquals(all.map((c) => c.batchSize), CHOSEN.map(() => 9));
    for (const { network, batchSize, cpu, webgpu, difference } of all) {
      await t.step(`${network} at ${batchSize}`, () => {
        assertEquals(webgpu.length, STEPS + 1);
        assert(difference <= BOUND, `losses ${webgpu} on webgpu, ${cpu} on cpu`);
      });
    }
    assertEquals(code, 0, err);
  },
});
