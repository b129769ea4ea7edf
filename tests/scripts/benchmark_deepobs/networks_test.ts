/** Compares the networks of DeepOBS with PyTorch: see `tests/golden/deepobs/README.md`. */
import { assertEquals } from "@std/assert";
import type { Model, Tensor } from "../../../mod.ts";
import { allConvNetwork } from "../../../scripts/benchmark/deepobs/networks/all_conv.ts";
import { charRnnNetwork } from "../../../scripts/benchmark/deepobs/networks/char_rnn.ts";
import { threeConvNetwork } from "../../../scripts/benchmark/deepobs/networks/three_conv.ts";
import { vaeNetwork } from "../../../scripts/benchmark/deepobs/networks/vae.ts";
import { wideResnetNetwork } from "../../../scripts/benchmark/deepobs/networks/wide_resnet.ts";
import { twoConvNetwork } from "../../../scripts/benchmark/deepobs/networks/two_conv.ts";
import { floats, integers } from "../../models/formula.ts";
import { assertGolden, type GoldenNetwork } from "../../models/golden_network.ts";
import golden from "../../golden/deepobs/torch.json" with { type: "json" };

const NETWORKS: Readonly<Record<string, GoldenNetwork>> = golden.networks as unknown as Record<
  string,
  GoldenNetwork
>;

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
  "3c3d": () => ({
    model: threeConvNetwork({ seed: 0, side: 20, channels: [2, 3, 4], hidden: [7, 6] }),
    data: images([3, 20, 20]),
  }),
  all_cnn_c: () => ({
    model: allConvNetwork({ seed: 0, side: 13, channels: [3, 5], classes: 7, dropped: [0, 0] }),
    data: images([3, 13, 13], 7),
  }),
  wide_resnet: () => ({
    model: wideResnetNetwork({ seed: 0, side: 8, stem: 3, widening: 2 }),
    data: images([3, 8, 8]),
  }),
  vae: () => ({
    model: vaeNetwork({
      seed: 0,
      side: 8,
      channels: 3,
      latent: 2,
      hidden: 5,
      dropped: 0,
      noise: (_, evaluated) => evaluated,
    }),
    data: { x: floats("x", [N, 8, 8]), noise: floats("noise", [N, 2]) },
  }),
  char_rnn: () => ({
    model: charRnnNetwork({ seed: 0, vocabulary: 11, hidden: 5, dropped: 0 }),
    data: { tokens: integers("tokens", [N, 6], 11), target: integers("target", [N, 6], 11) },
  }),
};

Deno.test("all golden networks of DeepOBS are tested", () => {
  assertEquals(Object.keys(CASES).sort(), Object.keys(NETWORKS).sort());
});

for (const [name, make] of Object.entries(CASES)) {
  Deno.test(`${name} has PyTorch's losses and gradients, with PyTorch's weights`, async () => {
    const { model, data } = make();
    await assertGolden(model, NETWORKS[name]!, { data, rate: golden.rate });
  });
}
