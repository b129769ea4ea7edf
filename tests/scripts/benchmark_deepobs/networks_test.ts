import { assertEquals } from "@std/assert";
import type { Model, Tensor } from "../../../mod.ts";
import { twoConvNetwork } from "../../../scripts/benchmark/deepobs/networks/two_conv.ts";
import { floats, integers } from "../../models/formula.ts";
import { assertGolden, NETWORKS } from "./golden.ts";

const N = 4;
const images = (shape: number[], classes = 10) => ({
  x: floats("x", [N, ...shape]),
  target: integers("target", [N], classes),
});

/** Each network in the form of `tools/golden/deepobs.py`, with its data. */
const CASES: Readonly<Record<string, () => { model: Model; data: Record<string, Tensor> }>> = {
  "2c2d": () => ({
    model: twoConvNetwork({ seed: 0, side: 8, channels: [3, 5], hidden: 7 }),
    data: images([1, 8, 8]),
  }),
};

Deno.test("all golden networks of DeepOBS are tested", () => {
  assertEquals(Object.keys(CASES).sort(), Object.keys(NETWORKS).sort());
});

for (const [name, make] of Object.entries(CASES)) {
  Deno.test(`${name} has PyTorch's losses and gradients, with PyTorch's weights`, () =>
    assertGolden(name, make()));
}
