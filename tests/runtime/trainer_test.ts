import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import {
  adam,
  adamw,
  chain,
  clipByGlobalNorm,
  dog,
  gradientDescent,
  lion,
  multiSteps,
  type Optimizer,
  prodigy,
  scheduleFreeAdamw,
  scheduleFreeSgd,
  sgd,
  sophia,
  swats,
} from "../../optim/all.ts";
import { permutation } from "../../random/mod.ts";
import { readCheckpoint, writeCheckpoint } from "../../runtime/checkpoint/mod.ts";
import { type DataTensor, trainingProgram } from "../../runtime/program/mod.ts";
import {
  type EpochRecord,
  fit,
  type FitState,
  openTrainer,
  type TrainOptions,
} from "../../runtime/training/mod.ts";
import { OpenedTrainer } from "../../runtime/training/trainer.ts";
import { data, model, SIZE } from "./problem.ts";

const RULES: Readonly<Record<string, (learningRate: number) => Optimizer>> = {
  adam: (learningRate) => adam({ learningRate }),
  "adam with a schedule": (learningRate) => adam({ learningRate: (count) => learningRate / (count + 1) }),
  adamw: (learningRate) => adamw({ learningRate }),
  dog: (learningRate) => dog({ learningRate }),
  // The first step is a constant in the graph.
  "dog from a rate": (learningRate) => dog({ firstStep: { learningRate } }),
  lion: (learningRate) => lion({ learningRate }),
  prodigy: (learningRate) => prodigy({ learningRate }),
  scheduleFreeAdamw: (learningRate) => scheduleFreeAdamw({ learningRate }),
  scheduleFreeSgd: (learningRate) => scheduleFreeSgd({ learningRate }),
  sgd: (learningRate) => sgd({ learningRate, momentum: 0.9 }),
  "sgd within a chain": (learningRate) => chain(clipByGlobalNorm(1), sgd({ learningRate })),
  sophia: (learningRate) => sophia({ learningRate }),
  swats: (learningRate) => swats({ learningRate, tolerance: 1e-2 }),
  multiSteps: (learningRate) => multiSteps(sgd({ learningRate }), { every: 2 }),
};

const open = (options = {}) => openTrainer({ model: model(), train: data(), ...options });

for (const [name, make] of Object.entries(RULES)) {
  Deno.test(`a trainer trains with ${name} at several rates with the bits of a fresh fit()`, async () => {
    await using trainer = await open({ evaluate: { train: data() } });
    for (const [learningRate, seed] of [[0.25, 1], [1e-3, 2], [0.25, 2], [3e-2, 1]] as const) {
      const options = { optimizer: make(learningRate), epochs: 2, batchSize: 8, seed };
      const { leftOut: _, warnings: __, ...fresh } = await fit({
        model: model(),
        train: data(),
        evaluate: { train: data() },
        ...options,
        optimizer: make(learningRate),
      });
      assertEquals(await trainer.train(options), fresh);
    }
  });
}

Deno.test("rules with the same graph have the same signature; other constants, slots and inputs change it", () => {
  const specs = { w: { dtype: "float32", shape: [2, 3] } } as const;
  const of = (rule: Optimizer) => rule.trace(specs).signature;
  assertEquals(of(adam({ learningRate: 0.1 })), of(adam({ learningRate: (count) => count })));
  // The host computes it, because it may depend on the step.
  assertEquals(of(adam()), of(adam({ epsilon: 1e-7 })));
  assertEquals(of(gradientDescent({ learningRate: 0.1 })), of(sgd({ learningRate: 0.2 })));
  const all = [
    adam(),
    adam({ beta1: 0.8 }),
    adam({ beta2: 0.9 }),
    adamw(),
    sgd(),
    sgd({ momentum: 0.9 }),
    sgd({ momentum: 0.9, nesterov: true }),
    dog({ firstStep: { learningRate: 0.1 } }),
    dog({ firstStep: { learningRate: 0.2 } }),
    sophia({ interval: 5 }),
    sophia({ interval: 10 }),
  ].map(of);
  assertEquals(new Set(all).size, all.length);
  assert(of(adam()) !== adam().trace({ w: { dtype: "float32", shape: [3, 2] } }).signature);
});

Deno.test("TrainingProgram.run() accepts a rule with the same graph, and names one with another", async () => {
  const batches = { rows: [0, 1, 2, 3], batchSize: 4 };
  await using program = await trainingProgram({
    model: model(),
    data: data(),
    optimizer: adam({ learningRate: 1 }),
  });
  const optimizer = adam({ learningRate: 1e-2 });
  await using own = await trainingProgram({ model: model(), data: data(), optimizer });
  assertEquals(
    await program.run(program.init(), batches, { optimizer }),
    await own.run(own.init(), batches),
  );
  await assertRejects(
    () => program.run(program.init(), batches, { optimizer: sgd() }),
    RangeError,
    "run: optimizer: this sgd computes another update than the adam that the program was compiled for",
  );
});

/** Returns the usual data as floats, with a NaN in one example. */
function floats(bad?: number): Record<string, DataTensor> {
  const { x, target } = data();
  const values = Float32Array.from(x!.data as Uint8Array, (v) => v / 255);
  if (bad !== undefined) values[bad * SIZE.features] = NaN;
  return { x: { dtype: "float32", shape: x!.shape, data: values }, target: target! };
}

const base = (): TrainOptions => ({
  optimizer: adam({ learningRate: 1e-2 }),
  epochs: 3,
  batchSize: 8,
  seed: 5,
});

Deno.test("a trainer drops the remainder of an epoch, or trains on it", async () => {
  await using trainer = await open();
  const batches = (epoch: number) => {
    const rows = permutation({ seed: 5, stream: "shuffle", step: epoch }, SIZE.examples);
    return { rows: rows.subarray(0, 8 * Math.floor(SIZE.examples / 8)), batchSize: 8 };
  };
  assert(SIZE.examples % 8 !== 0);
  const dropped = await trainer.train({ ...base(), remainder: "drop" });
  await using program = await trainingProgram({
    model: model(),
    data: data(),
    optimizer: base().optimizer,
  });
  let state = program.init();
  for (const epoch of [1, 2, 3]) state = (await program.run(state, batches(epoch))).state;
  assertEquals(dropped.state, state);
  const per = Math.floor(SIZE.examples / 8);
  assertEquals(dropped.epochs.map((e) => e.step), [per, 2 * per, 3 * per]);
  assertEquals((await trainer.train(base())).steps, 3 * (per + 1));
});

Deno.test("a trainer that shuffles once takes the batches of the first epoch in every epoch", async () => {
  await using trainer = await open();
  const per = Math.floor(SIZE.examples / 8);
  const rows = permutation({ seed: 5, stream: "shuffle", step: 1 }, SIZE.examples);
  await using program = await trainingProgram({ model: model(), data: data(), optimizer: base().optimizer });
  let state = program.init();
  for (let epoch = 1; epoch <= 3; epoch++) {
    ({ state } = await program.run(state, { rows: rows.subarray(0, 8 * per), batchSize: 8 }));
  }
  for (const chunk of [1, 4, 64]) {
    const once = await trainer.train({ ...base(), remainder: "drop", shuffle: "once", chunk });
    assertEquals(once.state, state, `chunks of ${chunk}`);
  }
  const anew = await trainer.train({ ...base(), remainder: "drop", shuffle: "epochs" });
  assertEquals(anew, await trainer.train({ ...base(), remainder: "drop" }));
  assertNotEquals(anew.state, state);
});

Deno.test("a trainer that does not shuffle takes the examples in the order of the data set, in every epoch", async () => {
  await using trainer = await open();
  const rows = Uint32Array.from({ length: SIZE.examples }, (_, i) => i);
  const per = Math.floor(SIZE.examples / 8);
  await using program = await trainingProgram({ model: model(), data: data(), optimizer: base().optimizer });
  for (const remainder of ["train", "drop"] as const) {
    let state = program.init();
    for (let epoch = 1; epoch <= 3; epoch++) {
      ({ state } = await program.run(state, { rows: rows.subarray(0, 8 * per), batchSize: 8 }));
      const rest = rows.subarray(8 * per);
      if (remainder === "train") {
        ({ state } = await program.run(state, { rows: rest, batchSize: rest.length }));
      }
    }
    const states: FitState[] = [];
    const save = (state: FitState) => void states.push(state);
    const options = { ...base(), remainder, shuffle: "none" } as const;
    const whole = await trainer.train({ ...options, checkpoint: { every: 7, save } });
    assertEquals(whole.state, state, remainder);
    for (const resume of states) assertEquals((await trainer.train({ ...options, resume })).state, state);
  }
});

Deno.test("a trainer resumes a training that shuffles once, and no other from its state", async () => {
  await using trainer = await open();
  const options: TrainOptions = { ...base(), shuffle: "once" };
  const whole = await trainer.train(options);
  const states: FitState[] = [];
  await trainer.train({ ...options, checkpoint: { every: 7, save: (state) => void states.push(state) } });
  assert(states.length > 2);
  for (const resume of states) assertEquals(await trainer.train({ ...options, resume }), whole);
  const [first] = states;
  await assertRejects(
    () => trainer.train({ ...base(), resume: first! }),
    RangeError,
    "resume needs the same shuffle as before: it was once, now it is epochs",
  );
});

Deno.test("a training evaluates the data sets that it names, and reads no other", async () => {
  const read: string[] = [];
  const watched = (name: string) =>
    Object.fromEntries(
      Object.entries(data()).map(([input, { data, ...column }]) => [input, {
        ...column,
        read(rows: Uint32Array) {
          read.push(name);
          const each = data.length / SIZE.examples;
          return Promise.resolve(data.slice(0, rows.length * each));
        },
      }]),
    );
  await using trainer = await open({ evaluate: { one: watched("one"), two: watched("two") } });
  const first = await trainer.train({ ...base(), evaluateOnly: ["one"] });
  assertEquals(new Set(read), new Set(["one"]));
  assertEquals(first.epochs.map((e) => Object.keys(e.metrics)), Array(3).fill(["one"]));
  read.length = 0;
  const none = await trainer.train({ ...base(), evaluateOnly: [] });
  assertEquals([read, none.epochs.map((e) => e.metrics)], [[], Array(3).fill({})]);
  const both = await trainer.train(base());
  assertEquals(new Set(read), new Set(["one", "two"]));
  assertEquals(both.epochs.map((e) => e.metrics.one), first.epochs.map((e) => e.metrics.one));
  assertEquals([first.state, none.state], [both.state, both.state]);
  await assertRejects(
    () => trainer.train({ ...base(), evaluateOnly: ["three"] }),
    RangeError,
    "evaluateOnly: there is no data set 'three' to evaluate: there are one, two",
  );
  await assertRejects(
    () => trainer.train({ ...base(), evaluateOnly: "one" as unknown as string[] }),
    TypeError,
    'evaluateOnly must be a list of names of data sets, got "one"',
  );
});

for (const remainder of ["train", "drop"] as const) {
  Deno.test(`a trainer (${remainder}) evaluates every few steps, and gives the same bits for any chunk`, async () => {
    await using trainer = await open({ evaluate: { train: data() } });
    const whole = await trainer.train({ ...base(), remainder });
    const perEpoch = whole.epochs[0]!.step;
    for (const chunk of [1, 5, 64]) {
      const losses: number[] = [];
      const { epochs, state } = await trainer.train({
        ...base(),
        remainder,
        every: 4,
        evaluateFirst: true,
        chunk,
        onChunk: ({ records }) => losses.push(...records.map((r) => r.loss)),
      });
      assertEquals(state, whole.state);
      assertEquals(epochs.map((e) => e.step), [
        ...Array.from({ length: Math.ceil(3 * perEpoch / 4) }, (_, i) => 4 * i),
        3 * perEpoch,
      ]);
      assertEquals(epochs.map((e) => e.epoch).slice(0, 3), [0, 1, epochs[2]!.step > perEpoch ? 2 : 1]);
      assertEquals(epochs.at(-1)!.metrics, whole.epochs.at(-1)!.metrics);
      assertEquals(losses.length, 3 * perEpoch);
      const last = perEpoch % 8 === 0 ? losses.slice(4, 8) : losses.slice(0, 4);
      assertEquals(epochs[perEpoch % 8 === 0 ? 2 : 1]!.trainLoss, last.reduce((a, b) => a + 8 * b, 0) / 32);
    }
  });
}

Deno.test("a trainer ends at a number of steps or by a condition, and resumes from there", async () => {
  await using trainer = await open({ evaluate: { train: data() } });
  const whole = await trainer.train(base());
  const seen: EpochRecord[] = [];
  const part = await trainer.train({ ...base(), steps: 10, onPoint: (record) => seen.push(record) });
  assertEquals([part.steps, seen.map((r) => r.step)], [10, [7, 10]]);
  const rest = await trainer.train({ ...base(), from: { state: part.state, step: 10 } });
  assertEquals(rest.state, whole.state);
  assertEquals(rest.epochs.at(-1), whole.epochs.at(-1));
  // The average of a resumed epoch covers only its rest.
  assertEquals(rest.epochs.map((e) => e.step), [14, 21]);
  const { epochs: _, ...endless } = base();
  const until = await trainer.train({ ...endless, every: 3, until: ({ step }) => step >= 9 });
  assertEquals([until.steps, until.epochs.length, until.diverged], [9, 3, false]);
  await assertRejects(
    () => trainer.train(endless),
    RangeError,
    "train needs an end: give epochs, steps or until",
  );
});

Deno.test("a trainer starts from the parameters of another model, by name", async () => {
  await using trainer = await open();
  const start = await trainer.train({ ...base(), steps: 3 });
  const { params } = start.state;
  const [given, other] = [{ ...base(), initial: params }, base()];
  const { state } = await trainer.train(given);
  assert((await trainer.train(other)).state.params["layers.0.bias"] !== state.params["layers.0.bias"]);
  assertEquals(await trainer.train({ ...base(), initial: model() }), await trainer.train(base()));
  const { "layers.0.bias": bias, ...rest } = params;
  await assertRejects(
    () => trainer.train({ ...base(), initial: rest }),
    RangeError,
    "initial has no parameter 'layers.0.bias'",
  );
  await assertRejects(
    () => trainer.train({ ...base(), initial: { ...params, more: bias! } }),
    RangeError,
    "initial: unexpected parameter 'more'",
  );
});

Deno.test("a trainer multiplies the rate of an epoch by a factor that may depend on earlier records", async () => {
  await using trainer = await open({ evaluate: { train: data() } });
  const told: number[] = [];
  const learningRateScale = (epoch: number, before: readonly EpochRecord[]) => {
    told.push(before.length);
    return 0.5 ** (epoch - 1);
  };
  for (const chunk of [2, 64]) {
    told.length = 0;
    const { epochs, state } = await trainer.train({ ...base(), learningRateScale, chunk });
    assertEquals(epochs.map((e) => e.learningRateScale), [1, 0.5, 0.25]);
    assertEquals(told, [0, 1, 2]);
    const schedule = (count: number) => 1e-2 * 0.5 ** Math.floor(count / 7);
    assertEquals(
      (await trainer.train({ ...base(), optimizer: adam({ learningRate: schedule }) })).state,
      state,
    );
  }
});

Deno.test("a training ends after the first step whose loss is not finite, for any chunk", async () => {
  await using trainer = await openTrainer({ model: model(), train: floats(20) });
  const rows = permutation({ seed: 5, stream: "shuffle", step: 1 }, SIZE.examples);
  const bad = Math.floor(rows.indexOf(20) / 8) + 1;
  const results = [];
  for (const chunk of [1, 3, 64]) {
    for (const every of [2, undefined]) {
      const losses: number[] = [];
      const result = await trainer.train({
        ...base(),
        chunk,
        ...(every === undefined ? {} : { every, remainder: "drop" as const }),
        nonFinite: "end",
        onChunk: ({ records }) => losses.push(...records.map((r) => r.loss)),
      });
      assertEquals([result.diverged, result.steps, result.epochs.at(-1)!.step], [true, bad, bad]);
      assertEquals(losses.findIndex((l) => !Number.isFinite(l)), bad - 1);
      assertEquals(losses.length, bad);
      results.push(result.state);
    }
  }
  for (const state of results) assertEquals(state, results[0]);
  // By default losses are not checked.
  assertEquals((await trainer.train(base())).steps, 21);
});

Deno.test("a training ends at an evaluation whose loss is not finite", async () => {
  await using trainer = await openTrainer({
    model: model(),
    train: floats(),
    evaluate: { bad: floats(7) },
  });
  const result = await trainer.train({ ...base(), nonFinite: "end" });
  assertEquals([result.diverged, result.steps], [true, 7]);
  assert(Number.isFinite(result.epochs[0]!.trainLoss));
});

Deno.test("a trainer resumes from any checkpoint file, and gives the same bits", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await using trainer = await open({ evaluate: { train: data() } });
    const options: TrainOptions = {
      ...base(),
      remainder: "drop",
      every: 4,
      evaluateFirst: true,
      nonFinite: "end",
      chunk: 3,
      initial: model(),
    };
    const whole = await trainer.train(options);
    const paths: string[] = [];
    await trainer.train({
      ...options,
      checkpoint: {
        every: 3,
        async save(state) {
          paths.push(`${folder}/${state.step}`);
          await writeCheckpoint(paths.at(-1)!, { state, extra: {} });
        },
      },
    });
    assertEquals(paths.length, 6);
    let last: FitState | undefined;
    for (const path of paths) {
      last = (await readCheckpoint(path)).state;
      assertEquals(await trainer.train({ ...options, resume: last }), whole);
    }
    await assertRejects(
      () => trainer.train({ ...options, remainder: "train", resume: last! }),
      RangeError,
      "resume needs the same remainder as before: it was drop, now it is train",
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a training that began elsewhere continues from its checkpoints to the same bits", async () => {
  await using trainer = await open({ evaluate: { train: data() } });
  const { state } = await trainer.train({ ...base(), steps: 9 });
  const options: TrainOptions = { ...base(), from: { state, step: 9 } };
  const saved: FitState[] = [];
  const checkpoint = { every: 4, save: (state: FitState) => void saved.push(state) };
  const whole = await trainer.train({ ...options, checkpoint });
  assertEquals(saved.map((s) => s.step), [12, 16, 20, 21]);
  for (const resume of saved) assertEquals(await trainer.train({ ...options, resume }), whole);
  await assertRejects(
    () => trainer.train({ ...options, initial: model() }),
    RangeError,
    "train: from holds the parameters to begin with: leave out initial",
  );
});

Deno.test("a trainer checks its options, and runs one training at a time", async () => {
  await using trainer = await open();
  const train = (more: Partial<TrainOptions>) => () => trainer.train({ ...base(), ...more });
  await assertRejects(train({ every: 0 }), RangeError, "every must be an integer of at least 1, got 0");
  await assertRejects(
    train({ every: 2, learningRateScale: () => 1 }),
    RangeError,
    "train: learningRateScale goes by epochs: leave out every",
  );
  await assertRejects(train({ remainder: "keep" as never }), RangeError, "remainder");
  await assertRejects(train({ shuffle: "never" as never }), RangeError, "shuffle");
  await assertRejects(
    train({ batchSize: 100, remainder: "drop" }),
    RangeError,
    `batchSize must be at most ${SIZE.examples}, the number of examples, to drop the rest; got 100`,
  );
  const first = trainer.train(base());
  await assertRejects(train({}), Error, "a trainer does one training at a time");
  await first;
  await assertRejects(() => open({ more: 1 }), RangeError, "openTrainer: unknown option 'more'");
  await using fixed = await open({ batchSize: 8 });
  await assertRejects(
    () => fixed.train(base()),
    RangeError,
    'examples are not a whole number of batches of 8, which the trainer was opened for: set remainder to "drop"',
  );
  const { batchSize: _, ...rest } = base();
  assertEquals((await fixed.train({ ...rest, remainder: "drop" })).steps, 3 * Math.floor(SIZE.examples / 8));
});

Deno.test("a trainer compiles once for rules with the same graph, and keeps a limited number of programs", async () => {
  const trainer = new OpenedTrainer({ model: model(), train: data(), programs: 2 }, "train");
  const compiled: number[] = [];
  const train = async (optimizer: Optimizer) => {
    await trainer.train({ ...base(), epochs: 1, batchSize: 10, optimizer });
    compiled.push(trainer.compilations);
  };
  await train(adam({ learningRate: 0.1 }));
  await train(adam({ learningRate: 0.2 }));
  await train(sgd({ learningRate: 0.2 }));
  await train(adam({ learningRate: 0.3 }));
  await train(lion());
  // Of adam and sgd, sgd was used less recently.
  await train(adam());
  await train(sgd());
  assertEquals(compiled, [1, 1, 2, 2, 3, 3, 4]);
  await trainer.close();
});
