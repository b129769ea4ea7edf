import { assert, assertEquals } from "@std/assert";
import { hasAdapter } from "./webgpu.ts";
import { copiesOf, EVERY_RULE, type Program, RULES } from "./webgpu_copies.ts";
import { NETWORKS } from "./webgpu_zoo.ts";

const ignore = !await hasAdapter();
const suffix = ignore ? " (skipped: no WebGPU adapter; set VK_DRIVER_FILES)" : "";

/**
 * The numbers of tensors that rules must fetch: `applyIfFinite` and `skipLargeUpdates` move a clock by what the gradients
 * are, and the host counts clocks, in float64. The loops of `shampoo`, one for each of 6 axes, run at a refresh alone: each
 * fetches whether it goes on, and its three states.
 */
const EXCEPTIONS: Readonly<Record<string, number>> = {
  "every/applyIfFinite()": 1,
  "every/skipLargeUpdates()": 1,
  "every/skipLargeUpdates() around multiSteps": 1,
  "every/shampoo()": 24,
};

/** Asserts that no program copies a tensor to the host, besides the exceptions. */
async function noneToHost(programs: readonly Program[]): Promise<void> {
  const all = await copiesOf(programs);
  const found = programs.flatMap(({ network, rule }, i) =>
    all[i]!.toHost.slice(EXCEPTIONS[rule] ?? 0).map((tensor) => `${network} ${rule}: ${tensor}`)
  );
  assertEquals(found, []);
  assertEquals(all.length, programs.length);
}

Deno.test({
  name: `no step of the zoo copies a tensor from webgpu to the host${suffix}`,
  ignore,
  fn: () =>
    noneToHost(
      Object.keys(NETWORKS).flatMap((network) =>
        Object.keys(RULES).map((rule) => ({ network, rule, reports: true }))
      ),
    ),
});

Deno.test({
  name: `no rule or transform copies a tensor from webgpu to the host${suffix}`,
  ignore,
  fn: () => noneToHost(EVERY_RULE.map((rule) => ({ network: "mlp", rule, reports: true }))),
});

Deno.test({
  name: `without the forms for webgpu, the runtime's log names the copies${suffix}`,
  ignore,
  async fn() {
    const programs = ["mlp", "cifarnet"].map((network) => ({
      network,
      rule: "adam",
      reports: true,
      plain: true,
    }));
    const [mlp, cifarnet] = await copiesOf(programs);
    // The scores, for the accuracy's ArgMax.
    assertEquals(mlp!.toHost.length, 1);
    assert(mlp!.fromHost.includes("oneHot"), String(mlp!.fromHost));
    // Besides, what two LRN and their gradients read.
    assert(cifarnet!.toHost.length > 10, String(cifarnet!.toHost));
  },
});
