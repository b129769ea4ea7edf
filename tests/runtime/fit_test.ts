import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import type { Optimizer } from "../../optim/optimizer.ts";
import { adam } from "../../optim/rules/adam.ts";
import { sgd } from "../../optim/rules/sgd.ts";
import { permutation } from "../../random/permutation.ts";
import { nextBatches } from "../../runtime/program/batches.ts";
import { fit, type FitOptions } from "../../runtime/training/fit.ts";
import { trainingProgram } from "../../runtime/program/mod.ts";
import { plateau } from "../../schedules/plateau.ts";
import { type SwitchCriterion, switchCriterion } from "../../schedules/switch_criterion.ts";
import { data, model, SIZE } from "./problem.ts";

const base = (): FitOptions & { optimizer: Optimizer } => ({
  model: model(),
  optimizer: adam({ learningRate: 1e-2 }),
  train: data(),
  epochs: 3,
  batchSize: 8,
  seed: 5,
});

Deno.test("nextBatches() cuts an order into runs and keeps a shorter last batch", () => {
  const order = Uint32Array.from({ length: 11 }, (_, i) => i);
  const runs = [0, 2, 4, 5].map((from) => nextBatches(order, { batchSize: 2, from, most: 2 }));
  assertEquals(runs.map((r) => [Array.from(r.rows), r.batchSize]), [
    [[0, 1, 2, 3], 2],
    [[4, 5, 6, 7], 2],
    [[8, 9], 2],
    [[10], 1],
  ]);
});

Deno.test("fit() gives the same bits for any chunk", async () => {
  const results = await Promise.all(
    [1, 4, 64].map((chunk) => fit({ ...base(), chunk, evaluate: { train: data() } })),
  );
  const [first] = results;
  assertEquals(first!.steps, 21);
  for (const r of results) {
    assertEquals(r.state, first!.state);
    assertEquals(r.epochs, first!.epochs);
  }
});

Deno.test("fit() learns, reports each step once, and shuffles by seed and epoch", async () => {
  const seen: number[] = [];
  const result = await fit({
    ...base(),
    epochs: 40,
    metrics: ["loss", "accuracy"],
    evaluate: { train: data() },
    onChunk: ({ records }) => seen.push(...records.map((r) => r.step)),
  });
  assertEquals(seen, Array.from({ length: 280 }, (_, i) => i + 1));
  const { loss, accuracy } = result.epochs.at(-1)!.metrics.train!;
  assert(loss! < 0.5 * result.epochs[0]!.trainLoss, `${loss}`);
  assert(accuracy! > 0.8, `${accuracy}`);
  const other = await fit({ ...base(), seed: 6 });
  assert(other.epochs[0]!.trainLoss !== result.epochs[0]!.trainLoss);
});

Deno.test("fit() with a plateau multiplies the learning rate of the epochs that follow", async () => {
  const annealing = plateau({ semantics: "lecture", threshold: 1e9, factor: 0.5 });
  const result = await fit({ ...base(), epochs: 4, plateau: annealing });
  assertEquals(result.epochs.map((e) => e.learningRateScale), [1, 1, 0.5, 0.25]);
});

/** Returns a criterion that fires at step `at`, whatever it sees. */
function firing(at: number, Lambda: number): SwitchCriterion {
  return {
    init: () => switchCriterion().init(),
    update: (state, { k }) => (k < at ? state : { ...state, fired: true, firedAt: at, Lambda }),
  };
}

for (const at of [1, 5, 6, 7, 12]) {
  Deno.test(`fit() with switching at step ${at} equals Adam before it and SGD from it, bit for bit`, async () => {
    const to = (learningRate: number) => sgd({ learningRate, momentum: 0.9 });
    const switched = await fit({
      ...base(),
      epochs: 2,
      chunk: 4,
      switching: { criterion: firing(at, 0.05), to },
    });
    assertEquals(switched.switchedAtStep, at);
    const batches = [1, 2].flatMap((epoch) => {
      const order = permutation({ seed: 5, stream: "shuffle", step: epoch }, SIZE.examples);
      return Array.from({ length: 7 }, (_, from) => nextBatches(order, { batchSize: 8, from, most: 1 }));
    });
    await using first = await trainingProgram({ model: model(), optimizer: base().optimizer, data: data() });
    await using second = await trainingProgram({ model: model(), optimizer: to(0.05), data: data() });
    let state = first.init();
    for (const [i, b] of batches.entries()) {
      if (i === at) state = { ...state, optimizer: to(0.05).init(state.params) };
      state = (await (i < at ? first : second).run(state, b)).state;
    }
    assertEquals(switched.state.params, state.params);
  });
}

Deno.test("fit() applies the criterion of SWATS to the updates of every step", async () => {
  const criterion = switchCriterion({ tolerance: 1e-12 });
  const seen: number[] = [];
  const watched: SwitchCriterion = {
    init: criterion.init,
    update(state, observation) {
      seen.push(observation.k);
      assert(observation.pp > 0);
      return criterion.update(state, observation);
    },
  };
  const to = (learningRate: number) => sgd({ learningRate });
  const result = await fit({ ...base(), switching: { criterion: watched, to } });
  assertEquals(seen, Array.from({ length: 21 }, (_, i) => i + 1));
  assert(result.switchState!.lambda !== 0);
  assertEquals("switchedAtStep" in result, false);
  const plain = await fit(base());
  assertEquals(plain.state.params["layers.0.bias"]!.shape, [8]);
  // Reading the statistics does not change the training.
  const [a, b] = [plain, result].map((r) => r.state.params["layers.0.bias"]!.data as Float32Array);
  a!.forEach((v, i) => assertAlmostEquals(b![i]!, v, 1e-6));
});

Deno.test("fit() checks its options", async () => {
  await assertRejects(
    () => fit({ ...base(), epochs: 0 }),
    RangeError,
    "epochs must be an integer of at least 1, got 0",
  );
  await assertRejects(
    () => fit({ ...base(), batchSize: 1.5 }),
    RangeError,
    "batchSize must be an integer",
  );
  await assertRejects(() => fit({ ...base(), chunk: -1 }), RangeError, "chunk must be an integer");
});
