import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { sgd } from "../../optim/rules/sgd.ts";
import { adam } from "../../optim/rules/adam.ts";
import { prodigy } from "../../optim/rules/prodigy.ts";
import { averaged } from "../../optim/transforms/averaged.ts";
import type { Tensor } from "../../onnx/mod.ts";
import type { Optimizer } from "../../optim/mod.ts";
import { trainingProgram, type TrainState } from "../../runtime/program/mod.ts";
import { fit } from "../../runtime/training/fit.ts";
import type { FitState } from "../../runtime/training/fit_state.ts";
import type { PointDetails } from "../../runtime/training/train_options.ts";
import { openTrainer } from "../../runtime/training/trainer.ts";
import { data, model } from "./problem.ts";

function tensorsOf({ params, buffers, optimizer }: TrainState): Tensor[] {
  return [params, buffers, optimizer.slots].flatMap((some) => Object.values(some));
}

function lengths(state: TrainState): number[] {
  return tensorsOf(state).map((t) => t.data.length);
}

const OPTIMIZERS: Readonly<Record<string, Optimizer>> = {
  adam: adam({ learningRate: 1e-2 }),
  // Its slot begins with the values of the parameters.
  averaged: averaged(sgd({ learningRate: 1e-2, momentum: 0.9 })),
  prodigy: prodigy(),
};

for (const [name, optimizer] of Object.entries(OPTIMIZERS)) {
  for (const form of ["scan", "steps"] as const) {
    Deno.test(`runs of ${name} (${form}) that consume their states give the bits of runs that do not`, async () => {
      await using program = await trainingProgram({ model: model(), optimizer, data: data(), form });
      let [kept, consumed] = [program.init(), program.init()];
      // One step, the least loop, odd and even ones: the loop ends in another of its buffers each time.
      for (const [k, steps] of [2, 1, 3, 2, 4].entries()) {
        const rows = Array.from({ length: 4 * steps }, (_, i) => (7 * k + i) % 50);
        const [before, given] = [structuredClone(kept), consumed];
        const a = await program.run(kept, { rows, batchSize: 4 });
        const b = await program.run(consumed, { rows, batchSize: 4 }, { consume: true });
        assertEquals(kept, before, "a run without `consume` leaves its state as it was");
        assert(lengths(given).every((length) => length === 0), "a run with `consume` empties its state");
        assertEquals(b, a);
        [kept, consumed] = [a.state, b.state];
      }
    });
  }
}

/** The tensors as parts of one array after another, as those of a file may be. */
function inOneArray(tensors: TrainState["params"]): TrainState["params"] {
  const all = Float32Array.from(Object.values(tensors).flatMap(({ data }) => [...data as Float32Array]));
  let at = 0;
  return Object.fromEntries(
    Object.entries(tensors).map(([name, t]) => [name, { ...t, data: all.subarray(at, at += t.data.length) }]),
  );
}

for (const form of ["scan", "steps"] as const) {
  Deno.test(`a run consumes a state whose tensors are parts of one array, once (${form})`, async () => {
    const optimizer = adam({ learningRate: 1e-2 });
    await using program = await trainingProgram({ model: model(), optimizer, data: data(), form });
    const batches = { rows: [0, 1, 2, 3, 4, 5], batchSize: 2 };
    const given = program.init();
    const state = { ...given, params: inOneArray(given.params) };
    const run = await program.run(state, batches, { consume: true });
    assertEquals(run, await program.run(program.init(), batches));
    for (const consume of [false, true]) {
      await assertRejects(
        () => program.run(state, batches, { consume }),
        RangeError,
        "the state: the parameter 'layers.0.weight' is empty, as a run that consumed this state took over its memory: ",
      );
    }
  });
}

Deno.test("a run that fails has consumed its state if it was told to, and else has not", async () => {
  const optimizer = adam();
  const broken = { ...data().x!, read: () => Promise.reject(new Error("disk")) };
  await using program = await trainingProgram({
    model: model(),
    optimizer,
    data: { ...data(), x: broken },
  });
  const state = program.init();
  const fails = (consume: boolean) =>
    program.run(state, { rows: [0, 1, 2, 3], batchSize: 2 }, { consume }).then(() => false, () => true);
  assert(await fails(false));
  assert(lengths(state).every((length) => length > 0));
  assert(await fails(true));
  assertEquals(new Set(lengths(state)), new Set([0]));
});

Deno.test("a training leaves alone the states that its caller gave it or has seen", async () => {
  const options = { optimizer: adam({ learningRate: 1e-2 }), epochs: 3, batchSize: 8, chunk: 2 };
  await using trainer = await openTrainer({ model: model(), train: data() });
  const seen: { state: TrainState; copy: TrainState }[] = [];
  const see = (state: TrainState) => seen.push({ state, copy: structuredClone(state) });
  const saved: FitState[] = [];
  const first = await trainer.train({
    ...options,
    every: 2,
    onPoint: ({ step }, details) => {
      if (step % 4 === 0) see(details.state);
    },
    checkpoint: {
      every: 3,
      save: (state) => {
        saved.push(state);
        see(state.train);
        return Promise.resolve();
      },
    },
  });
  see(first.state);
  const checkpoint = { every: 3, save: () => Promise.resolve() };
  await trainer.train({ ...options, initial: first.state.params });
  await trainer.train({ ...options, from: { state: first.state, step: 2 } });
  await trainer.train({ ...options, every: 2, resume: saved[1]!, checkpoint });
  assert(seen.length > 8);
  for (const { state, copy } of seen) assertEquals(state, copy);
});

Deno.test("the state of an evaluation is the caller's if it is read in the call, and refused later", async () => {
  await using trainer = await openTrainer({ model: model(), train: data() });
  const all: PointDetails[] = [];
  const seen: TrainState[] = [];
  await trainer.train({
    optimizer: adam(),
    epochs: 3,
    batchSize: 8,
    onPoint(record, details) {
      all.push(details);
      if (record.epoch === 2) seen.push(structuredClone(details.state));
    },
  });
  assertEquals(all[1]!.state, seen[0]);
  assertThrows(() => all[0]!.state, Error, "onPoint: read details.state in the call");
});

Deno.test("a trainer trains from its model's weights again, though each training consumes its first state", async () => {
  await using trainer = await openTrainer({ model: model(), train: data() });
  const train = () =>
    trainer.train({ optimizer: adam({ learningRate: 1e-2 }), epochs: 2, batchSize: 8, chunk: 2 });
  const [first, second] = [await train(), await train()];
  assertEquals(second, first);
  const whole = await fit({
    model: model(),
    train: data(),
    optimizer: adam({ learningRate: 1e-2 }),
    epochs: 2,
    batchSize: 8,
    chunk: 1,
  });
  assertEquals(whole.state, first.state);
});
