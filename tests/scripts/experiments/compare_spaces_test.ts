import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../../scripts/console/errors.ts";
import { readChange, spacesOf } from "../../../scripts/experiments/compare/spaces.ts";
import { optimizerOf } from "../../../scripts/lab/mod.ts";

const changes = (...texts: string[]) => texts.map(readChange);

Deno.test("the rates of all optimizers are searched over intervals of the same width around the usual one", () => {
  const optimizers = ["sgd", "adam(beta1=0.8)", "muon"].map(optimizerOf);
  const spaces = spacesOf(optimizers, { searched: "rate", changes: [] });
  assertEquals(Object.values(spaces).map((s) => Object.keys(s)), Array(3).fill(["learningRate"]));
  assertEquals(spaces.sgd!.learningRate, { low: 0.001, high: 10, scale: "log" });
  assertEquals(spaces["adam(beta1=0.8)"]!.learningRate, { low: 1e-5, high: 0.1, scale: "log" });
});

Deno.test("with all numbers, those with a declared interval are searched, but for those that the text sets", () => {
  const optimizers = ["adamw", "adamw(beta1=0.9, learningRate=0.01)"].map(optimizerOf);
  const spaces = spacesOf(optimizers, { searched: "all", changes: [] });
  assertEquals(Object.values(spaces).map((s) => Object.keys(s)), [
    ["learningRate", "weightDecay", "beta1"],
    ["weightDecay"],
  ]);
  const { beta1 } = spaces.adamw!;
  assertEquals(beta1, optimizerOf("adamw").space.beta1!);
});

Deno.test("a change to a space counts for the optimizers of its name, or for all that have the number", () => {
  const optimizers = ["sgd", "adam", "adamw"].map(optimizerOf);
  const given = changes(
    "adam.learningRate=1e-4..1",
    "beta2=0.9..0.9999:one-minus-log",
    "sgd.momentum=0..0.9:linear",
  );
  const { sgd, adam, adamw } = spacesOf(optimizers, { searched: "rate", changes: given });
  const beta2 = { low: 0.9, high: 0.9999, scale: "one-minus-log" };
  assertEquals(Object.keys(sgd!), ["learningRate", "momentum"]);
  assertEquals(sgd!.momentum, { low: 0, high: 0.9, scale: "linear" });
  assertEquals(adam!, { learningRate: { low: 1e-4, high: 1, scale: "log" }, beta2 } as typeof adam);
  assertEquals(adamw!.beta2, beta2 as never);
  // The scale is as declared.
  const { adam: declared } = spacesOf(optimizers, { searched: "rate", changes: changes("beta1=0.5..0.9") });
  assertEquals(declared!.beta1, { low: 0.5, high: 0.9, scale: "one-minus-log" });
});

for (
  const [text, message] of [
    ["adam", "--space takes intervals such as"],
    ["adam.beta1=0.5", "--space takes intervals such as"],
    ["adam.beta1=0.5..x", "--space takes intervals such as"],
    ["adam.beta1=0.5..0.9:square", "--space takes intervals such as"],
    ["adam.beta1=0.9..0.5", "the low end must not be above the high one"],
    ["adam.beta1=0.5..1.5:linear", "beta1 must be in [0, 1)"],
    ["adam.beta3=0.5..0.9", 'Did you mean "adam.beta1"?'],
    ["momentum=0.5..0.9", "no optimizer here has a number momentum that its text leaves open"],
    ["adam.learningRate=0..1", "a log scale needs numbers above 0"],
    ["adam.beta1=0.5..1", "a one-minus-log scale needs numbers below 1"],
  ] as const
) {
  Deno.test(`--space ${text} is refused`, () => {
    const optimizers = [optimizerOf("adam")];
    assertThrows(
      () => spacesOf(optimizers, { searched: "rate", changes: changes(text) }),
      UsageError,
      message,
    );
  });
}
