import { assertEquals } from "@std/assert";
import { follow, trajectories, trajectoryNames } from "./golden.ts";
import { OPTAX } from "./golden_optax.ts";
import { TORCH } from "./golden_torch.ts";

/** Cases that the library has no form for, said in the docs: the count must not grow unseen. */
const LEFT_OUT: Record<string, string[]> = {};

/** Stored, and not yet followed by a test. */
const TO_COME: Record<string, string[]> = {
  torch: ["muon"],
  optax: [
    "dog",
    "dowg",
    "lookahead",
    "muon",
    "polyak_sgd",
    "prodigy",
    "sam",
    "schedule_free_adamw",
    "schedule_free_sgd",
    "sophia",
  ],
};

for (const [framework, makers, title] of [["torch", TORCH, "PyTorch"], ["optax", OPTAX, "Optax"]] as const) {
  for (const [name, make] of Object.entries(makers)) {
    const { version, cases } = trajectories(framework, name);
    for (const c of cases) {
      const opt = make(c.hyper, c);
      if (opt === null) {
        (LEFT_OUT[`${framework} ${name}`] ??= []).push(c.name);
        continue;
      }
      Deno.test(`${opt.name}() follows ${title} ${version}'s ${name}, ${c.name}, to 1e-12`, () =>
        follow(opt, c));
    }
  }
  Deno.test(`every stored trajectory of ${title} is followed`, () => {
    assertEquals([...Object.keys(makers), ...TO_COME[framework]!].sort(), trajectoryNames(framework));
  });
}

Deno.test("the cases of PyTorch and Optax that the library has no form for are these", () => {
  assertEquals(LEFT_OUT, { "optax amsgrad": ["first moment alone corrected"], "optax radam": ["nesterov"] });
});
