import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { linear, mlp, withLoss } from "../../models/mod.ts";
import { type Evaluate, lbfgs, minimize } from "../../optim/minimize/mod.ts";
import { prepareModel } from "../../autodiff/mod.ts";
import { cutout } from "../../runtime/augment/mod.ts";
import { readCheckpoint, writeCheckpoint } from "../../runtime/checkpoint/checkpoint.ts";
import {
  type EpochRecord,
  fit,
  type FitOptions,
  type FitState,
  NumericalError,
  openTrainer,
} from "../../runtime/training/mod.ts";
import { breastCancer, digits } from "../../data/mod.ts";
import { inFloat64 } from "./in_float64.ts";
import { buildModel, Graph, type Model, type Tensor, tensor, type Value } from "../../onnx/mod.ts";
import { dense } from "../../models/dense.ts";
import { batchNorm } from "../../models/layers.ts";

const EXAMPLES = 100;

function data(): { x: Tensor; target: Tensor } {
  const { x, y } = digits().inputs;
  const pixels = Float32Array.from(
    x!.data.slice(0, EXAMPLES * 64) as ArrayLike<number>,
    (v) => Number(v) / 16,
  );
  return {
    x: tensor(pixels, [EXAMPLES, 64]),
    target: tensor((y!.data as BigInt64Array).slice(0, EXAMPLES)),
  };
}

const base = (more: Partial<FitOptions> = {}): FitOptions => ({
  model: withLoss(mlp({ inputs: 64, hidden: [8], outputs: 10 }), { loss: "cross-entropy" }),
  optimizer: lbfgs(),
  train: data(),
  batchSize: EXAMPLES,
  epochs: 12,
  ...more,
});

for (const lineSearch of ["strong-wolfe", "zoom"] as const) {
  Deno.test(`fit with lbfgs, ${lineSearch}: the loss falls at every iteration`, async () => {
    const train = data();
    const seen: EpochRecord[] = [];
    const { epochs, state, steps } = await fit(
      base({ train, optimizer: lbfgs({ lineSearch }), evaluate: { train }, onEpoch: (r) => seen.push(r) }),
    );
    assertEquals([epochs.length, steps, state.step, state.optimizer.count], [12, 12, 12, 12]);
    assertEquals(seen, [...epochs]);
    const losses = epochs.map((r) => r.metrics.train!.loss!);
    losses.slice(1).forEach((loss, k) => assert(loss < losses[k]!, `${losses}`));
    // The training loss of an epoch is the one before its update.
    epochs.slice(1).forEach((r, k) => assertAlmostEquals(r.trainLoss, losses[k]!, 1e-5));
    assert(losses.at(-1)! < 0.5, `${losses}`);
    assert(Object.values(state.params).every((p) => p.dtype === "float32"));
  });
}

/** Returns the breast cancer features as float64 around 0, and the classes. */
function tumors(): { x: Tensor; target: Tensor } {
  const { x, y } = breastCancer().inputs;
  const [rows, width] = x!.shape as [number, number];
  const scaled = Float64Array.from(
    { length: rows * width },
    (_, i) => Math.log1p(Number(x!.data[i])) / 4 - 0.5,
  );
  return { x: tensor(scaled, [rows, width]), target: tensor((y!.data as BigInt64Array).slice()) };
}

/** Softmax regression of two classes with its gradient, by plain loops over the data. */
function softmax({ x, target }: { x: Tensor; target: Tensor }): Evaluate<{ weight: Tensor; bias: Tensor }> {
  const [rows, width] = x.shape as [number, number];
  return ({ weight, bias }) => {
    const [w, b] = [weight.data as Float64Array, bias.data as Float64Array];
    const grads = { weight: new Float64Array(2 * width), bias: new Float64Array(2) };
    let value = 0;
    for (let i = 0; i < rows; i++) {
      const row = (x.data as Float64Array).subarray(i * width, (i + 1) * width);
      const z = [0, 1].map((c) => row.reduce((sum, v, j) => sum + v * w[c * width + j]!, b[c]!));
      const top = Math.max(...z);
      const total = z.reduce((sum, v) => sum + Math.exp(v - top), 0);
      const label = Number(target.data[i]);
      value += (top + Math.log(total) - z[label]!) / rows;
      for (const c of [0, 1]) {
        const d = (Math.exp(z[c]! - top) / total - (c === label ? 1 : 0)) / rows;
        row.forEach((v, j) => (grads.weight[c * width + j]! += d * v));
        grads.bias[c]! += d;
      }
    }
    return { value, grads: { weight: tensor(grads.weight, [2, width]), bias: tensor(grads.bias) } };
  };
}

for (const lineSearch of ["strong-wolfe", "zoom"] as const) {
  Deno.test(`fit with lbfgs, ${lineSearch}, takes in float64 the steps of minimize on the host`, async () => {
    const train = tumors();
    const [rows, width] = train.x.shape as [number, number];
    const model = inFloat64(withLoss(linear({ inputs: width, outputs: 2 }), { loss: "cross-entropy" }));
    const [weight, bias] = Object.keys(prepareModel(model).parameters) as [string, string];
    const start = {
      weight: tensor(new Float64Array(2 * width), [2, width]),
      bias: tensor(new Float64Array(2)),
    };
    const initial = { [weight]: start.weight, [bias]: start.bias };
    const optimizer = lbfgs({ lineSearch });
    const { state } = await fit({ model, optimizer, train, initial, batchSize: rows, epochs: 15 });
    const { params } = await minimize(softmax(train), start, { method: optimizer, maxIterations: 15 });
    const errors = ([["weight", weight], ["bias", bias]] as const).flatMap(([here, there]) =>
      Array.from(
        params[here].data as Float64Array,
        (v, i) => Math.abs(v - Number(state.params[there]!.data[i])),
      )
    );
    assert(Math.max(...errors) < 1e-8, `off by ${Math.max(...errors)}`);
    assert(Math.max(...params.weight.data as Float64Array) > 0.1);
  });
}

Deno.test("fit with lbfgs resumes to the same bits, from a checkpoint file", async () => {
  const whole = await fit(base({ epochs: 8 }));
  let saved: FitState | undefined;
  const path = await Deno.makeTempFile({ suffix: ".safetensors" });
  const save = async (state: FitState) => {
    if (state.step === 5) await writeCheckpoint(path, { state: saved = state, extra: {} });
  };
  await fit(base({ epochs: 5, checkpoint: { save } }));
  assertEquals(saved!.step, 5);
  const { state: resume } = await readCheckpoint(path);
  await Deno.remove(path);
  const resumed = await fit(base({ epochs: 8, resume }));
  assertEquals(resumed.state, whole.state);
  assertEquals(resumed.epochs, whole.epochs);
});

Deno.test("fit with lbfgs ends when it has converged, and says why", async () => {
  let last: FitState | undefined;
  const options = { optimizer: lbfgs({ toleranceChange: 0.05 }), epochs: 500 };
  const save = (state: FitState) => void (last = state);
  const { converged, steps, state } = await fit(base({ ...options, checkpoint: { save } }));
  assertEquals(converged, "step");
  assert(steps < 500, `${steps}`);
  // Resumed, it is still over.
  const resumed = await fit(base({ ...options, resume: last! }));
  assertEquals([resumed.converged, resumed.steps, resumed.state], [converged, steps, state]);
  // The last step is evaluated even if the direction there ends the training.
  const steep = await fit(
    base({ optimizer: lbfgs({ toleranceGrad: 0, toleranceChange: 0.01 }), epochs: 500, every: 400 }),
  );
  assertEquals(steep.converged, "slope");
  assertEquals(steep.epochs.map((r) => r.step), [steep.steps]);
  const { converged: none } = await fit(base({ epochs: 2 }));
  assertEquals(none, undefined);
});

Deno.test("fit with lbfgs evaluates, saves and reports at the steps that it is asked for", async () => {
  const train = data();
  const reasons: string[] = [];
  const losses: number[] = [];
  const { epochs } = await fit(base({
    train,
    evaluate: { train },
    epochs: 6,
    every: 4,
    evaluateFirst: true,
    checkpoint: { every: 2, save: ({ step }, reason) => void reasons.push(`${reason} ${step}`) },
    onChunk: ({ records }) => losses.push(...records.map((r) => r.loss)),
  }));
  assertEquals(epochs.map((r) => r.step), [0, 4, 6]);
  assertEquals(reasons, ["step 2", "step 4", "end 6"]);
  assertEquals(losses.length, 6);
  assertAlmostEquals(epochs[1]!.trainLoss, losses.slice(0, 4).reduce((a, b) => a + b) / 4, 1e-12);
  assertAlmostEquals(losses[0]!, epochs[0]!.metrics.train!.loss!, 1e-5);
});

Deno.test("fit with lbfgs stops at a signal after saving", async () => {
  const control = new AbortController();
  const reasons: string[] = [];
  await assertRejects(
    () =>
      fit(base({
        signal: control.signal,
        onEpoch: ({ epoch }) => epoch === 2 && control.abort(new Error("enough")),
        checkpoint: { save: ({ step }, reason) => void reasons.push(`${reason} ${step}`) },
      })),
    Error,
    "enough",
  );
  assertEquals(reasons, ["epoch 1", "abort 2"]);
});

Deno.test("fit with lbfgs ends with an error where the loss is not finite, and saves the state before", async () => {
  const train = data();
  const { x } = train;
  (x.data as Float32Array)[5] = NaN;
  const reasons: string[] = [];
  await assertRejects(
    () =>
      fit(
        base({ train, checkpoint: { save: ({ step }, reason) => void reasons.push(`${reason} ${step}`) } }),
      ),
    NumericalError,
    "step 1 (epoch 1): the loss is NaN",
  );
  assertEquals(reasons, ["fault 0"]);
});

/** Returns a linear classifier behind a layer. */
function network(layer: (g: Graph, x: Value) => Value): Model {
  const g = new Graph({ name: "network" });
  const x = g.input("x", "float32", ["N", 64]);
  g.output(dense(g, layer(g, x), { name: "dense", size: [64, 10], seed: 0 }), "y");
  return withLoss(buildModel(g), { loss: "cross-entropy" });
}

Deno.test("fit refuses by name what lbfgs cannot train", async () => {
  const augment = { x: [cutout({ size: 1 })] };
  const dropout = network((g, x) => g.dropout(x, 0.5)[0]);
  const normalized = network((g, x) => batchNorm(g, x, { name: "norm", channels: 64 }));
  const wrong: readonly (readonly [Partial<FitOptions>, string])[] = [
    [{ batchSize: 50 }, "fit: lbfgs needs all examples in every step: batchSize must be 100, got 50"],
    [{ batchSize: 200 }, "batchSize must be 100, got 200"],
    [{ augment }, "does not go with the option augment"],
    [{ nonFinite: "skip" }, "does not go with the option nonFinite"],
    [{ learningRateScale: () => 1 }, "the line search chooses the rate: leave it out"],
    [{ model: dropout }, "set dropout to false"],
    [{ model: normalized }, "set batchStatistics to false"],
    [{ epochs: 0 }, "epochs must be an integer of at least 1, got 0"],
  ];
  for (const [options, message] of wrong) {
    await assertRejects(() => fit(base(options)), RangeError, message);
  }
  await fit(base({ model: dropout, dropout: false, epochs: 1 }));
  await fit(base({ model: normalized, batchStatistics: false, epochs: 1 }));
  await using trainer = await openTrainer({ model: base().model, train: data() });
  await assertRejects(
    () => trainer.train({ optimizer: lbfgs() as never, batchSize: EXAMPLES, epochs: 1 }),
    TypeError,
    "lbfgs chooses where to evaluate the loss of all examples: train with fit",
  );
});
