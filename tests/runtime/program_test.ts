import { assert, assertAlmostEquals, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { importOnnxRuntime } from "../../deps.ts";
import { gradientModel } from "../../autodiff/gradient_model.ts";
import { buildModel, Graph, type Tensor, tensor } from "../../onnx/mod.ts";
import { adam } from "../../optim/rules/adam.ts";
import { amsgrad } from "../../optim/rules/amsgrad.ts";
import { applyUpdates } from "../../optim/apply_updates.ts";
import type { Optimizer } from "../../optim/optimizer.ts";
import { rmsprop } from "../../optim/rules/rmsprop.ts";
import { sgd } from "../../optim/rules/sgd.ts";
import { flattenState } from "../../optim/state.ts";
import { exponentialDecay } from "../../schedules/exponential_decay.ts";
import { DeviceError, requireDevice } from "../../runtime/session/device.ts";
import { type Batches, trainingProgram, type TrainState } from "../../runtime/program/mod.ts";
import { openSession } from "../../runtime/session/session.ts";
import { trainingModel } from "../../runtime/program/training_model.ts";
import { data, model, SIZE } from "./problem.ts";

const OPTIMIZERS: Readonly<Record<string, () => Optimizer>> = {
  sgd: () => sgd({ learningRate: 0.1 }),
  momentum: () => sgd({ learningRate: (step) => 0.1 / (1 + step), momentum: 0.9 }),
  rmsprop: () => rmsprop({ learningRate: 1e-2 }),
  adam: () => adam({ learningRate: exponentialDecay({ initial: 1e-2, factor: 0.9 }) }),
  amsgrad: () => amsgrad({ learningRate: 1e-2 }),
};

const STEPS = 7;
const batchSize = 6;
const rows = Array.from({ length: STEPS * batchSize }, (_, i) => (i * 17) % SIZE.examples);

function part(from: number, to: number): Batches {
  return { rows: rows.slice(from * batchSize, to * batchSize), batchSize };
}

function bits(state: TrainState): Record<string, Uint8Array> {
  const all: Record<string, Tensor> = { ...state.params, ...flattenState(state.optimizer) };
  return Object.fromEntries(
    Object.entries(all).map(([n, t]) => {
      const d = t.data as Float32Array;
      return [n, new Uint8Array(d.buffer.slice(d.byteOffset, d.byteOffset + d.byteLength))];
    }),
  );
}

for (const [name, optimizer] of Object.entries(OPTIMIZERS)) {
  Deno.test(`trainingProgram() with ${name}: ${STEPS} steps in one run equal ${STEPS} runs of one step, in either form, bit for bit`, async () => {
    await using program = await trainingProgram({ model: model(), optimizer: optimizer(), data: data() });
    const whole = await program.run(program.init(), part(0, STEPS));
    await using single = await trainingProgram({
      model: model(),
      optimizer: optimizer(),
      data: data(),
      form: "steps",
    });
    assertEquals([program.compiled.form, single.compiled.form], ["scan", "steps"]);
    assertEquals(await single.run(single.init(), part(0, STEPS)), whole);
    let state = program.init();
    const losses: number[] = [];
    for (let k = 0; k < STEPS; k++) {
      const run = await program.run(state, part(k, k + 1));
      state = run.state;
      losses.push(run.reports.loss![0]!);
    }
    assertEquals(bits(state), bits(whole.state));
    assertEquals(Array.from(whole.reports.loss!), losses);
    assertEquals(whole.state.optimizer.count, STEPS);
  });

  Deno.test(`trainingProgram() with ${name} gives the results of gradients and updates on the host`, async () => {
    await using program = await trainingProgram({ model: model(), optimizer: optimizer(), data: data() });
    const { state, reports } = await program.run(program.init(), part(0, STEPS));
    await using gradients = await openSession(gradientModel(model(), { loss: "loss" }));
    const rule = optimizer();
    const { params: start } = program.init();
    let params: Record<string, Tensor> = { ...start };
    let optimizerState = rule.init(params);
    for (let k = 0; k < STEPS; k++) {
      const out = await gradients.run({ ...batch(part(k, k + 1)), ...params });
      assertAlmostEquals(reports.loss![k]!, Number(out.loss!.data[0]), 1e-5);
      const grads = Object.fromEntries(Object.keys(params).map((n) => [n, out[`grad_${n}`]!]));
      const [updates, next] = rule.update(grads, optimizerState, params);
      params = applyUpdates(params, updates) as Record<string, Tensor>;
      optimizerState = next;
    }
    for (const n of Object.keys(params)) {
      const [a, b] = [params[n]!.data as Float32Array, state.params[n]!.data as Float32Array];
      a.forEach((v, i) => assertAlmostEquals(b[i]!, v, 2e-5, n));
    }
  });
}

/** Returns a batch as the model expects it, gathered and scaled on the host. */
function batch({ rows }: Batches): Record<string, Tensor> {
  const { x, target } = data();
  const features = SIZE.features;
  const pixels = Float32Array.from({ length: rows.length * features }, (_, i) => {
    const row = rows[Math.floor(i / features)]!;
    return Math.fround((x!.data as Uint8Array)[row * features + i % features]! * Math.fround(1 / 255));
  });
  const classes = BigInt64Array.from(Array.from(rows), (row) => (target!.data as BigInt64Array)[row]!);
  return { x: tensor(pixels, [rows.length, features]), target: tensor(classes) };
}

Deno.test("TrainingProgram.run() does not change the given state", async () => {
  await using program = await trainingProgram({ model: model(), optimizer: adam(), data: data() });
  const state = program.init();
  const before = bits(state);
  await program.run(state, part(0, 3));
  assertEquals(bits(state), before);
  const [a, b] = [await program.run(state, part(0, 3)), await program.run(state, part(0, 3))];
  assertEquals(bits(a.state), bits(b.state));
});

Deno.test("TrainingProgram.run() takes batches of any size, and scales the learning rate", async () => {
  await using program = await trainingProgram({
    model: model(),
    optimizer: sgd({ learningRate: 0.1 }),
    data: data(),
  });
  const state = program.init();
  const one = await program.run(state, { rows: [3], batchSize: 1 });
  const none = await program.run(state, { rows: [3], batchSize: 1 }, { learningRateScale: 0 });
  const half = await program.run(state, { rows: [3], batchSize: 1 }, { learningRateScale: 0.5 });
  assertEquals(bits(none.state), bits(state));
  const at = (s: TrainState) => (s.params["layers.1.bias"]!.data as Float32Array)[0]!;
  assert(at(one.state) !== 0);
  assertAlmostEquals(at(half.state), at(one.state) / 2, 1e-7);
});

Deno.test("trainingProgram() reports metrics and sums over all parameters", async () => {
  const optimizer = sgd({ learningRate: 0.5 });
  const statistics = ["gradient-norm", "update-dot-update", "update-dot-gradient"] as const;
  await using program = await trainingProgram({
    model: model(),
    optimizer,
    data: data(),
    metrics: ["accuracy"],
    statistics,
  });
  const { reports } = await program.run(program.init(), part(0, 2));
  for (let k = 0; k < 2; k++) {
    const norm = reports["gradient-norm"]![k]!;
    assertAlmostEquals(reports["update-dot-update"]![k]!, 0.25 * norm * norm, 1e-6);
    assertAlmostEquals(reports["update-dot-gradient"]![k]!, -0.5 * norm * norm, 1e-6);
    assert(Number.isInteger(Math.round(reports.accuracy![k]! * batchSize * 1e4) / 1e4));
  }
});

Deno.test("TrainingProgram.run() names missing rows and incomplete batches", async () => {
  await using program = await trainingProgram({
    model: model(),
    optimizer: sgd({ learningRate: 0.1 }),
    data: data(),
  });
  const state = program.init();
  await assertRejects(
    () => program.run(state, { rows: [50], batchSize: 1 }),
    RangeError,
    "rows must be in 0..49, row 0 is 50",
  );
  await assertRejects(
    () => program.run(state, { rows: [1, 2, 3], batchSize: 2 }),
    RangeError,
    "whole batches of 2",
  );
});

Deno.test("trainingModel() names missing parameters, inputs and losses", () => {
  const rule = sgd({ learningRate: 0.1 });
  const inputs = data();
  const compile = (more: object) => () => trainingModel({ model: model(), optimizer: rule, inputs, ...more });
  assertThrows(compile({ parameters: ["w"] }), RangeError, "'w' is none");
  assertThrows(compile({ loss: "l" }), RangeError, "there is no 'l'");
  assertThrows(compile({ loss: "y" }), RangeError, "loss must have one element");
  assertThrows(compile({ metrics: ["f1"] }), RangeError, "'f1' is not a value of the model");
  assertThrows(compile({ statistics: ["gradNorm"] }), RangeError, "statistics: there is no 'gradNorm'");
  assertThrows(
    compile({ inputs: { ...inputs, z: inputs.x } }),
    RangeError,
    "the model has no input 'z'; it has x, target",
  );
  const wrong = { ...inputs, x: { dtype: "uint8", shape: [50, 5] } };
  assertThrows(
    compile({ inputs: wrong }),
    RangeError,
    "input 'x' takes [N, 12], but the data set holds examples of shape [5]",
  );
  const g = new Graph();
  const w = g.initializer("w", tensor(new Float32Array(60), [3, 4, 5]));
  g.output(g.reduceSum(g.mul(g.input("x", "float32", ["N", 3, 4, 5]), w), null, { keepdims: 0 }), "loss");
  const images = (...shape: number[]) => () =>
    trainingModel({
      model: buildModel(g),
      optimizer: rule,
      inputs: { x: { dtype: "uint8", shape: [50, ...shape] } },
    });
  for (const shape of [[4, 5, 3], [3, 5, 4], [5, 1, 4, 3]]) {
    assertThrows(images(...shape), RangeError, "the same dimensions in another order, so transpose the data");
  }
  for (const shape of [[60], [3, 20], [3, 4, 1, 5], [12, 5]]) images(...shape)();
});

Deno.test("requireDevice() refuses an absent device, and names the remedy", async () => {
  await requireDevice("cpu");
  await assertRejects(
    () => requireDevice("tpu" as "cpu"),
    RangeError,
    "device must be one of cpu, webgpu, cuda",
  );
  const ort = await importOnnxRuntime();
  const cuda = ort.listSupportedBackends().some((b) => b.name === "cuda" && b.bundled);
  if (!cuda) {
    await assertRejects(() => requireDevice("cuda"), DeviceError, "device 'cuda' is not available here");
  }
});
