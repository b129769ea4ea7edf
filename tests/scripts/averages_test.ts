import { assert, assertEquals } from "@std/assert";
import {
  averaged,
  digits,
  evaluationBuffers,
  evaluator,
  fit,
  type Optimizer,
  resnet,
  sgd,
  split,
  tensor,
  withLoss,
} from "../../mod.ts";
import { trainedTensors } from "../../scripts/lab/networks.ts";
import { Lab } from "../../scripts/run/lab.ts";
import { openStudy } from "../../scripts/lab/study.ts";

const { test: part } = split(digits(), { fractions: { test: 0.3 }, seed: 1 });
const { x, y } = part.inputs;
const data = {
  x: tensor(Float32Array.from(x!.data as Uint8Array, (v) => v / 16), [x!.shape[0]!, 1, 8, 8]),
  target: y!,
};
const model = (seed: number) =>
  withLoss(resnet({ image: [1, 8, 8], depth: 8, width: 2, outputs: 10, seed }), {
    loss: "cross-entropy",
  });
const optimizer = averaged(sgd({ learningRate: 0.3, momentum: 0.9 }));

Deno.test("a training that averages saves a model with the averages' own batch statistics", async () => {
  const result = await fit({ model: model(1), optimizer, train: data, epochs: 1, batchSize: 32 });
  const saved = trainedTensors(result);
  for (const [name, t] of Object.entries(result.evaluationBuffers)) {
    assertEquals(saved[name], t);
    assert(t.data.some((v, i) => v !== result.state.buffers[name]!.data[i]), name);
  }
});

Deno.test("a lab and a study evaluate averages with their own batch statistics", async () => {
  const task = { model, train: data, evaluate: { train: data } };
  await using trainer = new Lab().open({ ...task, name: "averages", batchSize: 32, device: "cpu" });
  const training = { optimizer, seed: 1, epochs: 2, remainder: "drop", keepState: true } as const;
  const trained = await trainer.train(training);
  const state = await trained.state();
  await using own = evaluationBuffers({ model: model(1), data });
  const at = {
    ...optimizer.evaluationParams(state.params, state.optimizer),
    ...await own.of({ optimizer, state, batchSize: 32, seed: 1 }),
  };
  await using scores = await evaluator({
    model: model(1),
    metrics: ["loss"],
    inputs: data,
    parameters: Object.keys(at),
  });
  const { loss } = await scores.evaluate(at, data);
  assertEquals(trained.points.at(-1)!.metrics.train!.loss, loss);
  const make = (learningRate: number): Optimizer =>
    averaged(sgd({ learningRate: learningRate * 0.3, momentum: 0.9 }));
  await using study = await openStudy({ task, make, device: "cpu" });
  const { points } = await study.run({ learningRate: 1, seed: 1, epochs: 2, batchSize: 32 });
  assertEquals(points.at(-1)!.scores.train!.loss, loss);
});
