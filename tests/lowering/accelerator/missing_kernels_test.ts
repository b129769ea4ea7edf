import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { buildModel, graphOf, openSession } from "../../../mod.ts";
import { lowerForWebgpu } from "../../../lowering/accelerator/mod.ts";
import { hasAdapter, runCase } from "../../runtime/webgpu.ts";
import { cases } from "./cases.ts";

Deno.test("lowerForWebgpu() replaces operators without kernels by others with the same results", async () => {
  const { model, feeds, names, operators } = cases();
  const { graph } = graphOf(model);
  const before = new Set(graph.nodes.map((n) => n.opType));
  assertEquals(operators.filter((o) => !before.has(o)), []);
  assert(lowerForWebgpu(graph));
  const after = new Set(graph.nodes.map((n) => n.opType));
  assertEquals(operators.filter((o) => after.has(o)), []);
  assertEquals(graph.outputs.map((o) => o.name), model.graph!.output.map((o) => o.name));

  await using one = await openSession(model);
  await using other = await openSession(buildModel(graph));
  const [expected, got] = [await one.run(feeds), await other.run(feeds)];
  names.forEach((name, i) => {
    const [a, b] = [expected[`y${i + 1}`]!, got[`y${i + 1}`]!];
    assertEquals([b.dtype, b.shape], [a.dtype, a.shape], name);
    (a.data as Float32Array).forEach((v, k) =>
      assertAlmostEquals(Number(b.data[k]), v, 2e-6 * Math.max(1, Math.abs(v)), `${name} [${k}]`)
    );
  });
});

Deno.test("lowerForWebgpu() leaves a graph alone whose operators have kernels", () => {
  const { graph } = graphOf(cases().model);
  lowerForWebgpu(graph);
  const nodes = [...graph.nodes];
  assert(!lowerForWebgpu(graph));
  assertEquals(graph.nodes.map(String), nodes.map(String));
});

const adapter = await hasAdapter();

Deno.test({
  name: `the replacements give the same on webgpu as the operators on cpu${
    adapter ? "" : " (skipped: no WebGPU adapter; set VK_DRIVER_FILES)"
  }`,
  ignore: !adapter,
  async fn() {
    const differences = await runCase("replaced") as Record<string, number>;
    assertEquals(Object.keys(differences), cases().names);
    for (const [name, difference] of Object.entries(differences)) {
      assert(difference <= 2e-6, `${name}: ${difference}`);
    }
  },
});
