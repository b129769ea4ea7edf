import { assert, assertEquals } from "@std/assert";
import { adam, fit, gradientDescent } from "../../mod.ts";
import { openStudy } from "../../scripts/lab/study.ts";
import { partsOf, perceptron } from "../../scripts/lab/tasks/mod.ts";
import { searchPowers } from "../../scripts/lab/trials.ts";

const iris = await partsOf({ name: "iris", dataDir: undefined });

Deno.test("a study gives the same bits as fit() for the losses of each rate and seed", async () => {
  const task = perceptron(iris, [8]);
  await using study = await openStudy({
    task,
    make: (learningRate) => adam({ learningRate }),
    device: "cpu",
  });
  for (const [learningRate, seed] of [[0.0625, 3], [0.0078125, 4]] as const) {
    const budget = { epochs: 3, batchSize: 15, seed };
    const losses: number[] = [];
    const { epochs } = await fit({
      model: task.model(seed),
      optimizer: adam({ learningRate }),
      train: task.train,
      evaluate: { test: iris.test },
      metrics: ["loss", "accuracy"],
      ...budget,
      onChunk: ({ records }) => losses.push(...records.map((r) => r.loss)),
    });
    for (const every of [6, 4]) {
      const run = await study.run({ learningRate, every, keepLosses: true, ...budget });
      assertEquals(run.losses, losses);
      const { scores } = run.points.at(-1)!;
      assertEquals({ ...scores.test }, { ...epochs.at(-1)!.metrics.test } as typeof scores.test);
      assertEquals(run.points.map((p) => p.step), every === 6 ? [0, 6, 12, 18] : [0, 4, 8, 12, 16, 18]);
    }
  }
});

Deno.test("a study ends a run that diverges or meets its condition", async () => {
  const task = perceptron(iris, [8]);
  await using study = await openStudy({
    task,
    make: (learningRate) => gradientDescent({ learningRate }),
    device: "cpu",
  });
  const budget = { seed: 0, epochs: 50, batchSize: 15 };
  const wild = await study.run({ learningRate: 1e30, ...budget });
  assert(wild.diverged && wild.points.length < 10);
  const done = await study.run({ learningRate: 0.1, ...budget, until: ({ step }) => step >= 12 });
  assertEquals([done.diverged, done.points.at(-1)!.step], [false, 12]);
});

Deno.test("searchPowers() continues while the best rate is at an edge", async () => {
  const task = perceptron(iris, []);
  await using study = await openStudy({
    task,
    make: (learningRate) => gradientDescent({ learningRate }),
    device: "cpu",
  });
  const budget = { seeds: [0], epochs: 3, batchSize: 15 };
  const { best, trials } = await searchPowers(study, { base: 1e-4, most: 7, ...budget });
  assertEquals(trials.map((t) => t.setting.learningRate), [-2, -1, 0, 1, 2, 3, 4].map((k) => 1e-4 * 2 ** k));
  assertEquals(best, trials.at(-1));
  assert(trials.every((t, i) => i === 0 || t.loss < trials[i - 1]!.loss));
});
