import { assertAlmostEquals, assertEquals } from "@std/assert";
import { gradientModel } from "../../autodiff/gradient_model.ts";
import { buildModel, Graph, type Model, tensor } from "../../onnx/mod.ts";
import { openSession } from "../../runtime/session/session.ts";

interface LossOptions {
  readonly reduction?: "mean" | "sum";
  readonly ignore_index?: number;
  readonly weighted?: boolean;
}

function scoresOf(shape: readonly number[]) {
  const size = shape.reduce((a, b) => a * b, 1);
  return tensor(Float32Array.from({ length: size }, (_, i) => 3 * Math.sin(5 * i)), [...shape]);
}

/** A cross-entropy of parameters as scores. */
function lossModel(
  shape: readonly number[],
  { reduction = "mean", weighted = false, ...rest }: LossOptions = {},
): Model {
  const g = new Graph();
  const w = g.initializer("scores", scoresOf(shape));
  const target = g.input("target", "int64", [shape[0]!, ...shape.slice(2)]);
  const weights = weighted ? g.initializer("weights", tensor(Float32Array.of(1, 2, 3), [3])) : null;
  const [loss] = g.emit("SoftmaxCrossEntropyLoss", [w, target, weights], {
    attributes: { reduction, ...rest },
  });
  g.output(loss!, "loss");
  return buildModel(g);
}

/** Operators of the loss's gradient for a GPU. */
function operators(shape: readonly number[], options?: LossOptions): Set<string> {
  const model = gradientModel(lossModel(shape, options), {
    loss: "loss",
    parameters: ["scores"],
    target: "gpu",
  });
  return new Set(model.graph!.node.map((n) => n.opType));
}

for (const shape of [[4, 3], [2, 3, 5]]) {
  Deno.test(`the mean cross-entropy of ${shape} for a GPU, and its gradient, are those of the definition`, async () => {
    assertEquals(operators(shape).has("NegativeLogLikelihoodLoss"), false);
    const model = gradientModel(lossModel(shape), { loss: "loss", parameters: ["scores"], target: "gpu" });
    await using session = await openSession(model);
    const [n, classes, places = 1] = shape as [number, number, number?];
    const targets = Array.from({ length: n * places }, (_, i) => i * 7 % classes);
    const scores = scoresOf(shape);
    const out = await session.run({
      scores,
      target: tensor(BigInt64Array.from(targets, BigInt), [n, ...shape.slice(2)]),
    });
    const score = (i: number) => Number(scores.data[i]);
    const gradient = out.grad_scores!.data as Float32Array;
    let loss = 0;
    for (let row = 0; row < n; row++) {
      for (let place = 0; place < places; place++) {
        const at = (c: number) => (row * classes + c) * places + place;
        const total = Array.from({ length: classes }, (_, c) => Math.exp(score(at(c)))).reduce((a, b) =>
          a + b
        );
        const target = targets[row * places + place]!;
        loss -= Math.log(Math.exp(score(at(target))) / total) / targets.length;
        for (let c = 0; c < classes; c++) {
          const expected = (Math.exp(score(at(c))) / total - (c === target ? 1 : 0)) / targets.length;
          assertAlmostEquals(gradient[at(c)]!, expected, 1e-6);
        }
      }
    }
    assertAlmostEquals(Number(out.loss!.data[0]), loss, 1e-6);
  });
}

Deno.test("sums, weights and ignored targets keep the operator of the loss", () => {
  for (const options of [{ reduction: "sum" }, { ignore_index: 1 }, { weighted: true }] as const) {
    assertEquals(operators([4, 3], options).has("NegativeLogLikelihoodLoss"), true);
  }
});
