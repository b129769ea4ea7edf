/** Trainings compile for the size of their batches, and once more for a smaller last one. */
import { assertEquals, assertRejects } from "@std/assert";
import { lenet } from "../../models/lenet.ts";
import { withLoss } from "../../models/loss.ts";
import { type Model, tensor } from "../../onnx/mod.ts";
import { adam } from "../../optim/rules/adam.ts";
import { sgd } from "../../optim/rules/sgd.ts";
import { randomBits } from "../../random/random_bits.ts";
import {
  type Batches,
  type DataTensor,
  type TrainingProgram,
  trainingProgram,
} from "../../runtime/program/mod.ts";
import { fit } from "../../runtime/training/mod.ts";
import { EpochOrder } from "../../runtime/training/epoch_order.ts";
import { SizedProgram } from "../../runtime/training/sized_program.ts";
import { OpenedTrainer } from "../../runtime/training/trainer.ts";
import { data, model } from "./problem.ts";

const optimizer = adam({ learningRate: 1e-2 });
const options = { model: model(), train: data(), optimizer, epochs: 2, seed: 5 };

/** The state and the losses after some epochs of a program that takes any batch. */
async function anyBatch(
  given: { model: Model; train: Record<string, DataTensor> },
  { epochs, batchSize }: { epochs: number; batchSize: number },
) {
  const { model, train } = given;
  await using program = await trainingProgram({ model, data: train, optimizer, block: "none" });
  const examples = train.target!.shape[0]!;
  const order = new EpochOrder({ seed: 5, examples, batchSize });
  const last = epochs * order.stepsPerEpoch;
  let state = program.init();
  const losses: number[] = [];
  while (state.step < last) {
    const batches = order.batchesAfter(state.step, { chunk: 3, last, every: [], acrossEpochs: false });
    const run = await program.run(state, batches);
    state = run.state;
    losses.push(...run.reports.loss!);
  }
  return { state, losses };
}

const IMAGES: Record<string, DataTensor> = {
  x: {
    ...tensor(Uint8Array.from(randomBits({ seed: 1, stream: "x" }, 22 * 784), (b) => b >>> 24), [
      22,
      1,
      28,
      28,
    ]),
    scale: 1 / 255,
  },
  target: tensor(BigInt64Array.from(randomBits({ seed: 1, stream: "y" }, 22), (b) => BigInt(b % 10))),
};

for (
  const [name, given, batchSize] of [
    ["a perceptron", options, 8],
    ["a perceptron, all in one batch", options, 64],
    ["LeNet", { model: withLoss(lenet(), { loss: "cross-entropy" }), train: IMAGES }, 16],
  ] as const
) {
  Deno.test(`fit() compiles for its batches, with the bits of a program for any: ${name}`, async () => {
    const losses: number[] = [];
    const { state } = await fit({
      ...options,
      ...given,
      batchSize,
      block: "none",
      onChunk: ({ records }) => losses.push(...records.map((r) => r.loss)),
    });
    assertEquals({ state, losses }, await anyBatch(given, { epochs: 2, batchSize }));
  });
}

Deno.test("a trainer compiles for each size of batches once, when it is first needed", async () => {
  const { model, train, ...training } = options;
  await using trainer = new OpenedTrainer({ model, train }, "train");
  const compiled: number[] = [];
  // 50 examples.
  for (const [batchSize, more] of [[10, {}], [8, { steps: 6 }], [8, {}], [8, {}], [64, {}]] as const) {
    await trainer.train({ ...training, ...more, batchSize });
    compiled.push(trainer.compilations);
  }
  assertEquals(compiled, [1, 2, 3, 3, 4]);
});

Deno.test("a program that is compiled for a batch refuses others", async () => {
  await using program = await trainingProgram({
    model: model(),
    data: data(),
    optimizer: sgd(),
    batchSize: 4,
  });
  const { state } = await program.run(program.init(), { rows: [1, 2, 3, 4, 5, 6, 7, 8], batchSize: 4 });
  assertEquals(state.step, 2);
  await assertRejects(
    () => program.run(state, { rows: [1, 2, 3], batchSize: 3 }),
    RangeError,
    "run: the program was compiled for batches of 4 examples, got batches of 3: leave batchSize out of its options",
  );
});

/** A program that only remembers by which batches it was to choose. */
function listening(heard: Batches[]): TrainingProgram {
  const unused = () => {
    throw new Error("not asked for");
  };
  return {
    get compiled() {
      return unused();
    },
    session: { threads: 1, spinning: false, block: "none" },
    resident: 0,
    init: unused,
    run: unused,
    chooseThreads(_, batches) {
      heard.push(batches);
      return Promise.resolve(this.session);
    },
    prefetch: unused,
    fetch: unused,
    release: unused,
    close: () => Promise.resolve(),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

Deno.test("a session is chosen by whole batches, also where a smaller one comes first", async () => {
  const heard: Batches[] = [];
  await using program = new SizedProgram(listening(heard), { batchSize: 4, open: () => Promise.reject() });
  const state = { params: {}, optimizer: sgd().init({}, {}), buffers: {}, step: 0 };
  await program.chooseThreads(state, { rows: [7, 8, 9], batchSize: 3 });
  await program.chooseThreads(state, { rows: [1, 2, 3, 4, 5, 6, 7, 8], batchSize: 4 });
  assertEquals(heard.map((b) => [b.rows, b.batchSize]), [[[7, 8, 9, 7], 4], [[1, 2, 3, 4, 5, 6, 7, 8], 4]]);
});
