import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { meanInterval, medianInterval } from "../../../../scripts/experiments/benchmark/results/intervals.ts";
import { MOST_RATIO } from "../../../../scripts/experiments/benchmark/results/profiles.ts";
import { problemRows, profiles } from "../../../../scripts/experiments/benchmark/results/rows.ts";
import golden from "../../../golden/benchmark/intervals.json" with { type: "json" };
import { synthetic, TRAINED, UNTRAINED } from "./synthetic.ts";

const average = (values: readonly number[]) => values.reduce((a, b) => a + b) / values.length;

Deno.test("benchmark: intervals of means and medians are SciPy's", () => {
  for (const { values, mean, median } of golden.cases) {
    const { value, low, high } = meanInterval(values);
    [value, low, high].forEach((v, i) => assertAlmostEquals(v!, mean[i]!, 1e-9));
    assertEquals(Object.values(medianInterval(values)), median, `${values.length} values`);
  }
  assertEquals(golden.cases.map((c) => c.values.length).filter((n) => n < 6), [2, 3, 5]);
});

Deno.test("benchmark: a value alone has no interval, one that is not finite leaves no mean", () => {
  assertEquals(meanInterval([3]), { value: 3, low: null, high: null });
  assertEquals(meanInterval([4, 4]), { value: 4, low: 4, high: 4 });
  assertEquals(meanInterval([1, NaN, 3]), { value: null, low: null, high: null });
  assertEquals(medianInterval([1, 2, 3, 4, 5, Infinity]), { low: 1, high: null });
});

Deno.test("benchmark: rows have the best validation value along the run and the last test value", () => {
  const data = synthetic({ accuracies: ["digits"], seeds: 3 });
  // A run whose best validation value is not its last one.
  const [bowl] = data.problems;
  const arm = bowl!.compared.arms[0]!;
  const points = arm.points.map((p) =>
    p.map((point, i) =>
      i === 3 ? { ...point, scores: { ...point.scores, validation: { loss: 0.01, accuracy: NaN } } } : point
    )
  );
  const changed = {
    ...data,
    problems: [{ ...bowl!, compared: { ...bowl!.compared, arms: [{ ...arm, points }] } }, data.problems[1]!],
  };
  const rows = problemRows(changed);
  assertEquals(rows.map((r) => [r.problem, r.optimizer]), [
    ["bowl", "sgd"],
    ["digits", "sgd"],
    ["digits", "adam"],
  ]);
  assertEquals(rows[0]!.best.value, 0.01);
  assertEquals(rows[0]!.best.hyperparameters, { learningRate: 0.08, beta: 0.9 });
  assertAlmostEquals(rows[0]!.final.value!, average(arm.runs.map((r) => r.testLoss)), 1e-15);
  assert(rows[0]!.final.low! < rows[0]!.final.value!);
  const adam = data.problems[1]!.compared.arms[1]!;
  assertAlmostEquals(rows[2]!.final.value!, average(adam.runs.map((r) => r.testAccuracy)), 1e-15);
  assertAlmostEquals(
    rows[2]!.best.value!,
    average(adam.points.map((p) => Math.max(...p.map((e) => e.scores.validation!.accuracy)))),
    1e-15,
  );
  assertEquals([rows[2]!.metric, rows[2]!.direction, rows[2]!.trials], ["accuracy", "maximize", 4]);
});

Deno.test("benchmark: the best value of a run that makes its model worse is not that of the untrained one", () => {
  const [row] = problemRows(
    synthetic({ problems: ["bowl"], effects: { bowl: { sgd: 5 } }, noise: 0, epochs: 1 }),
  );
  const last = TRAINED * Math.exp(5);
  assert(last > UNTRAINED);
  assertAlmostEquals(row!.best.value!, last, 1e-9);
  assertAlmostEquals(row!.final.value!, last, 1e-9);
});

Deno.test("benchmark: a run that diverged leaves no mean, and is counted", () => {
  const [sgd, adam] = problemRows(synthetic({ problems: ["bowl"], diverged: ["bowl/sgd/2", "bowl/sgd/4"] }));
  assertEquals([sgd!.diverged, sgd!.seeds], [2, 6]);
  const nothing = { value: null, low: null, high: null };
  assertEquals(sgd!.final, nothing);
  assertEquals(sgd!.best, { hyperparameters: { learningRate: 0.08, beta: 0.9 }, ...nothing });
  assertEquals(adam!.diverged, 0);
  assert(adam!.final.value! > 0);
});

Deno.test("benchmark: steps to the target are those of the first evaluation that reaches it", () => {
  // Without noise the losses are 2 · 10^(-e/5) after e epochs of 10 steps: 1.26, 0.796, 0.502, 0.317, 0.2.
  const steps = (target: number, options = {}) =>
    problemRows(synthetic({ problems: ["bowl"], noise: 0, targets: { bowl: target }, ...options }))[0]!
      .stepsToTarget;
  assertEquals(steps(0.5), { median: 40, low: 40, high: 40, reached: 6, of: 6 });
  assertEquals(steps(0.51), { median: 30, low: 30, high: 30, reached: 6, of: 6 });
  assertEquals(steps(0.19), { median: null, low: null, high: null, reached: 0, of: 6 });
  // The loss before training, 2, is no result of it.
  assertEquals(steps(3)!.median, 10);
  // Runs that diverge in the second epoch.
  const diverged = ["bowl/sgd/0", "bowl/sgd/1"];
  assertEquals(steps(0.5, { diverged }), { median: 40, low: 40, high: null, reached: 4, of: 6 });
  assertEquals(steps(1.3, { diverged }), { median: 10, low: 10, high: 10, reached: 6, of: 6 });
  const most = [...diverged, "bowl/sgd/3", "bowl/sgd/4"];
  assertEquals(steps(0.5, { diverged: most }), { median: null, low: 40, high: null, reached: 2, of: 6 });
  assertEquals(steps(0.5, { seeds: 1 }), { median: 40, low: null, high: null, reached: 1, of: 1 });
  assertEquals(problemRows(synthetic({ targets: { bowl: null } }))[0]!.stepsToTarget, null);
});

Deno.test("benchmark: seconds to the target come from runs without a break only", () => {
  const [sgd, adam] = problemRows(
    synthetic({ problems: ["bowl"], noise: 0, targets: { bowl: 0.5 }, resumed: ["bowl/adam/3"] }),
  );
  // An epoch takes 0.5 s with seed 0, and 1 % more with each further seed; the target takes 4 epochs.
  const { median, low, high, reached } = sgd!.secondsToTarget!;
  assertAlmostEquals(median!, 2.04, 1e-9);
  assertAlmostEquals(low!, 2, 1e-9);
  assertAlmostEquals(high!, 2.1, 1e-9);
  assertEquals(reached, 6);
  assertEquals(adam!.secondsToTarget, null);
  assertEquals(
    adam!.secondsUndecided,
    "1 of 6 seeds were interrupted and resumed: run it again without a break to measure seconds",
  );
  assertEquals(adam!.stepsToTarget!.median, 40);
});

Deno.test("benchmark: an optimizer that a problem cannot take has a row without results, and no steps", () => {
  const data = synthetic({ noise: 0 });
  const [bowl, digits] = data.problems;
  const arms = digits!.compared.arms.filter((a) => a.optimizer !== "adam");
  const refused = { adam: "it needs matrices" };
  const changed = {
    ...data,
    problems: [bowl!, { ...digits!, refused, compared: { ...digits!.compared, arms } }],
  };
  const row = problemRows(changed).at(-1)!;
  assertEquals([row.problem, row.optimizer, row.refused], ["digits", "adam", "it needs matrices"]);
  assertEquals([row.best.value, row.final.value, row.stepsToTarget], [null, null, null]);
  const { scores, steps } = profiles(changed)!;
  assertEquals([steps.adam, scores], [[50, null], { sgd: 1, adam: 0.5 }]);
});

Deno.test("benchmark: a profile's score is its mean over ratios from 1 to 4", () => {
  const data = synthetic({
    problems: ["a", "b", "c"],
    optimizers: ["sgd", "adam", "lion"],
    noise: 0,
    // Losses of 2 · e^(-r e): the larger the rate, the earlier.
    effects: { a: { adam: -3, lion: -1 }, b: { sgd: -4 }, c: { lion: -2, sgd: 4 } },
  });
  const found = profiles(data)!;
  assertEquals(found.problems, ["a", "b", "c"]);
  for (const optimizer of ["sgd", "adam", "lion"]) {
    const steps = found.steps[optimizer]!;
    const ratios = steps.map((s, i) => {
      const least = Math.min(...Object.values(found.steps).map((all) => all[i] ?? Infinity));
      return (s ?? Infinity) / least;
    });
    found.ratios.forEach((factor, i) => {
      assertEquals(found.shares[optimizer]![i], ratios.filter((r) => r <= factor).length / 3);
    });
    // By the midpoints of 30,000 parts.
    const parts = 30_000;
    const shares = Array.from({ length: parts }, (_, i) => 1 + (MOST_RATIO - 1) * (i + 0.5) / parts)
      .map((factor) => ratios.filter((r) => r <= factor).length / 3);
    assertAlmostEquals(found.scores[optimizer]!, average(shares), 1e-4);
  }
  assert(new Set(Object.values(found.scores)).size === 3, JSON.stringify(found.scores));
  assertEquals(profiles(synthetic({ targets: { bowl: null, digits: null } })), null);
});
