/** Compares the networks of `models/` with PyTorch: see `tests/golden/zoo/README.md`. */
import { assert, assertEquals } from "@std/assert";
import { cifarnet } from "../../models/cifarnet.ts";
import { mlp } from "../../models/dense.ts";
import { densenet } from "../../models/densenet.ts";
import { lenet } from "../../models/lenet.ts";
import { withLoss } from "../../models/loss.ts";
import { type Cell, recurrentLanguageModel } from "../../models/recurrent.ts";
import { resnet } from "../../models/resnet.ts";
import { transformer } from "../../models/transformer.ts";
import { vgg } from "../../models/vgg.ts";
import { graphOf, type Model, type Tensor, withWeights } from "../../onnx/mod.ts";
import { sgd } from "../../optim/rules/sgd.ts";
import { trainingProgram } from "../../runtime/program/mod.ts";
import { openSession } from "../../runtime/session/session.ts";
import { floats, integers, number, weight } from "./formula.ts";
import golden from "../golden/zoo/torch.json" with { type: "json" };

interface Golden {
  readonly loss: number;
  readonly evaluated: number;
  readonly afterStep: number;
  readonly gradients: Readonly<Record<string, readonly [norm: number, product: number]>>;
}
const NETWORKS: Readonly<Record<string, Golden>> = golden.networks as unknown as Record<string, Golden>;

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

const near = (actual: number, expected: number, scale: number, what: string) =>
  assert(
    Math.abs(actual - expected) <= 2e-5 * scale,
    `${what}: ${actual}, PyTorch has ${expected}`,
  );

Deno.test("all golden networks are tested", () => {
  assertEquals(Object.keys(CASES).sort(), Object.keys(NETWORKS).sort());
});

const TARGETS = ["cpu", "gpu"] as const;
for (
  const [name, make, target] of Object.entries(CASES).flatMap((c) => TARGETS.map((t) => [...c, t] as const))
) {
  Deno.test(`${name} of the zoo, for a ${target}, has PyTorch's losses and gradients, with PyTorch's weights`, async () => {
    const expected = NETWORKS[name]!;
    const { model: plain, data } = make();
    const classes = "tokens" in data ? { classes: "last" as const } : {};
    const bare = withLoss(plain, { loss: "cross-entropy", ...classes });
    const initializers = [...graphOf(bare).graph.initializers];
    const parameters = initializers.filter(([, { value }]) => value.dtype === "float32").filter(([n]) =>
      n in expected.gradients || n.includes("running_")
    );
    assertEquals(
      parameters.map(([n]) => n).filter((n) => !n.includes("running_")).sort(),
      Object.keys(expected.gradients).sort(),
    );
    const model = withWeights(
      bare,
      Object.fromEntries(parameters.map(([n, { value }]) => [n, weight(n, value.shape as number[])])),
      { partial: true },
    );
    await using session = await openSession(model);
    near(
      (await session.run(data)).loss!.data[0] as number,
      expected.evaluated,
      1,
      "the loss in evaluation form",
    );
    await using program = await trainingProgram({
      model,
      optimizer: sgd({ learningRate: golden.rate }),
      data,
      target,
    });
    const rows = [0, 1, 2, 3, 4, 5];
    const start = program.init();
    const { state, reports } = await program.run(start, { rows: [...rows, ...rows], batchSize: N });
    near(reports.loss![0]!, expected.loss, 1, "the loss");
    near(reports.loss![1]!, expected.afterStep, 1, "the loss after a step");
    assertEquals(Object.keys(state.params).sort(), Object.keys(expected.gradients).sort());
    // A step of rate 1 changes each parameter by its gradient.
    await using unit = await trainingProgram({ model, optimizer: sgd({ learningRate: 1 }), data, target });
    const moved = (await unit.run(unit.init(), { rows, batchSize: N })).state.params;
    for (const [n, [norm, product]] of Object.entries(expected.gradients)) {
      const before = weight(n, moved[n]!.shape as number[]).data as Float32Array;
      const after = moved[n]!.data as Float32Array;
      const gradient = Array.from(before, (v, i) => v - after[i]!);
      // Parameters of about 1 keep a gradient to 6e-8 of an element.
      const scale = norm + 0.01 * Math.sqrt(gradient.length);
      near(Math.hypot(...gradient), norm, scale, `the norm of the gradient of ${n}`);
      const directed = gradient.reduce((sum, d, i) => sum + d * number(`d ${n}`, i), 0);
      near(directed, product, scale, `the product of the gradient of ${n}`);
    }
  });
}
