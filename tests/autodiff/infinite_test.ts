/**
 * Infinite cotangents where a rule masks: 0, not 0 times infinity.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { backward } from "../../autodiff/backward.ts";
import { buildModel, Graph, numbersOf, tensorOf, type Value } from "../../onnx/mod.ts";
import { openSession } from "../../runtime/session/session.ts";

/** Returns the gradient of the sum of f with respect to its operand. */
async function gradient(f: (g: Graph, x: Value) => Value, x: readonly number[]): Promise<number[]> {
  const g = new Graph();
  const operand = g.input("x", "float32", [x.length]);
  const y = f(g, operand);
  const seeds = [{ value: y, cotangent: g.expand(g.constant(1, "float32"), [x.length]) }];
  g.output(backward(g, { seeds, wrt: [operand] })[0]!, "d");
  g.prune();
  await using session = await openSession(buildModel(g));
  return numbersOf((await session.run({ x: tensorOf(x, "float32") })).d!);
}

// Expected: torch.sqrt of each function in PyTorch 2.15, which does not mask by products.
const CASES: Readonly<Record<string, (g: Graph, x: Value) => Value>> = {
  Clip: (g, x) => g.clip(x, 0, null),
  HardSigmoid: (g, x) => g.hardSigmoid(x, { alpha: 0.25, beta: 0 }),
  Max: (g, x) => g.max([x, 0]),
  Min: (g, x) => g.neg(g.min([g.neg(x), 0])),
  Relu: (g, x) => g.relu(x),
  ThresholdedRelu: (g, x) => g.thresholdedRelu(x, { alpha: 0.5 }),
  Where: (g, x) => g.where(g.greater(x, 0), x, 0),
};

for (const [op, f] of Object.entries(CASES)) {
  Deno.test(`the rule of ${op} gives 0 for an infinite cotangent where its mask is 0`, async () => {
    const [masked, passed] = await gradient((g, x) => g.sqrt(f(g, x)), [-1, 1]);
    assertEquals(masked! + 0, 0);
    assertEquals(passed, op === "HardSigmoid" ? 0.25 : 0.5);
  });
}

Deno.test("the rule of HardSwish gives 0 for an infinite cotangent where it is 0", async () => {
  assertEquals((await gradient((g, x) => g.sqrt(g.hardSwish(x)), [-4, 4]))[0], 0);
});

Deno.test("the rule of Pow gives 0 for an infinite cotangent where the exponent is 0", async () => {
  // d sqrt(x^0 - 1) = 0.
  const f = (g: Graph, x: Value) => g.sqrt(g.sub(g.pow(x, g.sub(g.constant([1, 1], "float32"), 1)), 1));
  assertEquals(await gradient(f, [2, 0]), [0, 0]);
});

Deno.test("the gradient of the gradient of Celu is 0 where its power would overflow", async () => {
  const f = (g: Graph, x: Value) => {
    const y = g.celu(x, { alpha: 0.5 });
    return backward(g, { seeds: [{ value: y, cotangent: x }], wrt: [x] })[0]!;
  };
  // d (x celu'(x)) = 1 above 0.
  assertEquals(await gradient(f, [100, 1]), [1, 1]);
});
