import { assert, assertEquals, assertMatch } from "@std/assert";
import * as optim from "../../optim/all.ts";
import { declarationsOf, isOptimizerName, OPTIMIZER_FAMILIES } from "../../optim/catalog/mod.ts";
import { bundleOf } from "../../display/mod.ts";
import { summaryOf } from "../../optim/summary.ts";
import type { Updater } from "../../optim/protocol.ts";

const { adam, chain, clip, freeze, injectHyperparams, lookahead, partition, sgd } = optim;

/** Makes an update rule or link, with another value than the default where a number may be halved. */
function halved(name: string): { made: Updater; given: Record<string, unknown> } | undefined {
  if (!isOptimizerName(name)) return undefined;
  const declared = Object.entries(declarationsOf(name));
  if (declared.some(([, d]) => "required" in d && d.required)) return undefined;
  const given: Record<string, unknown> = {};
  for (const [option, d] of declared) {
    const half = d.kind === "number" && d.default !== undefined && !d.range.includes("integer")
      ? d.default / 2
      : 0;
    if (half > 0 && Number.isFinite(half) && option !== "halfLife") given[option] = half;
  }
  const make = (optim as unknown as Record<string, (...args: unknown[]) => Updater>)[name]!;
  try {
    return { made: make(given), given };
  } catch {
    return undefined;
  }
}

Deno.test("every rule tells the hyper-parameters that it was given, and its defaults", () => {
  const names = Object.values(OPTIMIZER_FAMILIES).flatMap((family) => Object.keys(family));
  let checked = 0;
  for (const name of names) {
    const result = halved(name);
    if (result === undefined) continue;
    const { made, given } = result;
    const told = made.hyperparameters;
    assert(told !== undefined || Object.keys(given).length === 0, name);
    for (const [option, value] of Object.entries(given)) {
      assertEquals(told![option], value, `${name}: ${option}`);
    }
    checked++;
  }
  assert(checked > 50, String(checked));
});

Deno.test("summaryOf() shows rules inside rules, schedules and predicates", () => {
  const plain = sgd({ learningRate: 0.1 });
  const text =
    "sgd(learningRate: 0.1, weightDecay: 0, maximize: false, momentum: 0, dampening: 0, nesterov: false)";
  assertEquals(summaryOf(plain), text);
  assertEquals(
    summaryOf(lookahead(plain, { syncPeriod: 3 })),
    `lookahead(${text}, syncPeriod: 3, slowStepSize: 0.5, resetState: false)`,
  );
  assertEquals(summaryOf(chain(clip(1), plain)), `chain(clip(limit: 1), ${text})`);
  assertEquals(summaryOf(freeze(plain, { frozen: () => true })), `freeze(${text}, frozen: a function)`);
  assertEquals(
    summaryOf(partition({ a: plain, b: plain }, { label: () => "a" })),
    `partition(a: ${text}, b: ${text}, label: a function)`,
  );
  assertEquals(summaryOf(injectHyperparams(plain)), text);
  assertEquals(summaryOf(adam({ learningRate: () => 1 })).includes("learningRate: a schedule"), true);
});

Deno.test("a notebook shows an optimizer in one line", async () => {
  assertMatch(String((await bundleOf(optim.lbfgs()))?.["text/plain"]), /^lbfgs\(.*learningRate: 1\b.*\)$/);
  const bundle = await bundleOf(adam({ beta1: 0.8 }));
  assertEquals(Object.keys(bundle!), ["text/plain"]);
  const text = String(bundle!["text/plain"]);
  assert(text.includes("beta1: 0.8") && !text.includes("\n"), text);
});
