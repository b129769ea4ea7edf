import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { gradientModel } from "../../autodiff/gradient_model.ts";
import { buildModel, Graph, type Tensor, tensor } from "../../onnx/mod.ts";
import { adam } from "../../optim/rules/adam.ts";
import { sgd } from "../../optim/rules/sgd.ts";
import { sophia } from "../../optim/rules/sophia.ts";
import { applyUpdates } from "../../optim/apply_updates.ts";
import { flattenState } from "../../optim/state.ts";
import { averaged } from "../../optim/transforms/averaged.ts";
import { freeze } from "../../optim/transforms/freeze.ts";
import { injectHyperparams } from "../../optim/transforms/inject_hyperparams.ts";
import { sam } from "../../optim/transforms/sam.ts";
import { scheduleFreeAdamw } from "../../optim/transforms/schedule_free.ts";
import { evaluator } from "../../runtime/evaluation/evaluate.ts";
import { fit } from "../../runtime/training/fit.ts";
import { type Batches, trainingProgram, type TrainState } from "../../runtime/program/mod.ts";
import { openSession } from "../../runtime/session/session.ts";
import { switchCriterion } from "../../schedules/switch_criterion.ts";
import { asOptimizer, TABLE } from "../optim/table.ts";
import { data, model, SIZE } from "./problem.ts";

const STEPS = 6;
const batchSize = 6;
const rows = Array.from({ length: STEPS * batchSize }, (_, i) => (i * 17) % SIZE.examples);

function part(from: number, to: number): Batches {
  return { rows: rows.slice(from * batchSize, to * batchSize), batchSize };
}

function bits({ params, optimizer }: TrainState): Record<string, Uint8Array> {
  const all: Record<string, Tensor> = { ...params, ...flattenState(optimizer) };
  return Object.fromEntries(
    Object.entries(all).map(([n, { data }]) => {
      const d = data as Float32Array;
      return [n, new Uint8Array(d.buffer.slice(d.byteOffset, d.byteOffset + d.byteLength))];
    }),
  );
}

for (const [name, { make }] of Object.entries(TABLE)) {
  Deno.test(`${name} in a program: ${STEPS} steps in one run equal ${STEPS} runs of one step, bit for bit`, async () => {
    await using program = await trainingProgram({
      model: model(),
      optimizer: asOptimizer(make()),
      data: data(),
    });
    const start = program.init();
    const whole = await program.run(start, part(0, STEPS));
    let state = start;
    for (let k = 0; k < STEPS; k++) state = (await program.run(state, part(k, k + 1))).state;
    assertEquals(bits(state), bits(whole.state));
    assertEquals(state.optimizer.count, STEPS);
    assert(whole.reports.loss!.every(Number.isFinite));
  });
}

/** Returns the gradients of a batch at some parameters. */
async function gradientsAt(batches: Batches, params: Readonly<Record<string, Tensor>>) {
  await using session = await openSession(gradientModel(model(), { loss: "loss" }));
  const { x, target } = data();
  const pixels = Float32Array.from({ length: batches.rows.length * SIZE.features }, (_, i) => {
    const row = batches.rows[Math.floor(i / SIZE.features)]!;
    return (x!.data as Uint8Array)[row * SIZE.features + i % SIZE.features]! / 255;
  });
  const classes = BigInt64Array.from(
    Array.from(batches.rows),
    (row) => (target!.data as BigInt64Array)[row]!,
  );
  const out = await session.run({
    x: tensor(pixels, [batches.rows.length, SIZE.features]),
    target: tensor(classes),
    ...params,
  });
  return Object.fromEntries(Object.keys(params).map((n) => [n, out[`grad_${n}`]!]));
}

function assertClose(a: Readonly<Record<string, Tensor>>, b: Readonly<Record<string, Tensor>>): void {
  for (const [n, t] of Object.entries(a)) {
    (t.data as Float32Array).forEach((v, i) =>
      assertAlmostEquals(Number(b[n]!.data[i]), v, 2e-5, `${n}[${i}]`)
    );
  }
}

const base = () => ({ model: model(), train: data(), epochs: 2, batchSize: 10, seed: 5 });

Deno.test("fit() gives sam() both gradients of each batch, and counts batches", async () => {
  const optimizer = sam(sgd({ learningRate: 0.1 }), { rho: 0.2 });
  const seen: number[] = [];
  const result = await fit({
    ...base(),
    optimizer,
    chunk: 3,
    onChunk: ({ records }) => seen.push(...records.map((r) => r.step)),
  });
  assertEquals(seen, Array.from({ length: 10 }, (_, i) => i + 1));
  assertEquals([result.steps, result.state.optimizer.count], [10, 20]);
  const other = await fit({ ...base(), optimizer, chunk: 64 });
  assertEquals(bits(other.state), bits(result.state));
});

Deno.test("sam() in a program descends from its parameters with the gradient at the ascended ones", async () => {
  const optimizer = sam(sgd({ learningRate: 0.1 }), { rho: 0.2 });
  await using program = await trainingProgram({ model: model(), optimizer, data: data() });
  const { params } = program.init();
  const twice = { rows: [...rows.slice(0, 6), ...rows.slice(0, 6)], batchSize };
  const { state } = await program.run(program.init(), twice);
  const g = await gradientsAt(part(0, 1), params);
  const size = Math.sqrt(
    Object.values(g).reduce((s, t) => (t.data as Float32Array).reduce((a, v) => a + v * v, s), 0),
  );
  const scaled = (by: number, t: Tensor) => tensor((t.data as Float32Array).map((v) => by * v), t.shape);
  const each = (by: number, x: Record<string, Tensor>) =>
    Object.fromEntries(Object.entries(x).map(([n, t]) => [n, scaled(by, t)]));
  const above = applyUpdates(params, each(0.2 / size, g)) as Record<string, Tensor>;
  assertClose(
    applyUpdates(params, each(-0.1, await gradientsAt(part(0, 1), above))) as Record<string, Tensor>,
    state.params,
  );
});

for (
  const [name, optimizer] of Object.entries({
    averaged: averaged(sgd({ learningRate: 0.2, momentum: 0.9 })),
    "schedule-free": scheduleFreeAdamw({ learningRate: 0.05 }),
  })
) {
  Deno.test(`fit() evaluates at the evaluation parameters of ${name} rules, and returns them`, async () => {
    const result = await fit({ ...base(), optimizer, evaluate: { train: data() } });
    const { state, evaluationParams } = result;
    assertEquals(evaluationParams, optimizer.evaluationParams(state.params, state.optimizer));
    const parameters = Object.keys(state.params);
    await using scores = await evaluator({ model: model(), metrics: ["loss"], inputs: data(), parameters });
    const { loss } = await scores.evaluate(evaluationParams, data());
    assertEquals(result.epochs.at(-1)!.metrics.train!.loss, loss);
    assert((await scores.evaluate(state.params, data())).loss !== loss);
  });
}

Deno.test("freeze() in a program keeps the bits of the parameters that it names", async () => {
  const optimizer = freeze(adam({ learningRate: 0.1 }), (name) => name.startsWith("layers.0."));
  const { state } = await fit({ ...base(), optimizer });
  await using program = await trainingProgram({ model: model(), optimizer, data: data() });
  const { params } = program.init();
  for (const n of Object.keys(params)) {
    const same = bits(state)[n]!.every((b, i) =>
      b === new Uint8Array((params[n]!.data as Float32Array).buffer)[i]
    );
    assertEquals(same, n.startsWith("layers.0."), n);
  }
  assertEquals(Object.keys(state.optimizer.slots).filter((s) => s.includes("layers.0.")), []);
});

Deno.test("injectHyperparams() reports the rate of a program's last step, plateau included", async () => {
  const optimizer = injectHyperparams(sgd({ learningRate: (count) => 1 / (1 + count) }));
  await using program = await trainingProgram({ model: model(), optimizer, data: data() });
  const { state } = await program.run(program.init(), part(0, 4), { learningRateScale: 0.5 });
  assertEquals(state.optimizer.slots.learningRate!.data[0], 0.125);
});

Deno.test("sophia() in a program gets the exact diagonal of a diagonal Hessian", async () => {
  // loss = mean over the batch of sum of d w^4, so the Hessian is 12 d w^2, and z H z is its diagonal times z z.
  const g = new Graph();
  const d = g.input("d", "float32", ["N", 3]);
  const w = g.initializer("w", tensor(Float32Array.of(1, 2, -1)));
  const fourth = g.mul(g.mul(w, w), g.mul(w, w));
  const sums = g.reduceSum(g.mul(d, fourth), [1], { keepdims: 0 });
  g.output(g.reduceMean(sums, null, { keepdims: 0 }), "loss");
  const quartic = buildModel(g);
  const inputs = { d: tensor(Float32Array.of(1, 2, 3), [1, 3]) };
  const optimizer = sophia({ learningRate: 0, interval: 1 });
  const estimates = [0, 0, 0];
  const seeds = 400;
  await using program = await trainingProgram({ model: quartic, optimizer, data: inputs });
  const { state } = await program.run(program.init(), { rows: new Uint32Array(seeds), batchSize: 1 });
  const h = [0, 0, 0];
  for (let k = 0; k < seeds; k++) {
    const z = program.compiled.noises[0]!.at(k);
    [12, 96, 36].forEach((diagonal, i) => {
      h[i] = 0.99 * h[i]! + 0.01 * diagonal * z[i]! * z[i]!;
      estimates[i]! += diagonal * z[i]! * z[i]! / seeds;
    });
  }
  const got = state.optimizer.slots["h/w"]!.data as Float32Array;
  h.forEach((v, i) => assertAlmostEquals(got[i]!, v, 1e-4 * v));
  [12, 96, 36].forEach((v, i) => assertAlmostEquals(estimates[i]!, v, 0.25 * v));
});

Deno.test("sophia() in a program draws directions only at the steps that read them", async () => {
  const optimizer = sophia({ interval: 3 });
  await using program = await trainingProgram({ model: model(), optimizer, data: data() });
  const drawn = program.compiled.noises.map(({ at }) => [0, 1, 2, 3].map((k) => at(k).some((v) => v !== 0)));
  for (const steps of drawn) assertEquals(steps, [true, false, false, true]);
  const { state } = await program.run(program.init(), part(0, 1));
  const later = await program.run(state, part(1, 3));
  const h = (s: TrainState) => Object.entries(s.optimizer.slots).filter(([n]) => n.startsWith("h/"));
  assertEquals(h(later.state), h(state));
  assert(h(state).some(([, t]) => (t.data as Float32Array).some((v) => v !== 0)));
});

Deno.test("fit() refuses to switch from a rule of several gradients per update", async () => {
  const switching = { criterion: switchCriterion(), to: (learningRate: number) => sgd({ learningRate }) };
  await assertRejects(
    () => fit({ ...base(), optimizer: sam(sgd({ learningRate: 0.1 })), switching }),
    RangeError,
    "switching needs a rule of one gradient an update, sam sgd takes 2",
  );
});
