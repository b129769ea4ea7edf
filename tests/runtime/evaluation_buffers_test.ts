import { assert, assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import { digits } from "../../data/digits.ts";
import { split } from "../../data/split.ts";
import { withLoss } from "../../models/loss.ts";
import { resnet } from "../../models/resnet.ts";
import { buildModel, Graph, type Model, type Tensor, tensor } from "../../onnx/mod.ts";
import type { Optimizer } from "../../optim/optimizer.ts";
import { asgd } from "../../optim/rules/asgd.ts";
import { sgd } from "../../optim/rules/sgd.ts";
import { averaged } from "../../optim/transforms/averaged.ts";
import { lookahead } from "../../optim/transforms/lookahead.ts";
import { multiSteps } from "../../optim/transforms/multi_steps.ts";
import { partition } from "../../optim/nesting/partition.ts";
import { sam } from "../../optim/transforms/sam.ts";
import { scheduleFreeSgd } from "../../optim/transforms/schedule_free.ts";
import { normal } from "../../random/normal.ts";
import { permutation } from "../../random/permutation.ts";
import { evaluator } from "../../runtime/evaluation/evaluate.ts";
import { fit, type FitOptions } from "../../runtime/training/fit.ts";
import type { FitState } from "../../runtime/training/fit_state.ts";
import { type DataTensor, trainingProgram } from "../../runtime/program/mod.ts";

const EXAMPLES = 22;
const [INPUTS, UNITS] = [3, 4];
const numbers = (stream: string, n: number) => normal({ seed: 8, stream }, n);

/** Returns `mean((bn(x W) v - target)^2)`; with `layers: 2` the batch normalization is applied to `2 x W` too. */
function network(layers = 1): Model {
  const g = new Graph();
  const x = g.input("x", "float32", ["N", INPUTS]);
  const target = g.input("target", "float32", ["N", 1]);
  const w = g.initializer("w", tensor(numbers("w", INPUTS * UNITS), [INPUTS, UNITS]));
  const ones = (name: string, value: number) =>
    g.initializer(name, tensor(new Float32Array(UNITS).fill(value)));
  const bn = [ones("scale", 1), ones("shift", 0), ones("mean", 0), ones("variance", 1)] as const;
  const normalized = (of: ReturnType<typeof g.matMul>) => g.batchNormalization(of, ...bn)[0]!;
  let h = normalized(g.matMul(x, w));
  if (layers === 2) h = g.add(h, normalized(g.mul(g.matMul(x, w), 2)));
  const v = g.initializer("v", tensor(numbers("v", UNITS), [UNITS, 1]));
  const error = g.sub(g.matMul(g.tanh(h), v), target);
  g.output(g.reduceMean(g.mul(error, error), null, { keepdims: 0 }), "loss");
  return buildModel(g);
}

const inputs = Float32Array.from(numbers("x", EXAMPLES * INPUTS), (v, i) => v + i % 3);

function data(): Record<string, DataTensor> {
  return {
    x: tensor(inputs, [EXAMPLES, INPUTS]),
    target: tensor(numbers("target", EXAMPLES), [EXAMPLES, 1]),
  };
}

const batchSize = 5;
const seed = 3;
const options = (optimizer: Optimizer): FitOptions => ({
  model: network(),
  optimizer,
  train: data(),
  epochs: 2,
  batchSize,
  seed,
});

/** Returns the means over batches of the mean and the mean square deviation of `factor x w`, in float64. */
function statisticsAt(w: Tensor, factors = [1]): { mean: number[]; variance: number[] } {
  const order = permutation({ seed, stream: "statistics" }, EXAMPLES);
  const mean = new Array(UNITS).fill(0);
  const variance = new Array(UNITS).fill(0);
  const batches = Math.ceil(EXAMPLES / batchSize);
  for (const factor of factors) {
    for (let k = 0; k < batches; k++) {
      const rows = [...order.subarray(k * batchSize, (k + 1) * batchSize)];
      for (let u = 0; u < UNITS; u++) {
        const z = rows.map((row) =>
          Array.from({ length: INPUTS }, (_, i) => inputs[row * INPUTS + i]! * Number(w.data[i * UNITS + u]))
            .reduce((a, b) => a + b, 0) * factor
        );
        const m = z.reduce((a, b) => a + b, 0) / z.length;
        const times = batches * factors.length;
        mean[u] += m / times;
        variance[u] += z.reduce((s, v) => s + (v - m) ** 2, 0) / z.length / times;
      }
    }
  }
  return { mean, variance };
}

function assertNear(got: Tensor, right: readonly number[], bound = 1e-5): void {
  right.forEach((v, i) => assertAlmostEquals(Number(got.data[i]), v, bound * Math.max(1, Math.abs(v))));
}

const AVERAGES: Readonly<Record<string, () => Optimizer>> = {
  averaged: () => averaged(sgd({ learningRate: 0.3, momentum: 0.9 })),
  "averaged with a decay": () => averaged(sgd({ learningRate: 0.3 }), { decay: 0.9 }),
  lookahead: () => lookahead(sgd({ learningRate: 0.3 })),
  "schedule-free": () => scheduleFreeSgd({ learningRate: 0.3 }),
  asgd: () => asgd({ learningRate: 0.3, t0: 0 }),
  "averaged within sam": () => sam(averaged(sgd({ learningRate: 0.3 }))),
  "a partition's": () =>
    partition({ a: averaged(sgd({ learningRate: 0.3 })), b: sgd() }, (n) => n === "w" ? "a" : "b"),
};

for (const [name, make] of Object.entries(AVERAGES)) {
  Deno.test(`fit() gives ${name} parameters their own batch statistics, and evaluates with them`, async () => {
    const model = network();
    const result = await fit({ ...options(make()), model, evaluate: { train: data() } });
    const { evaluationParams, evaluationBuffers, state } = result;
    const right = statisticsAt(evaluationParams.w!);
    assertNear(evaluationBuffers.mean!, right.mean);
    assertNear(evaluationBuffers.variance!, right.variance);
    await using scores = await evaluator({
      model,
      metrics: ["loss"],
      inputs: data(),
      parameters: Object.keys({ ...evaluationParams, ...evaluationBuffers }),
    });
    const { loss } = await scores.evaluate({ ...evaluationParams, ...evaluationBuffers }, data());
    assertEquals(result.epochs.at(-1)!.metrics.train!.loss, loss);
    assertNotEquals(evaluationBuffers, state.buffers);
    // The training itself does not change.
    assertEquals((await fit({ ...options(make()), model })).state, state);
  });
}

Deno.test("fit() treats a batch normalization that is applied twice as two", async () => {
  const { evaluationParams, evaluationBuffers } = await fit({
    ...options(averaged(sgd({ learningRate: 0.1 }))),
    model: network(2),
  });
  const right = statisticsAt(evaluationParams.w!, [1, 2]);
  assertNear(evaluationBuffers.mean!, right.mean);
  assertNear(evaluationBuffers.variance!, right.variance);
});

Deno.test("fit() evaluates rules without averages with the statistics of the training", async () => {
  const { state, evaluationBuffers } = await fit(options(sgd({ learningRate: 0.1 })));
  assertEquals(evaluationBuffers, state.buffers);
  const fixed = { ...options(averaged(sgd({ learningRate: 0.1 }))), batchStatistics: false };
  assertEquals((await fit(fixed)).evaluationBuffers, {});
});

Deno.test("fit() gives the same statistics when it resumes a finished training, in any chunks", async () => {
  let saved: FitState | undefined;
  const common = options(AVERAGES.averaged!());
  const first = await fit({ ...common, checkpoint: { save: (state) => void (saved = state) } });
  assertEquals(await fit({ ...common, resume: saved! }), first);
  assertEquals((await fit({ ...common, chunk: 1 })).evaluationBuffers, first.evaluationBuffers);
});

const plain = () => sgd({ learningRate: 0.3, momentum: 0.5 });

for (
  const [name, make, decay] of [
    ["averaged() with useBuffers", () => averaged(plain(), { useBuffers: true }), null],
    [
      "averaged() with useBuffers and a decay",
      () => averaged(plain(), { useBuffers: true, decay: 0.7 }),
      0.7,
    ],
    [
      "averaged() with useBuffers around a partition",
      () => averaged(partition({ all: plain() }, () => "all"), { useBuffers: true }),
      null,
    ],
  ] as const
) {
  Deno.test(`${name} averages the running statistics like the parameters`, async () => {
    const { evaluationBuffers, evaluationParams, state } = await fit(options(make()));
    // The same training without an average, step by step.
    await using program = await trainingProgram({ model: network(), optimizer: plain(), data: data() });
    let at = program.init();
    const seen: Record<string, Tensor>[] = [];
    for (const epoch of [1, 2]) {
      const order = permutation({ seed, stream: "shuffle", step: epoch }, EXAMPLES);
      for (let row = 0; row < EXAMPLES; row += batchSize) {
        const rows = order.subarray(row, row + batchSize);
        at = (await program.run(at, { rows, batchSize: rows.length })).state;
        seen.push({ ...at.params, ...at.buffers });
      }
    }
    assertEquals(state.buffers, at.buffers);
    const start = { ...program.init().params, ...program.init().buffers };
    for (const [n, t] of Object.entries({ ...evaluationParams, ...evaluationBuffers })) {
      const right = Array.from(start[n]!.data as Float32Array, (v, i) => {
        const values = seen.map((s) => Number(s[n]!.data[i]));
        return decay === null
          ? values.reduce((a, b) => a + b, 0) / values.length
          : values.reduce((a, b) => decay * a + (1 - decay) * b, Number(v));
      });
      assertNear(t, right, 1e-6);
    }
  });
}

Deno.test("averaged() with useBuffers averages the buffers at the end of each update", () => {
  const opt = averaged(multiSteps(sgd({ learningRate: 1 }), { every: 2 }), { useBuffers: true });
  let params = { w: Float64Array.of(0) };
  let buffers = { mean: Float64Array.of(10) };
  let state = opt.init(params, buffers);
  for (const [g, mean] of [[1, 1], [3, 2], [0, 3], [4, 6]] as const) {
    buffers = { mean: Float64Array.of(mean) };
    [params, state] = opt.step({ w: Float64Array.of(g) }, state, params, { buffers });
  }
  assertEquals(opt.evaluationBuffers(params, state, buffers).mean, Float64Array.of((2 + 6) / 2));
  assertEquals(opt.evaluationParams(params, state, buffers).w, Float64Array.of((-2 - 4) / 2));
});

Deno.test("fit() evaluates an average of a residual network as well as its own statistics allow", async () => {
  const { train, test } = split(digits(), { fractions: { test: 0.3 }, seed: 1 });
  const scaled = ({ inputs: { x, y } }: typeof train): Record<string, DataTensor> => ({
    x: tensor(Float32Array.from(x!.data as Uint8Array, (v) => v / 16), [x!.shape[0]!, 1, 8, 8]),
    target: y as DataTensor,
  });
  const net = resnet({ image: [1, 8, 8], depth: 8, width: 4, outputs: 10, seed: 1 });
  const result = await fit({
    model: withLoss(net, { loss: "cross-entropy" }),
    optimizer: averaged(sgd({ learningRate: 0.3, momentum: 0.9 })),
    train: scaled(train),
    evaluate: { test: scaled(test) },
    metrics: ["accuracy"],
    epochs: 3,
    batchSize: 32,
    seed: 1,
  });
  // With the training's statistics the accuracy is 0.27; with a running average of the average's own, 0.93.
  assert(result.epochs.at(-1)!.metrics.test!.accuracy! > 0.9);
});
