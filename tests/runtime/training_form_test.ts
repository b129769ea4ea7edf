import { assert, assertAlmostEquals, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { digits } from "../../data/digits.ts";
import { withLoss } from "../../models/loss.ts";
import { buildModel, Graph, type Model, type Tensor, tensor, withWeights } from "../../onnx/mod.ts";
import { adam } from "../../optim/rules/adam.ts";
import { sgd } from "../../optim/rules/sgd.ts";
import { normal } from "../../random/normal.ts";
import { randomBits } from "../../random/random_bits.ts";
import { evaluator } from "../../runtime/evaluation/evaluate.ts";
import { fit } from "../../runtime/training/fit.ts";
import { type DataTensor, trainingProgram } from "../../runtime/program/mod.ts";
import { trainingModel } from "../../runtime/program/training_model.ts";
import { readCheckpoint, writeCheckpoint } from "../../runtime/checkpoint/checkpoint.ts";
import { type FitState, NO_FAULTS } from "../../runtime/training/fit_state.ts";
import golden from "../golden/layers/torch.json" with { type: "json" };

const floats = (t: Tensor) => Array.from(t.data as Float32Array);
const filled = (n: number, value: number) => tensor(new Float32Array(n).fill(value));
const given = (t: { shape: number[]; data: number[] }) => tensor(Float32Array.from(t.data), t.shape);

function weights(name: string, shape: number[]): Tensor {
  const n = shape.reduce((a, b) => a * b, 1);
  const scale = Math.sqrt(2 / shape.slice(1).reduce((a, b) => a * b, 1));
  return tensor(normal({ seed: 3, stream: name }, n).map((v) => v * scale), shape);
}

/** Returns a small model with a convolution, a batch normalization and a dropout, twice. */
function convolutionNetwork(
  { side, channels, classes }: { side: number; channels: number; classes: number },
): Model {
  const g = new Graph();
  let h = g.input("x", "float32", ["N", 1, side, side]);
  for (const [i, c] of [channels, 2 * channels].entries()) {
    const w = g.initializer(`conv${i}.weight`, weights(`conv${i}`, [c, h.shape![1] as number, 3, 3]));
    h = g.conv(h, w, null, { pads: [1, 1, 1, 1] });
    const bn = ["weight", "bias", "mean", "var"].map((n) =>
      g.initializer(`bn${i}.${n}`, filled(c, n === "weight" || n === "var" ? 1 : 0))
    );
    [h] = g.batchNormalization(h, bn[0]!, bn[1]!, bn[2]!, bn[3]!) as [typeof h];
    h = g.maxPool(g.relu(h), { kernel_shape: [2, 2], strides: [2, 2] })[0] as typeof h;
    [h] = g.emit("Dropout", [h, 0.2], { name: `drop${i}` }) as [typeof h];
  }
  const features = 2 * channels * (side >> 2) ** 2;
  const out = g.initializer("out.weight", weights("out", [classes, features]));
  g.output(g.gemm(g.flatten(h), out, null, { transB: 1 }), "scores");
  return withLoss(buildModel(g), { loss: "cross-entropy" });
}

const small = () => convolutionNetwork({ side: 8, channels: 2, classes: 10 });

function digitData(): { train: Record<string, DataTensor>; test: Record<string, DataTensor> } {
  const { x, y } = digits().inputs as { x: DataTensor; y: DataTensor };
  const part = (from: number, to: number): Record<string, DataTensor> => ({
    x: {
      dtype: "uint8",
      shape: [to - from, 8, 8],
      data: (x.data as Uint8Array).subarray(from * 64, to * 64),
      scale: 1 / 16,
    },
    target: { dtype: "int64", shape: [to - from], data: (y.data as BigInt64Array).subarray(from, to) },
  });
  return { train: part(0, 1400), test: part(1400, 1797) };
}

Deno.test("trainingProgram() with batch normalization and dropout: K steps in one run equal K runs of one step, in either form, bit for bit", async () => {
  const { train } = digitData();
  const options = { model: small(), optimizer: adam({ learningRate: 1e-2 }), data: train, seed: 8 };
  await using program = await trainingProgram(options);
  await using single = await trainingProgram({ ...options, form: "steps" });
  const rows = Array.from({ length: 5 * 12 }, (_, i) => (i * 37) % 1400);
  const whole = await program.run(program.init(), { rows, batchSize: 12 });
  assertEquals(await single.run(single.init(), { rows, batchSize: 12 }), whole);
  let state = program.init();
  for (let k = 0; k < 5; k++) {
    const run = await program.run(state, { rows: rows.slice(12 * k, 12 * k + 12), batchSize: 12 });
    assertEquals(run.reports.loss![0], whole.reports.loss![k]);
    state = run.state;
  }
  assertEquals(state, whole.state);
  assertEquals(state.step, 5);
  assertEquals(Object.keys(state.buffers), ["bn0.mean", "bn0.var", "bn1.mean", "bn1.var"]);
  assert(!Object.keys(state.params).includes("bn0.mean"), "running statistics are no parameters");
});

/** Returns a model with one dropout: the loss is the sum of the kept elements times w. */
function dropoutModel(shape: (string | number)[] = ["N", 6]): Model {
  const g = new Graph();
  const x = g.input("x", "float32", shape);
  const [y] = g.emit("Dropout", [x, 0.3], { name: "drop" });
  const w = g.initializer("w", tensor(Float32Array.of(1)));
  g.output(g.reduceSum(g.mul(y!, w), null, { keepdims: 0 }), "loss");
  return buildModel(g);
}

Deno.test("dropout in a training program draws a new mask from the host's random bits at each step", async () => {
  const x = tensor(Float32Array.from({ length: 24 }, (_, i) => i + 1), [4, 6]);
  await using program = await trainingProgram({
    model: dropoutModel(),
    optimizer: sgd({ learningRate: 0 }),
    data: { x },
    seed: 21,
  });
  const { reports } = await program.run(program.init(), { rows: [0, 1, 2, 3, 0, 1, 2, 3], batchSize: 4 });
  const expected = [0, 1].map((step) => {
    const words = randomBits({ seed: 21, stream: "dropout/drop", step }, 24);
    return floats(x).reduce((sum, v, i) => (words[i]! < 0.3 * 2 ** 32 ? sum : sum + v / 0.7), 0);
  });
  assertNotEquals(expected[0], expected[1]);
  expected.forEach((e, k) => assertAlmostEquals(reports.loss![k]!, e, 1e-3));
  // A run may draw its masks with another seed.
  const other = await trainingProgram({
    model: dropoutModel(),
    optimizer: sgd({ learningRate: 0 }),
    data: { x },
    seed: 22,
  });
  const batches = { rows: [0, 1, 2, 3], batchSize: 4 };
  const asked = await program.run(program.init(), batches, { seed: 22 });
  assertEquals(asked.reports, (await other.run(other.init(), batches)).reports);
  assertNotEquals(asked.reports.loss![0], reports.loss![0]);
  await other.close();
  await using plain = await trainingProgram({
    model: dropoutModel(),
    optimizer: sgd({ learningRate: 0 }),
    data: { x },
    dropout: false,
  });
  const all = await plain.run(plain.init(), { rows: [0, 1, 2, 3], batchSize: 4 });
  assertEquals(all.reports.loss![0], 300);
});

Deno.test("trainingModel() numbers dropouts with the same name, and refuses a ratio that is not a constant", () => {
  const g = new Graph();
  const x = g.input("x", "float32", ["N", 6]);
  const [a] = g.emit("Dropout", [x, 0.3], { name: "drop" });
  const [b] = g.emit("Dropout", [a!, 0.3], { name: "drop" });
  const w = g.initializer("w", tensor(Float32Array.of(1)));
  g.output(g.reduceSum(g.mul(b!, w), null, { keepdims: 0 }), "loss");
  const options = {
    optimizer: sgd({ learningRate: 1 }),
    inputs: { x: { dtype: "float32", shape: [9, 6] } },
  } as const;
  const model = buildModel(g);
  for (const node of model.graph!.node) if (node.opType === "Dropout") node.name = "drop";
  const { masks } = trainingModel({ ...options, model });
  assertEquals(masks.map((m) => m.name), ["drop", "drop#1"]);
  assertNotEquals(
    masks[0]!.draw({ step: 0, batchSize: 9 }),
    masks[1]!.draw({ step: 0, batchSize: 9 }),
  );
  const h = new Graph();
  const y = h.input("x", "float32", ["N", 6]);
  const [c] = h.emit("Dropout", [y, h.reduceMean(y, null, { keepdims: 0 })], { name: "drop" });
  h.output(
    h.reduceSum(h.mul(c!, h.initializer("w", tensor(Float32Array.of(1)))), null, { keepdims: 0 }),
    "loss",
  );
  assertThrows(() => trainingModel({ ...options, model: buildModel(h) }), Error, "ratio must be a constant");
});

/** Returns PyTorch's model of the golden file: a 1 by 1 convolution, a batch normalization, and the mean square error. */
function batchNormModel(attributes: Record<string, number> = {}): Model {
  const { w, momentum, epsilon } = golden.batchNorm;
  const g = new Graph();
  const x = g.input("x", "float32", ["N", 3, 2, 4]);
  const target = g.input("target", "float32", ["N", 3, 2, 4]);
  const h = g.conv(x, g.initializer("w", given(w)));
  const [y] = g.emit("BatchNormalization", [
    h,
    g.initializer("scale", filled(3, 1)),
    g.initializer("bias", filled(3, 0)),
    g.initializer("mean", filled(3, 0)),
    g.initializer("var", filled(3, 1)),
  ], { attributes: { momentum: 1 - momentum, epsilon, ...attributes } });
  const difference = g.sub(y!, target);
  g.output(g.reduceMean(g.mul(difference, difference), null, { keepdims: 0 }), "loss");
  return buildModel(g);
}

const batchNormData = () => ({ x: given(golden.batchNorm.x), target: given(golden.batchNorm.target) });

function near(actual: Tensor, expected: readonly number[], what: string): void {
  floats(actual).forEach((v, i) => assertAlmostEquals(v, expected[i]!, 2e-5, `${what}[${i}]`));
}

for (const attributes of [{}, { training_mode: 1 }] as Record<string, number>[]) {
  Deno.test(`batch normalization ${JSON.stringify(attributes)} trains as in PyTorch, and updates its running statistics`, async () => {
    const { trajectory, batchSize, learningRate, momentum, evaluated } = golden.batchNorm;
    const model = batchNormModel(attributes);
    const data = batchNormData();
    await using program = await trainingProgram({ model, optimizer: sgd({ learningRate }), data });
    let state = program.init();
    const n = batchSize * 8;
    for (const [k, expected] of trajectory.entries()) {
      const rows = Array.from({ length: batchSize }, (_, i) => k * batchSize + i);
      const run = await program.run(state, { rows, batchSize });
      state = run.state;
      assertAlmostEquals(run.reports.loss![0]!, expected.loss, 1e-5);
      for (const [name, p] of Object.entries(expected.params)) near(state.params[name]!, p.data, name);
      near(state.buffers.mean!, expected.mean.data, "mean");
      // PyTorch's running variance averages variances over n - 1, ONNX's over n. The initial value is 1.
      const left = (1 - momentum) ** (k + 1);
      near(state.buffers.var!, expected.var.data.map((v) => left + (v - left) * (n - 1) / n), "var");
    }
    const evaluation = { model, metrics: ["loss"], inputs: data, batchSize: 7 };
    await using run = await evaluator({ ...evaluation, parameters: ["w", "scale", "bias", "mean", "var"] });
    const values = { ...state.params, ...state.buffers, var: given(trajectory.at(-1)!.var) };
    assertAlmostEquals((await run.evaluate(values, data)).loss!, evaluated, 1e-5);
  });
}

Deno.test("trainingProgram() with batchStatistics false does not change the statistics", async () => {
  const data = batchNormData();
  const options = { model: batchNormModel(), optimizer: sgd({ learningRate: 0.1 }), data };
  await using program = await trainingProgram({ ...options, batchStatistics: false });
  const start = program.init();
  assertEquals([Object.keys(start.params), Object.keys(start.buffers)], [["w", "scale", "bias"], []]);
  const { reports } = await program.run(start, { rows: [0, 1, 2], batchSize: 3 });
  await using plain = await evaluator({
    model: options.model,
    metrics: ["loss"],
    inputs: data,
    parameters: [],
  });
  const rows = {
    x: tensor((data.x.data as Float32Array).slice(0, 72), [3, 3, 2, 4]),
    target: tensor((data.target.data as Float32Array).slice(0, 72), [3, 3, 2, 4]),
  };
  assertAlmostEquals(reports.loss![0]!, (await plain.evaluate({}, rows)).loss!, 1e-6);
});

Deno.test("fit() trains a convolution network with batch normalization and dropout on the digits", async () => {
  const { train, test } = digitData();
  const model = convolutionNetwork({ side: 8, channels: 8, classes: 10 });
  const options = {
    model,
    optimizer: adam({ learningRate: 1e-2 }),
    train,
    evaluate: { test },
    metrics: ["loss", "accuracy"],
    epochs: 8,
    batchSize: 50,
  };
  const result = await fit(options);
  const { accuracy } = result.epochs.at(-1)!.metrics.test!;
  assert(accuracy! > 0.92, `accuracy ${accuracy}`);
  // The resulting model, statistics included, evaluates to the same.
  const trained = withWeights(model, { ...result.state.params, ...result.state.buffers }, { partial: true });
  await using run = await evaluator({ model: trained, metrics: ["accuracy"], inputs: train, parameters: [] });
  assertAlmostEquals((await run.evaluate({}, test)).accuracy!, accuracy!, 1e-6);
  // The order of chunks does not matter, masks included.
  const other = await fit({ ...options, epochs: 1, chunk: 5 });
  assertEquals(other.epochs[0], result.epochs[0]);
});

Deno.test("a checkpoint contains the running statistics and the number of the step", async () => {
  const { train } = digitData();
  await using program = await trainingProgram({
    model: small(),
    optimizer: sgd({ learningRate: 0.1 }),
    data: train,
  });
  const { state } = await program.run(program.init(), { rows: [0, 1, 2, 3], batchSize: 2 });
  const fitState: FitState = {
    train: state,
    step: 2,
    epoch: 1,
    batch: 2,
    lossSum: 0,
    epochs: [],
    plateau: null,
    switching: null,
    faults: NO_FAULTS,
    epochStart: null,
    order: { seed: 0, examples: 1400, batchSize: 2 },
  };
  const path = await Deno.makeTempFile({ suffix: ".safetensors" });
  try {
    await writeCheckpoint(path, { state: fitState, extra: {} });
    assertEquals((await readCheckpoint(path)).state.train, state);
  } finally {
    await Deno.remove(path);
  }
});
