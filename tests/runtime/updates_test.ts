import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import type { Tensor } from "../../onnx/mod.ts";
import type { Optimizer } from "../../optim/optimizer.ts";
import { adam } from "../../optim/rules/adam.ts";
import { adopt } from "../../optim/rules/adopt.ts";
import { sgd } from "../../optim/rules/sgd.ts";
import { sophia } from "../../optim/rules/sophia.ts";
import { applyIfFinite } from "../../optim/transforms/apply_if_finite.ts";
import { averaged } from "../../optim/transforms/averaged.ts";
import { chain } from "../../optim/transforms/chain.ts";
import { gradientNoise } from "../../optim/transforms/gradient_noise.ts";
import { injectHyperparams } from "../../optim/transforms/inject_hyperparams.ts";
import { lookahead } from "../../optim/transforms/lookahead.ts";
import { multiSteps } from "../../optim/transforms/multi_steps.ts";
import { partition } from "../../optim/nesting/partition.ts";
import { sam } from "../../optim/transforms/sam.ts";
import { scheduleFree } from "../../optim/transforms/schedule_free.ts";
import { decoupledWeightDecay } from "../../optim/transforms/weight_decay.ts";
import { readCheckpoint, writeCheckpoint } from "../../runtime/checkpoint/checkpoint.ts";
import { fit, type FitOptions } from "../../runtime/training/fit.ts";
import type { FitState } from "../../runtime/training/fit_state.ts";
import { type DataTensor, trainingProgram, type TrainState } from "../../runtime/program/mod.ts";
import type { SwitchCriterion } from "../../schedules/switch_criterion.ts";
import { data, model, SIZE } from "./problem.ts";

/** Returns the usual data as floats, with a NaN in the last example. */
function spoilt(): Record<string, DataTensor> {
  const { x, target } = data();
  const floats = Float32Array.from(x!.data as Uint8Array, (v) => v / 255);
  floats[floats.length - 1] = NaN;
  return { x: { dtype: "float32", shape: x!.shape, data: floats }, target: target! };
}

const SPOILT = SIZE.examples - 1;
const batchSize = 6;

/** Returns the rows of a batch, finite or not. */
function batch(k: number, finite = true): number[] {
  const rows = Array.from({ length: batchSize }, (_, i) => (k * batchSize * 17 + i * 17) % SPOILT);
  return finite ? rows : [...rows.slice(1), SPOILT];
}

const decaying = (count: number) => 0.1 / (1 + count);

/** Rules of one gradient and of two; a batch that is not finite must leave no trace in them. */
const RULES: Readonly<Record<string, () => Optimizer>> = {
  "applyIfFinite(adam)": () => applyIfFinite(adam({ learningRate: decaying })),
  "applyIfFinite(adopt)": () => applyIfFinite(adopt({ learningRate: 0.1 })),
  "applyIfFinite(sam(adam))": () => applyIfFinite(sam(adam({ learningRate: decaying }), { rho: 0.2 })),
  "averaged(applyIfFinite(adam))": () => averaged(applyIfFinite(adam({ learningRate: decaying }))),
  "lookahead(applyIfFinite(adam)) that starts anew": () =>
    lookahead(applyIfFinite(adam({ learningRate: decaying })), { syncPeriod: 2, resetState: true }),
  "scheduleFree(applyIfFinite(sgd)) with a warm-up": () =>
    scheduleFree(applyIfFinite(sgd({ learningRate: (count) => Math.min(1, (1 + count) / 4) }))),
  "a chain around applyIfFinite(adam)": () =>
    chain(
      applyIfFinite(adam({ learningRate: decaying })),
      decoupledWeightDecay({ weightDecay: (count) => 0.1 / (1 + count) }),
    ),
  "applyIfFinite(gradientNoise, sgd)": () =>
    applyIfFinite(chain(gradientNoise({ seed: 3 }), sgd({ learningRate: 0.1 }))),
  "applyIfFinite(sophia)": () => applyIfFinite(sophia({ learningRate: 0.01, interval: 2 })),
  "applyIfFinite(multiSteps(adam))": () =>
    applyIfFinite(multiSteps(adam({ learningRate: decaying }), { every: 2 })),
  "injectHyperparams(applyIfFinite(adam))": () =>
    injectHyperparams(applyIfFinite(adam({ learningRate: decaying }))),
  "a partition of sam and applyIfFinite": () =>
    partition({
      a: applyIfFinite(sam(adam({ learningRate: decaying }), { rho: 0.2 })),
      b: applyIfFinite(adam({ learningRate: decaying })),
    }, (name) => (name.startsWith("layers.0") ? "a" : "b")),
};

/** Returns the tensors of a state, without the counts of failures. */
function content({ params, optimizer }: TrainState): Record<string, Tensor> {
  const slots = Object.entries(optimizer.slots).filter(([n]) => !/failures$/i.test(n));
  return { ...params, ...Object.fromEntries(slots) };
}

for (const form of ["scan", "steps"] as const) {
  for (const [name, make] of Object.entries(RULES)) {
    Deno.test(`${name} in a program of form ${form}: left-out updates leave no trace, wherever runs begin`, async () => {
      const optimizer = make();
      const each = optimizer.rule.gradientsPerUpdate ?? 1;
      await using program = await trainingProgram({ model: model(), optimizer, data: spoilt(), form });
      const kinds = [false, true, true, false, false, true, true, true];
      let next = 0;
      const all = kinds.map((finite) => ({ finite, rows: batch(finite ? next++ : 90, finite) }));
      const rowsOf = (batches: readonly { rows: number[] }[]) =>
        batches.flatMap(({ rows }) => Array.from({ length: each }, () => rows).flat());
      const run = async (runs: readonly { rows: number[] }[][]) => {
        let state = program.init();
        for (const some of runs) state = (await program.run(state, { rows: rowsOf(some), batchSize })).state;
        return state;
      };
      const whole = await run([all]);
      const singly = await run(all.map((one) => [one]));
      const pairs = await run([all.slice(0, 3), all.slice(3, 4), all.slice(4)]);
      assertEquals(singly, whole);
      assertEquals(pairs, whole);
      const clean = await run([all.filter(({ finite }) => finite)]);
      assertEquals(content(whole), content(clean));
      assert(Object.values(whole.params).every((t) => (t.data as Float32Array).every(Number.isFinite)));
    });
  }
}

Deno.test("applyIfFinite() of sam() in a program continues if a run ends between the two gradients", async () => {
  const optimizer = applyIfFinite(sam(adam({ learningRate: decaying }), { rho: 0.2 }));
  await using program = await trainingProgram({ model: model(), optimizer, data: spoilt() });
  const calls = [
    batch(0),
    batch(0),
    batch(1),
    batch(1, false),
    batch(2, false),
    batch(2),
    batch(3),
    batch(3),
  ];
  const whole = await program.run(program.init(), { rows: calls.flat(), batchSize });
  for (const cut of [1, 3, 5, 7]) {
    const first = await program.run(program.init(), { rows: calls.slice(0, cut).flat(), batchSize });
    const last = await program.run(first.state, { rows: calls.slice(cut).flat(), batchSize });
    assertEquals({ ...last.state, step: 0 }, { ...whole.state, step: 0 });
  }
  assertEquals(whole.state.optimizer.count, 4);
});

Deno.test("a program leaves out the same updates as the host", async () => {
  const optimizer = applyIfFinite(adam({ learningRate: decaying }));
  await using program = await trainingProgram({ model: model(), optimizer, data: spoilt() });
  // With rate 1 the updates are the gradients.
  await using probe = await trainingProgram({
    model: model(),
    optimizer: sgd({ learningRate: 1 }),
    data: spoilt(),
  });
  const calls = [false, true, true, false, true].map((finite, k) => batch(k, finite));
  const { state: whole } = await program.run(program.init(), { rows: calls.flat(), batchSize });
  let { params } = program.init();
  let state = optimizer.init(params);
  for (const rows of calls) {
    const { state: after } = await probe.run({ ...probe.init(), params }, { rows, batchSize });
    const grads = Object.fromEntries(
      Object.entries(params).map(([n, t]) => {
        const next = after.params[n]!.data as Float32Array;
        return [n, { ...t, data: (t.data as Float32Array).map((v, i) => v - next[i]!) }];
      }),
    );
    [params, state] = optimizer.step(grads, state, params);
  }
  assertEquals(state.count, 3);
  assertEquals(whole.optimizer.count, 3);
  for (const [n, t] of Object.entries(params)) {
    (t.data as Float32Array).forEach((v, i) => assertAlmostEquals(Number(whole.params[n]!.data[i]), v, 2e-5));
  }
});

Deno.test("fit() weights the gradients in multiSteps() by the examples of each batch", async () => {
  // 50 examples in batches of 16, 16, 16 and 2 are one large batch, whatever their order.
  const rate = { learningRate: 0.5 };
  const common = { model: model(), train: data(), epochs: 3, seed: 4 };
  const gathered = await fit({ ...common, optimizer: multiSteps(sgd(rate), { every: 4 }), batchSize: 16 });
  const whole = await fit({ ...common, optimizer: sgd(rate), batchSize: 50 });
  for (const [n, t] of Object.entries(whole.state.params)) {
    (t.data as Float32Array).forEach((v, i) =>
      assertAlmostEquals(Number(gathered.state.params[n]!.data[i]), v, 1e-6)
    );
  }
});

Deno.test("fit() resumes from a file after applyIfFinite() left out updates, and gives the same bits", async () => {
  const file = await Deno.makeTempFile();
  try {
    const options: FitOptions = {
      model: model(),
      train: spoilt(),
      optimizer: averaged(applyIfFinite(adam({ learningRate: decaying }))),
      epochs: 3,
      batchSize: 8,
      seed: 2,
    };
    const whole = await fit(options);
    assertEquals(whole.state.optimizer.count, 3 * 6);
    const saved: FitState[] = [];
    await fit({ ...options, checkpoint: { every: 4, save: (state) => void saved.push(state) } });
    for (const state of saved.slice(0, -1)) {
      await writeCheckpoint(file, { state, extra: {} });
      assertEquals(await fit({ ...options, resume: (await readCheckpoint(file)).state }), whole);
    }
  } finally {
    await Deno.remove(file);
  }
});

Deno.test("fit() does not pass skipped steps to the switch criterion", async () => {
  const seen: number[] = [];
  const criterion: SwitchCriterion = {
    init: () => ({ fired: false, firedAt: null, estimate: 0, average: 0, learningRate: 0 }),
    update(state, { k }) {
      seen.push(k);
      return k < 10 ? state : { ...state, fired: true, firedAt: k, learningRate: 0.1 };
    },
  };
  for (const chunk of [1, 64]) {
    seen.length = 0;
    const skipped: number[] = [];
    const { switchedAtStep } = await fit({
      model: model(),
      train: spoilt(),
      optimizer: adam({ learningRate: 0.01 }),
      switching: { criterion, to: (learningRate) => sgd({ learningRate }) },
      epochs: 3,
      batchSize: 8,
      seed: 2,
      chunk,
      nonFinite: "skip",
      onFault: ({ step }) => skipped.push(step),
    });
    const before = skipped.filter((step) => step <= switchedAtStep!).length;
    assert(before > 0);
    assertEquals(switchedAtStep, 10 + before);
    assertEquals(seen, Array.from({ length: 10 }, (_, i) => i + 1));
  }
});
