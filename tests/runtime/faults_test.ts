import { assert, assertEquals, assertRejects } from "@std/assert";
import { buildModel, Graph, type Model, tensor } from "../../onnx/mod.ts";
import type { Optimizer } from "../../optim/optimizer.ts";
import { adam } from "../../optim/rules/adam.ts";
import { sgd } from "../../optim/rules/sgd.ts";
import { sam } from "../../optim/transforms/sam.ts";
import { signSgd } from "../../optim/rules/sign_sgd.ts";
import { permutation } from "../../random/permutation.ts";
import { nextBatches } from "../../runtime/program/batches.ts";
import { readCheckpoint, writeCheckpoint } from "../../runtime/checkpoint/checkpoint.ts";
import { type Fault, NumericalError } from "../../runtime/training/faults.ts";
import { fit, type FitOptions } from "../../runtime/training/fit.ts";
import type { SaveReason } from "../../runtime/training/train_options.ts";
import type { FitState } from "../../runtime/training/fit_state.ts";
import { type DataTensor, trainingProgram } from "../../runtime/program/mod.ts";
import { data, model, SIZE } from "./problem.ts";

/** Returns the usual data as floats, with one element of example 20 replaced. */
function spoilt(value: number): Record<string, DataTensor> {
  const { x, target } = data();
  const floats = Float32Array.from(x!.data as Uint8Array, (v) => v / 255);
  floats[20 * SIZE.features + 3] = value;
  return { x: { dtype: "float32", shape: x!.shape, data: floats }, target: target! };
}

const base = (): FitOptions & { optimizer: Optimizer } => ({
  model: model(),
  optimizer: adam({ learningRate: 1e-2 }),
  train: spoilt(NaN),
  epochs: 2,
  batchSize: 8,
  seed: 5,
});

const order = (epoch: number) => permutation({ seed: 5, stream: "shuffle", step: epoch }, SIZE.examples);

/** Returns the steps, from 1, whose batches contain the replaced example. */
const FAULTY = [1, 2].map((epoch) => (epoch - 1) * 7 + Math.floor(order(epoch).indexOf(20) / 8) + 1);

async function fault(options: FitOptions): Promise<Fault> {
  try {
    await fit(options);
  } catch (error) {
    if (error instanceof NumericalError) return error.fault;
    throw error;
  }
  throw new Error("nothing failed");
}

for (const chunk of [1, 3, 64]) {
  Deno.test(`fit() in chunks of ${chunk} stops at the step whose loss is NaN, and saves the state before it`, async () => {
    let saved: [FitState, SaveReason] | undefined;
    const records: number[] = [];
    const options: FitOptions = {
      ...base(),
      chunk,
      nonFinite: "stop",
      checkpoint: { save: (state, reason) => void (saved = [state, reason]) },
      onChunk: (progress) => records.push(...progress.records.map((r) => r.step)),
    };
    const found = await fault(options);
    assertEquals([found.step, found.epoch, found.loss, found.learningRate], [FAULTY[0], 1, NaN, 1e-2]);
    assertEquals(found.gradients["layers.1.bias"], [3, 3]);
    const [state, reason] = saved!;
    assertEquals([state.step, reason], [FAULTY[0]! - 1, "fault"]);
    assertEquals(records, Array.from({ length: FAULTY[0]! - 1 }, (_, i) => i + 1));
    await assertRejects(
      () => fit(options),
      NumericalError,
      `step ${FAULTY[0]} (epoch 1): the loss is NaN; the gradient is not finite for layers.0.weight (`,
    );
    // The state can be resumed with another policy.
    const skipped = await fit({ ...base(), nonFinite: "skip" });
    assertEquals(await fit({ ...base(), nonFinite: "skip", resume: state }), skipped);
  });

  Deno.test(`fit() in chunks of ${chunk} skips failing steps with the same bits as leaving out their updates`, async () => {
    const told: number[] = [];
    const losses: number[] = [];
    const result = await fit({
      ...base(),
      chunk,
      nonFinite: "skip",
      onFault: ({ step }) => told.push(step),
      onChunk: ({ records }) => losses.push(...records.map((r) => r.loss)),
    });
    assertEquals(told, FAULTY);
    assertEquals(result.skipped, 2);
    assertEquals(losses.flatMap((l, i) => Number.isFinite(l) ? [] : [i + 1]), FAULTY);
    const { model, optimizer, train } = base();
    await using program = await trainingProgram({ model, optimizer, data: train });
    let state = program.init();
    for (const epoch of [1, 2]) {
      for (let from = 0; from < 7; from++) {
        const next = await program.run(state, nextBatches(order(epoch), { batchSize: 8, from, most: 1 }));
        const left = FAULTY.includes((epoch - 1) * 7 + from + 1);
        // The rule's own count skips left-out updates, as in Optax and PyTorch's GradScaler.
        state = left ? { ...state, step: state.step + 1 } : next.state;
      }
    }
    assertEquals(result.state, state);
    const finite = losses.slice(0, 7).flatMap((l, i) => Number.isFinite(l) ? [[l, i === 6 ? 2 : 8]] : []);
    const sum = finite.reduce((s, [l, n]) => s + l! * n!, 0);
    assertEquals(result.epochs[0]!.trainLoss, sum / finite.reduce((s, [, n]) => s + n!, 0));
  });
}

Deno.test("fit() reports the fault even if the state before it cannot be saved, and reports that too", async () => {
  const save = (_: FitState, reason: SaveReason) => {
    if (reason === "fault") throw new Error("no space left on device");
  };
  const error = await assertRejects(
    () => fit({ ...base(), nonFinite: "stop", checkpoint: { save } }),
    NumericalError,
    `step ${FAULTY[0]} (epoch 1): the loss is NaN`,
  );
  assert(
    error.message.endsWith("; the state before it is not saved: no space left on device"),
    error.message,
  );
});

/** Returns `mean(sqrt(x w))`: at `w = 0` the loss is 0, and its gradient infinite. */
function roots(w: number): Model {
  const g = new Graph();
  const x = g.input("x", "float32", ["N"]);
  const y = g.sqrt(g.mul(x, g.initializer("w", tensor(Float32Array.of(w), []))));
  g.output(g.reduceMean(y, null, { keepdims: 0 }), "loss");
  return buildModel(g);
}

const ones: Record<string, DataTensor> = {
  x: { dtype: "float32", shape: [4], data: Float32Array.of(1, 1, 1, 1) },
};

Deno.test("fit() finds an infinite gradient although the loss and the update are finite", async () => {
  const optimizer = signSgd({ learningRate: 0.1 });
  const options = {
    model: roots(0),
    optimizer,
    train: ones,
    epochs: 1,
    batchSize: 2,
    nonFinite: "stop",
  } as const;
  const found = await fault(options);
  assertEquals(found, {
    step: 1,
    epoch: 1,
    loss: 0,
    gradients: { w: [1, 1] },
    updates: {},
    learningRate: 0.1,
  });
});

Deno.test("fit() finds the step whose update overflows although its gradient is finite", async () => {
  // The rate grows tenfold each step, from 1e34; the gradient is 1/2.
  const optimizer = sgd({ learningRate: (step) => Math.min(10 ** (34 + step), 3e38) });
  const g = new Graph();
  const x = g.input("x", "float32", ["N"]);
  const w = g.initializer("w", tensor(Float32Array.of(1), []));
  g.output(g.reduceMean(g.mul(x, w), null, { keepdims: 0 }), "loss");
  const train = { x: { dtype: "float32", shape: [20], data: new Float32Array(20).fill(0.5) } } as const;
  const found = await fault({
    model: buildModel(g),
    optimizer,
    train,
    epochs: 1,
    batchSize: 1,
    nonFinite: "stop",
  });
  assertEquals([found.updates, found.gradients, Number.isFinite(found.loss)], [{ w: [1, 1] }, {}, true]);
  // w falls by 5e33, 5e34, ..., 5e37 and twice by 1.5e38: beyond the largest float32, 3.4e38.
  assertEquals(found.step, 7);
});

Deno.test("fit() halves the rate and repeats the epoch until it is finite, for any chunk", async () => {
  const options = (chunk: number): FitOptions => ({
    ...base(),
    train: data(),
    chunk,
    optimizer: sgd({ learningRate: 3e38 }),
    nonFinite: "reduce",
    epochs: 2,
  });
  const results = await Promise.all([1, 5, 64].map((chunk) => fit(options(chunk))));
  const scale = results[0]!.epochs[0]!.learningRateScale;
  assert(scale < 1, `${scale}`);
  assert(Number.isInteger(Math.log2(scale)));
  for (const r of results) assertEquals(r, results[0]);
  // The same as with that rate from the start.
  const direct = await fit({ ...options(64), optimizer: sgd({ learningRate: 3e38 * scale }), epochs: 1 });
  const first = await fit({ ...options(64), epochs: 1 });
  assertEquals(first.state, direct.state);
});

Deno.test("fit() that halves the rate resumes from any checkpoint and gives the same bits", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const options: FitOptions = {
      ...base(),
      train: data(),
      optimizer: sgd({ learningRate: 3e38 }),
      nonFinite: "reduce",
      chunk: 4,
    };
    const whole = await fit(options);
    const saved: string[] = [];
    const reasons = new Set<SaveReason>();
    await fit({
      ...options,
      checkpoint: {
        every: 2,
        async save(state, reason) {
          reasons.add(reason);
          saved.push(`${folder}/${saved.length}`);
          await writeCheckpoint(saved.at(-1)!, { state, extra: {} });
        },
      },
    });
    assert(reasons.has("rewind"));
    for (const path of saved) {
      assertEquals(await fit({ ...options, resume: (await readCheckpoint(path)).state }), whole);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("fit() gives up if skipping and halving do not help", async () => {
  const train = data();
  const nothing = { ...train, x: { ...train.x!, scale: Infinity } };
  await assertRejects(
    () => fit({ ...base(), train: nothing, epochs: 30, nonFinite: "skip" }),
    NumericalError,
    "100 were skipped before it",
  );
  await assertRejects(
    () => fit({ ...base(), train: nothing, nonFinite: "reduce" }),
    NumericalError,
    "its rate has been halved 20 times in this epoch",
  );
});

Deno.test("fit() keeps the count of consecutive skipped steps in a checkpoint's file", async () => {
  const train = data();
  const options: FitOptions = {
    ...base(),
    train: { ...train, x: { ...train.x!, scale: Infinity } },
    epochs: 30,
    nonFinite: "skip",
  };
  const folder = await Deno.makeTempDir();
  try {
    const path = `${folder}/c.safetensors`;
    let saved: FitState | undefined;
    const controller = new AbortController();
    await assertRejects(() =>
      fit({
        ...options,
        signal: controller.signal,
        onFault: ({ step }) => step === 60 && controller.abort(new Error("enough")),
        checkpoint: { every: 1, save: (state) => void (saved = state) },
      })
    );
    assertEquals([saved!.step, saved!.faults.inARow], [60, 60]);
    await writeCheckpoint(path, { state: saved!, extra: {} });
    const { state } = await readCheckpoint(path);
    assertEquals(state.faults, saved!.faults);
    // Of the hundred steps that may be skipped in a row, 40 are left.
    const found = await fault({ ...options, resume: state });
    assertEquals(found.step, 101);
    // If the last steps before it had been fine, a hundred would be left.
    const anew = { ...state, faults: { ...state.faults, inARow: 0 } };
    assertEquals((await fault({ ...options, resume: anew })).step, 161);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("fit() finds and skips failing steps of a rule that takes two gradients per step", async () => {
  const optimizer = sam(sgd({ learningRate: 0.05 }));
  const found = await fault({ ...base(), optimizer, nonFinite: "stop" });
  assertEquals([found.step, found.loss], [FAULTY[0], NaN]);
  const results = await Promise.all(
    [1, 3, 64].map((chunk) => fit({ ...base(), optimizer, chunk, nonFinite: "skip" })),
  );
  for (const r of results) assertEquals(r, results[0]);
  assertEquals([results[0]!.skipped, results[0]!.state.optimizer.count], [2, 24]);
});
