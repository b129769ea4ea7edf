/** Compares the networks of `models/` with PyTorch: see `tests/golden/zoo/README.md`. */
import { assertEquals } from "@std/assert";
import { cifarnet } from "../../models/cifarnet.ts";
import { mlp } from "../../models/dense.ts";
import { densenet } from "../../models/densenet.ts";
import { lenet } from "../../models/lenet.ts";
import { withLoss } from "../../models/loss.ts";
import { type Cell, recurrentLanguageModel } from "../../models/recurrent.ts";
import { resnet } from "../../models/resnet.ts";
import { transformer } from "../../models/transformer.ts";
import { vgg } from "../../models/vgg.ts";
import type { Model, Tensor } from "../../onnx/mod.ts";
import { floats, integers } from "./formula.ts";
import { assertGolden, type GoldenNetwork } from "./golden_network.ts";
import golden from "../golden/zoo/torch.json" with { type: "json" };

const NETWORKS: Readonly<Record<string, GoldenNetwork>> = golden.networks as unknown as Record<
  string,
  GoldenNetwork
>;

const N = 6;
const image = (shape: number[], classes: number) => ({
  x: floats("x", [N, ...shape]),
  target: integers("target", [N], classes),
});
const text = () => ({ tokens: integers("tokens", [N, 7], 11), target: integers("target", [N, 7], 11) });

/** Each network at the size in `tools/golden/zoo.py`, with its data. */
const CASES: Readonly<Record<string, () => { model: Model; data: Record<string, Tensor> }>> = {
  mlp: () => ({ model: mlp({ inputs: 12, hidden: [9, 7], outputs: 5 }), data: image([12], 5) }),
  lenet: () => ({ model: lenet({ hidden: [20, 12] }), data: image([1, 28, 28], 10) }),
  cifarnet: () => ({
    model: cifarnet({ image: [3, 9, 8], channels: 6, hidden: [8, 7], outputs: 5, dropout: 0 }),
    data: image([3, 9, 8], 5),
  }),
  vgg: () => ({
    model: vgg({ image: [3, 8, 8], blocks: [[4], [6, 6]], hidden: 7, outputs: 5, dropout: [0, 0, 0] }),
    data: image([3, 8, 8], 5),
  }),
  resnet: () => ({
    model: resnet({ image: [3, 10, 8], depth: 8, width: 4, outputs: 5 }),
    data: image([3, 10, 8], 5),
  }),
  densenet: () => ({
    model: densenet({
      image: [3, 8, 8],
      layers: 2,
      growth: 3,
      bottleneck: true,
      compression: 0.5,
      outputs: 5,
    }),
    data: image([3, 8, 8], 5),
  }),
  ...Object.fromEntries(
    (["lstm", "gru", "rnn"] as Cell[]).map((cell) => [cell, () => ({
      model: recurrentLanguageModel({ vocabulary: 11, cell, hidden: 6, embedding: 5, layers: 2 }),
      data: text(),
    })]),
  ),
  ...Object.fromEntries(
    [true, false].map((tied) => [tied ? "transformer" : "transformer untied", () => ({
      model: transformer({ vocabulary: 11, context: 9, width: 8, layers: 2, heads: 2, tied }),
      data: text(),
    })]),
  ),
};

Deno.test("all golden networks are tested", () => {
  assertEquals(Object.keys(CASES).sort(), Object.keys(NETWORKS).sort());
});

const TARGETS = ["cpu", "gpu"] as const;
for (
  const [name, make, target] of Object.entries(CASES).flatMap((c) => TARGETS.map((t) => [...c, t] as const))
) {
  Deno.test(`${name} of the zoo, for a ${target}, has PyTorch's losses and gradients, with PyTorch's weights`, async () => {
    const { model: plain, data } = make();
    const classes = "tokens" in data ? { classes: "last" as const } : {};
    const model = withLoss(plain, { loss: "cross-entropy", ...classes });
    await assertGolden(model, NETWORKS[name]!, { data, rate: golden.rate, target });
  });
}
