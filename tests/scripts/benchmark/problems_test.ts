import { assertAlmostEquals, assertEquals } from "@std/assert";
import type { Data, DataTensor } from "../../../mod.ts";
import { sgd } from "../../../mod.ts";
import { PROBLEMS } from "../../../scripts/benchmark/mod.ts";
import { openStudy } from "../../../scripts/lab/mod.ts";

const FILES = { dataDir: undefined };

const sizeOf = (data: Data) => Object.values(data)[0]!.shape[0]!;

/** Examples for training, validation and test, and the loss before training with its tolerance, by problem. */
const FACTS: Readonly<Record<string, { sizes: readonly number[]; loss: number; within: number }>> = {
  two_d_rosenbrock: { sizes: [10_000, 1, 1], loss: 158.5, within: 0.03 },
  two_d_branin: { sizes: [10_000, 1, 1], loss: 95.8449, within: 0.2 },
  digits_cnn: { sizes: [1079, 359, 359], loss: Math.log(10), within: 0.5 },
  breast_cancer: { sizes: [341, 114, 114], loss: Math.LN2, within: 1e-5 },
  // A pixel of a sigmoid at 1/2 costs ln 2; random weights and their divergence add to that.
  digits_vae: { sizes: [1079, 359, 359], loss: 64 * Math.LN2, within: 10 },
  // The cross-entropy of 35 characters.
  text_transformer: { sizes: [254, 13, 13], loss: Math.log(35), within: 0.1 },
  text_rnn: { sizes: [254, 13, 13], loss: Math.log(35), within: 0.1 },
  digits_logreg: { sizes: [1079, 359, 359], loss: Math.log(10), within: 1e-5 },
  digits_mlp: { sizes: [1079, 359, 359], loss: Math.log(10), within: 0.3 },
};

Deno.test("every problem is tested", () => {
  const own = ["quadratic_deep"];
  const embedded = Object.values(PROBLEMS).filter(({ set }) => set === "embedded").map(({ name }) => name);
  assertEquals([...own, ...Object.keys(FACTS)].sort(), embedded.sort());
});

for (const [name, { sizes, loss, within }] of Object.entries(FACTS)) {
  const problem = PROBLEMS[name]!;

  Deno.test(`${name}: sizes, and the loss before training`, async () => {
    const task = await problem.load(FILES);
    const sets = ["train", "validation", "test"].map((set) => task.evaluate[set]!);
    assertEquals(sets.map(sizeOf), sizes);
    assertEquals(task.train, task.evaluate.train);
    await using study = await openStudy({
      task,
      make: (learningRate) => sgd({ learningRate }),
      device: "cpu",
    });
    const { points } = await study.run({ learningRate: 0, seed: 0, batchSize: problem.batchSize, steps: 1 });
    for (const set of ["train", "validation", "test"]) {
      assertAlmostEquals(points[0]!.scores[set]!.loss, loss, within);
    }
  });
}

Deno.test("'published' trains on the training and the validation examples, in that order", async () => {
  const [held, all] = await Promise.all([
    PROBLEMS.digits_mlp!.load(FILES),
    PROBLEMS.digits_mlp!.load({ ...FILES, published: true }),
  ]);
  for (const name of ["x", "target"]) {
    const [joined, first, second] = [all.train, held.train, held.evaluate.validation!].map((data) =>
      data[name] as DataTensor
    );
    assertEquals(joined!.shape, [1438, ...first!.shape.slice(1)]);
    assertEquals(Array.from<number | bigint>(joined!.data as Uint8Array), [
      ...first!.data as Uint8Array,
      ...second!.data as Uint8Array,
    ]);
    assertEquals([joined!.dtype, joined!.scale], [first!.dtype, first!.scale]);
  }
  assertEquals(all.evaluate.test, held.evaluate.test);
});
