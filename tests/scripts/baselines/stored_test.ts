/** Holds the stored runs to what their files state, and to what the numbers must be. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  BASELINE_PROBLEMS,
  type BaselineDocument,
  baselineOf,
  readBaseline,
  STORED_MEASURES,
} from "../../../scripts/baselines/mod.ts";

const stored = (problem: string) => baselineOf(problem)!;
const runsOf = (problem: string) =>
  stored(problem).rules.flatMap(({ optimizer, runs }) => runs.map((run) => ({ optimizer, ...run })));

Deno.test("baselineOf() returns each rule's seeds", () => {
  const seeds = (problem: string) =>
    Object.fromEntries(stored(problem).rules.map((r) => [r.optimizer, r.runs.map((run) => run.seed)]));
  assertEquals(BASELINE_PROBLEMS, ["quadratic_deep", "fmnist_2c2d", "mnist_vae"]);
  assertEquals(seeds("quadratic_deep"), {
    "sgd(learningRate=0.015848931925)": [46, 48, 50, 51],
    "momentum(learningRate=0.0025118864315, momentum=0.99)": [44, 49, 50],
    "adam(learningRate=0.039810717055, epsilonPlacement=scaled)": [44, 46, 47, 49, 50],
  });
  assertEquals(seeds("fmnist_2c2d"), {
    "sgd(learningRate=0.15848931925)": [43, 44, 46, 48, 49, 50, 51],
    "momentum(learningRate=0.0025118864315, momentum=0.99)": [42, 43, 47, 48, 49, 51],
    "adam(learningRate=0.00025118864315, epsilonPlacement=scaled)": [42, 43, 44, 46, 48, 51],
  });
  assertEquals(seeds("mnist_vae"), {
    "sgd(learningRate=0.0039810717055)": [42, 46, 48, 49, 51],
    "momentum(learningRate=0.000025118864315, momentum=0.99)": [43, 44, 45, 46, 49, 50],
    "adam(learningRate=0.00015848931925, epsilonPlacement=scaled)": [43, 46, 48, 49, 51],
  });
  assertEquals(baselineOf("digits_mlp"), undefined);
});

Deno.test("every run of quadratic_deep and mnist_vae has both losses of all points", () => {
  for (const [problem, points] of [["quadratic_deep", 101], ["mnist_vae", 51]] as const) {
    for (const { seed, optimizer, series } of runsOf(problem)) {
      const lengths = STORED_MEASURES.map((m) => series[m]?.length);
      assertEquals(lengths, [points, points, undefined], `${problem}, ${optimizer}, seed ${seed}`);
    }
  }
});

Deno.test("every run of fmnist_2c2d has 11 points of three measures, and one of each rule all 101 of the test set", () => {
  for (const { optimizer, runs } of stored("fmnist_2c2d").rules) {
    const lengths = runs.map(({ series }) => STORED_MEASURES.map((m) => series[m]?.length).join(" "));
    assertEquals(
      lengths,
      ["11 101 101", ...runs.slice(1).map(() => "11 11 11")],
      optimizer,
    );
  }
});

Deno.test("the runs of a seed start alike under all rules, and quadratic_deep tests alike under all seeds", () => {
  for (const problem of BASELINE_PROBLEMS) {
    for (const measure of STORED_MEASURES) {
      const starts = new Map<number, Set<number | undefined>>();
      for (const { seed, series } of runsOf(problem)) {
        starts.set(seed, (starts.get(seed) ?? new Set()).add(series[measure]?.[0]));
      }
      assert([...starts.values()].every((s) => s.size === 1), `${problem}: ${measure}`);
    }
  }
  assert(runsOf("quadratic_deep").every((r) => r.series.testLoss![0] === 353.4467));
});

Deno.test("every accuracy is a count of the 9,984 test images, cut off after 5 decimals", () => {
  for (const { seed, optimizer, series } of runsOf("fmnist_2c2d")) {
    for (const [epoch, share] of series.testAccuracy!.entries()) {
      const count = Math.ceil(share * 9984 - 1e-9);
      assertEquals(Math.floor(1e5 * count / 9984), Math.round(1e5 * share), `${optimizer} ${seed} ${epoch}`);
    }
  }
});

Deno.test("the curves of sgd on quadratic_deep are smooth: a wrong digit would show", () => {
  // With the same batches in each epoch the losses approach their limit along a sum of exponentials.
  const rule = stored("quadratic_deep").rules.find((r) => r.optimizer.startsWith("sgd"))!;
  for (const { seed, series } of rule.runs) {
    for (const values of [series.trainLoss!, series.testLoss!]) {
      for (let i = 3; i + 2 < values.length; i++) {
        const [a, b, c, d] = [-2, -1, 1, 2].map((k) => values[i + k]!) as [number, number, number, number];
        const wanted = (4 * (b + c) - a - d) / 6;
        const slack = Math.max(2.5e-4, 0.002 * (b - c));
        assert(
          Math.abs(values[i]! - wanted) < slack,
          `seed ${seed}, epoch ${i}: ${values[i]}, not ${wanted}`,
        );
      }
    }
  }
});

Deno.test("mnist_vae: momentum and two runs of sgd stay on the plateau, all other runs leave it", () => {
  const rest = runsOf("mnist_vae").filter(({ series }) => series.testLoss!.at(-1)! > 50);
  assertEquals(
    rest.filter((r) => !r.optimizer.startsWith("momentum")).map((r) =>
      `${r.optimizer.slice(0, 3)} ${r.seed}`
    ),
    ["sgd 46", "sgd 51"],
  );
  for (const { optimizer, seed, series } of rest) {
    for (const values of [series.trainLoss!, series.testLoss!]) {
      assert(values.slice(1).every((x) => x > 52.9 && x < 53.6), `${optimizer}, seed ${seed}`);
    }
  }
});

const DOCUMENT: BaselineDocument = {
  problem: "hill",
  source: {
    name: "Hill",
    repository: "https://example.org/hill",
    commit: "0",
    folder: "runs",
    license: "MIT",
    copied: "2026-11-30",
    digits: "1 decimal",
  },
  about: "",
  batchSize: 1,
  epochs: 1,
  margins: { loss: { percent: 1, reason: "" } },
  rules: [{
    optimizer: "sgd",
    folder: "sgd",
    runs: [{ seed: 1, file: "1.json", lastEpoch: { testAccuracy: 1 }, testAccuracy: [0.5, 0.6] }],
  }],
};

Deno.test("readBaseline() refuses runs that are not what they state", () => {
  const runs = DOCUMENT.rules[0]!.runs;
  const refused = (changed: Partial<(typeof runs)[number]>, message: string) =>
    assertThrows(
      () =>
        readBaseline({
          ...DOCUMENT,
          rules: [{ ...DOCUMENT.rules[0]!, runs: [{ ...runs[0]!, ...changed }] }],
        }),
      RangeError,
      message,
    );
  assertEquals(readBaseline(DOCUMENT).rules[0]!.runs[0]!.series.testAccuracy, [0.5, 0.6]);
  refused({ testAccuracy: [0.5] }, "hill, sgd, seed 1: testAccuracy has 1 values, its last epoch is 1");
  refused({ trainLoss: [3] }, "trainLoss has 1 values, its last epoch is -1");
  refused({ testAccuracy: [0.5, 60] }, "testAccuracy of epoch 1 is 60");
  refused({ testAccuracy: [NaN, 0.6] }, "testAccuracy of epoch 0 is NaN");
  assertThrows(
    () => readBaseline({ ...DOCUMENT, rules: [{ ...DOCUMENT.rules[0]!, runs: [...runs, ...runs] }] }),
    RangeError,
    "hill, sgd: seed 1 stands twice",
  );
});
