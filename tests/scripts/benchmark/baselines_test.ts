/** The benchmark beside published runs: its rules, its claims, and quadratic_deep trained as it was published. */
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { adam, type Optimizer, sgd } from "../../../mod.ts";
import {
  agreement,
  BASELINE_PROBLEMS,
  baselineOf,
  baselinePlot,
  storedCurves,
  type StoredRule,
} from "../../../scripts/baselines/mod.ts";
import { PROBLEMS } from "../../../scripts/benchmark/mod.ts";
import type { Options } from "../../../scripts/cli/mod.ts";
import { UsageError } from "../../../scripts/console/mod.ts";
import {
  baselineClaims,
  baselineOptimizers,
  baselinePlots,
  baselineTables,
} from "../../../scripts/experiments/benchmark/baselines.ts";
import type { BenchmarkConfig, BenchmarkData } from "../../../scripts/experiments/benchmark/data.ts";
import { page } from "../../../scripts/experiments/benchmark/page/page.ts";
import { prepareRuns } from "../../../scripts/experiments/benchmark/measure.ts";
import { loadedOptimizers, openStudy } from "../../../scripts/lab/mod.ts";
import { synthetic } from "../experiments/benchmark_verdicts/synthetic.ts";

const asked = (given: Record<string, string>, more: Partial<Options> = {}) =>
  ({ seed: 0, device: "cpu", given, ...more }) as unknown as Options;

Deno.test("the rules of the stored runs are texts of known optimizers in canonical form", async () => {
  for (const problem of BASELINE_PROBLEMS) {
    const texts = baselineOptimizers(problem);
    const loaded = await loadedOptimizers(asked({}, { optimizer: texts }), []);
    assertEquals(loaded.map((o) => o.name), texts);
    assert(loaded.every((o) => o.learningRate !== undefined));
  }
  assertEquals(baselineOptimizers("digits_mlp"), []);
});

Deno.test("--baselines trains the stored rules at their lengths, on all examples in one order", async () => {
  const { config, problems } = await prepareRuns(asked({ baselines: "" }));
  assertEquals([config.published, config.baselines, config.trials, config.seeds.length], [true, true, 1, 6]);
  assertEquals(problems.map((p) => p.told.problem), ["quadratic_deep"]);
  const [{ task, told, contenders }] = problems as [typeof problems[number]];
  assertEquals([told.epochs, told.target, task.shuffle], [100, null, "once"]);
  assertEquals(contenders.map((c) => c.name), [...baselineOptimizers("quadratic_deep")]);
  assertEquals(contenders.map((c) => c.rates), [[0.015848931925], [0.0025118864315], [0.039810717055]]);
  const short = await prepareRuns(asked({ baselines: "", seeds: "2" }, { epochs: 3 }));
  assertEquals([short.problems[0]!.told.epochs, short.config.seeds], [3, [0, 1]]);
});

Deno.test("without --published the examples are shuffled anew in each epoch", async () => {
  const { config, problems } = await prepareRuns(
    asked({ problem: "quadratic_deep" }, { optimizer: ["sgd"] }),
  );
  assertEquals([config.published, config.baselines, problems[0]!.task.shuffle], [false, false, undefined]);
});

Deno.test("--baselines refuses what the published runs fix", async () => {
  const refused = (options: Options, message: string) =>
    assertRejects(() => prepareRuns(options), UsageError, message);
  await refused(
    asked({ baselines: "" }, { optimizer: ["sgd"] }),
    "--optimizer and --baselines cannot both be given",
  );
  await refused(asked({ baselines: "" }, { clip: "none" }), "--clip and --baselines cannot both be given");
  await refused(asked({ baselines: "", budget: "4" }), "--budget and --baselines cannot both be given");
  await refused(
    asked({ baselines: "", problem: "digits_mlp" }),
    "no published runs of digits_mlp are stored",
  );
});

const RULE = baselineOf("quadratic_deep")!.rules[1]!;

/** Returns the data of a run whose test losses are the stored ones, shifted. */
function dataOf(
  { shift = 0, config = {}, batchSize = 128, optimizer = RULE.optimizer }: {
    shift?: number;
    config?: Partial<BenchmarkConfig>;
    batchSize?: number;
    optimizer?: string;
  } = {},
): BenchmarkData {
  const pointAt = (epoch: number, loss: number) => ({
    step: 7 * epoch,
    epoch,
    seconds: 0,
    scores: { test: { loss: loss + shift, accuracy: NaN } },
  });
  const points = RULE.runs.map(({ series }) =>
    series.testLoss!.slice(0, 4).flatMap((loss, epoch) => [pointAt(epoch, loss), pointAt(epoch + 0.5, 0)])
  );
  const arm = { name: optimizer, optimizer, learningRate: 1, hyperparameters: {}, runs: [], points };
  const told = {
    problem: "quadratic_deep",
    metric: "loss",
    batchSize,
    epochs: 3,
    compared: { arms: [arm], trials: {} },
  };
  const published = { published: true, schedule: "constant", clip: "none" };
  return { config: { ...published, ...config }, problems: [told] } as unknown as BenchmarkData;
}

Deno.test("baselineClaims() compares the test losses after whole epochs", () => {
  const [claim, ...rest] = baselineClaims(dataOf({ shift: 0.1 }));
  assertEquals(rest, []);
  assertEquals(claim!.verdict, "holds");
  assertEquals(
    claim!.claim,
    `quadratic_deep, ${RULE.optimizer}: the test loss after 3 epochs agrees with DeepOBS's stored runs within 1 %.`,
  );
  assertStringIncludes(claim!.evidence, "Of 3 epochs it agrees at 2 and is undecided at 1.");
  assertEquals(baselineClaims(dataOf({ shift: 20 }))[0]!.verdict, "contradicted");
});

Deno.test("baselineClaims() and baselinePlots() say nothing of runs that were trained otherwise", () => {
  const others = [
    dataOf({ config: { published: false } }),
    dataOf({ config: { schedule: "cosine" } }),
    dataOf({ config: { clip: "norm(1)" } }),
    dataOf({ batchSize: 64 }),
    dataOf({ optimizer: "momentum" }),
  ];
  for (const data of others) assertEquals([baselineClaims(data), baselinePlots(data)], [[], []]);
  assertEquals(baselinePlots(dataOf()).map((p) => p.name), ["quadratic-deep-stored"]);
});

Deno.test("baselineTables() tells the numbers of runs, their difference, the source and its license", () => {
  const [table, ...rest] = baselineTables(dataOf({ shift: 0.1 }));
  assertEquals(rest, []);
  const stored = RULE.runs.map((r) => r.series.testLoss![3]!);
  const mean = stored.reduce((a, b) => a + b, 0) / stored.length;
  const [[optimizer, ours, theirs, difference]] = table!.rows as [string[]];
  assertEquals(optimizer, "momentum(learningRate=0.00251, momentum=0.99)");
  assertStringIncludes(table!.title!, "test loss after 3 epochs, here and in DeepOBS's stored runs");
  assertEquals(ours, `${(mean + 0.1).toPrecision(4)} (${stored.length} seeds)`);
  assertEquals(theirs, `${mean.toPrecision(4)} (${stored.length} runs)`);
  assertEquals(difference!.split(" (")[0], `${(10 / mean).toPrecision(2)} %`);
  const { note } = table!;
  for (
    const text of [
      "DeepOBS, commit 873bbc2",
      "MIT license",
      "Margin: 1 %",
      "have 3 epochs, the published ones 100",
      "repeat every 7",
    ]
  ) {
    assertStringIncludes(note!, text);
  }
  assertEquals(baselineTables(dataOf({ config: { clip: "norm(1)" } })), []);
});

Deno.test("a page of --baselines has no ranking of the rules, which differ from problem to problem", () => {
  const data = synthetic({ problems: ["quadratic_deep"], targets: { quadratic_deep: null }, trials: 1 });
  const { tables, plots, results } = page({
    ...data,
    config: { ...data.config, published: true, baselines: true },
  });
  assertEquals(tables.map((t) => t.title), ["quadratic_deep: quadratic_deep in words"]);
  assertStringIncludes(tables[0]!.note!, "the same batches in every epoch");
  assertEquals([plots, Object.keys(results!)], [[], ["problems"]]);
});

Deno.test("a picture beside stored accuracies leaves out the guess before training, but for a single epoch", () => {
  const baseline = baselineOf("fmnist_2c2d")!;
  const { optimizer } = baseline.rules[0]!;
  const epochsOf = (curve: readonly number[]) => {
    const plot = baselinePlot(baseline, {
      measure: "testAccuracy",
      ours: [{ optimizer, curves: [curve, curve] }],
    });
    return [...new Set([...JSON.stringify(plot.spec).matchAll(/"x":(\d+),"y"/g)].map((m) => m[1]))];
  };
  assertEquals([[0.1, 0.8], [0.1, 0.8, 0.9]].map(epochsOf), [["0", "1"], ["1", "2"]]);
});

/** The update rules of the stored runs. */
const MAKE: Readonly<Record<string, Optimizer>> = {
  sgd: sgd({ learningRate: 0.015848931925 }),
  momentum: sgd({ learningRate: 0.0025118864315, momentum: 0.99 }),
  adam: adam({ learningRate: 0.039810717055, epsilonPlacement: "scaled" }),
};

/** Trains quadratic_deep as it was published, with 3 seeds, and compares the last test losses. */
async function trained(rule: StoredRule, shuffle: "epochs" | "once") {
  const task = { ...await PROBLEMS.quadratic_deep!.load({ dataDir: undefined, published: true }), shuffle };
  const make = () => MAKE[rule.optimizer.split("(")[0]!]!;
  await using study = await openStudy({ task, make, device: "cpu" });
  const run = {
    learningRate: 1,
    batchSize: 128,
    epochs: 100,
    evaluateOnly: ["test"],
    points: "last",
  } as const;
  const ours: number[] = [];
  for (const seed of [0, 1, 2]) {
    ours.push((await study.run({ ...run, seed })).points.at(-1)!.scores.test!.loss);
  }
  const stored = storedCurves(rule, "testLoss").map((curve) => curve.at(-1)!);
  // 1 % of the loss.
  const { verdict, difference } = agreement(ours, stored, { margin: 0.87 });
  return { verdict, difference: difference!.value };
}

Deno.test("quadratic_deep agrees with the stored runs of DeepOBS, momentum only in one order of the examples", async () => {
  for (const rule of baselineOf("quadratic_deep")!.rules) {
    const { verdict, difference } = await trained(rule, "once");
    assertEquals(verdict, "holds", `${rule.optimizer}: ${difference}`);
    assert(Math.abs(difference) < 0.4, `${rule.optimizer}: ${difference}`);
  }
  const anew = await trained(RULE, "epochs");
  assert(anew.verdict !== "holds" && anew.difference > 0.8, `${anew.difference}`);
});
