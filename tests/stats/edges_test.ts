/** Samples of one, ties, zeros, NaN and infinities: what the statistics of this room make of them. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import * as stats from "../../stats/mod.ts";

/** Functions of one sample that take finite values only. */
const OF_ONE: Readonly<Record<string, (values: readonly number[]) => unknown>> = {
  wilcoxonTest: (v) => stats.wilcoxonTest(v),
  interquartileMean: (v) => stats.interquartileMean(v),
  optimalityGap: (v) => stats.optimalityGap(v),
  scoreDistribution: (v) => stats.scoreDistribution(v, [0]),
  expectedBest: (v) => stats.expectedBest(v, { trials: 1 }),
  "mannWhitneyTest of a": (v) => stats.mannWhitneyTest(v, [1]),
  "mannWhitneyTest of b": (v) => stats.mannWhitneyTest([1], v),
  "probabilityOfImprovement of a": (v) => stats.probabilityOfImprovement([v], [[1]]),
  "probabilityOfImprovement of b": (v) => stats.probabilityOfImprovement([[1]], [v]),
};

Deno.test("statistics of one sample refuse no values, NaN and infinities, with the place", () => {
  for (const [name, statistic] of Object.entries(OF_ONE)) {
    assertThrows(() => statistic([]), RangeError, "must have at least 1 value, got none", name);
    for (const bad of [NaN, Infinity, -Infinity]) {
      assertThrows(() => statistic([1, bad]), RangeError, `[1] must be a finite number, got ${bad}`, name);
    }
    // A sample of one is enough.
    statistic([0.5]);
  }
});

Deno.test("pairedTTest() needs two differences; equal ones leave no doubt, and zeros no answer", () => {
  assertThrows(() => stats.pairedTTest([1]), RangeError, "differences must have at least 2 values, got 1");
  assertThrows(
    () => stats.pairedTTest([1, NaN]),
    RangeError,
    "differences[1] must be a finite number, got NaN",
  );
  assertEquals(stats.pairedTTest([0.5, 0.5]), { statistic: Infinity, p: 0 });
  assertEquals(stats.pairedTTest([0.5, 0.5], { alternative: "less" }), { statistic: Infinity, p: 1 });
  assertEquals(stats.pairedTTest([0, 0]), { statistic: NaN, p: NaN });
});

Deno.test("tests of ranks find nothing in differences of 0 and in equal values", () => {
  for (const method of ["exact", "normal"] as const) {
    for (const zeros of ["wilcox", "pratt"] as const) {
      assertEquals(stats.wilcoxonTest([0, 0, 0], { method, zeros }), { statistic: 0, p: 1 });
    }
    assertEquals(stats.mannWhitneyTest([2, 2], [2, 2, 2], { method }), { statistic: 3, p: 1 });
  }
});

Deno.test("tests of ranks correct for continuity by default where SciPy does", () => {
  const values = Array.from({ length: 60 }, (_, i) => (i * 37 % 61) - 20);
  const wilcoxon = (options: stats.WilcoxonOptions) => stats.wilcoxonTest(values, options).p;
  assertEquals(wilcoxon({}), wilcoxon({ continuity: false }));
  assert(wilcoxon({}) < wilcoxon({ continuity: true }));
  const mannWhitney = (options: stats.RankTestOptions) =>
    stats.mannWhitneyTest(values.slice(0, 30), values.slice(30), options).p;
  assertEquals(mannWhitney({}), mannWhitney({ continuity: true }));
  assert(mannWhitney({}) > mannWhitney({ continuity: false }));
});

Deno.test("exact tests of ranks take up to 50 values, and by default approximate from there on", () => {
  const values = (n: number) => Array.from({ length: n }, (_, i) => i + 1);
  assertEquals(stats.wilcoxonTest(values(50)).p, 2 ** -49);
  assertEquals(stats.wilcoxonTest(values(51)), stats.wilcoxonTest(values(51), { method: "normal" }));
  assertThrows(
    () => stats.wilcoxonTest(values(51), { method: "exact" }),
    RangeError,
    "takes up to 50 values, got 51",
  );
  assertThrows(
    () => stats.mannWhitneyTest(values(25), values(26), { method: "exact" }),
    RangeError,
    'takes up to 50 values, got 51: use method "normal"',
  );
  // Zeros do not count.
  assert(stats.wilcoxonTest([...values(50), 0, 0, 0]).p === 2 ** -49);
});

Deno.test("rank correlations need pairs, and are NaN of a sample of equal values", () => {
  for (const correlation of [stats.spearman, stats.kendall]) {
    assertThrows(
      () => correlation([1, 2, 3], [1, 2]),
      RangeError,
      "the same size of at least 1, got 3 and 2",
    );
    assertThrows(() => correlation([1], [1]), RangeError, "a must have at least");
    assertThrows(
      () => correlation([1, 2, 3], [1, 2, NaN]),
      RangeError,
      "b[2] must be a finite number, got NaN",
    );
    assertEquals(correlation([1, 2, 3], [4, 4, 4]), { value: NaN, p: NaN });
    assertEquals(correlation([1, 2, 3, 4], [8, 6, 4, 1]).value, -1);
  }
});

Deno.test("expectedBest() draws no more trials than were made, unless it puts them back", () => {
  assertThrows(
    () => stats.expectedBest([1, 2], { trials: 3 }),
    RangeError,
    "trials must be an integer from 1 to 2",
  );
  assertThrows(
    () => stats.expectedBest([1, 2], { trials: 0, replacement: true }),
    RangeError,
    "trials must be",
  );
  const [once, again] = [false, true].map((replacement) =>
    stats.expectedBest([1, 2], { trials: 2, replacement })
  );
  assertEquals([once, again], [2, 1.75]);
  assertEquals(stats.expectedBest([3, 1, 2], { trials: 3, best: "least" }), 1);
  assert(stats.expectedBest([3, 1, 2], { trials: 1000, replacement: true }) > 2.999999);
});

Deno.test("performance profiles count failures, also of all solvers, and name costs that are none", () => {
  const costs = { a: [1, Infinity, Infinity], b: [2, 3, Infinity] };
  assertEquals(stats.performanceRatios(costs), { a: [1, Infinity, Infinity], b: [2, 1, Infinity] });
  const third = 1 / 3;
  assertEquals(stats.performanceProfiles(costs, [1, 2, Infinity]), {
    a: [third, third, third],
    b: [third, 2 / 3, 2 / 3],
  });
  const refused = (costs: Record<string, number[]>, message: string) =>
    assertThrows(() => stats.performanceProfiles(costs, [1]), RangeError, message);
  refused({}, "costs must have at least 1 value, got none");
  refused({ a: [] }, "costs of 'a' must have at least 1 value, got none");
  refused({ a: [1, 2], b: [1] }, "all solvers must have the same problems, 'a' has 2 and 'b' 1");
  refused({ a: [1, NaN] }, "costs of 'a'[1] must be above 0, or Infinity for a failure, got NaN");
  refused({ a: [0] }, "costs of 'a'[0] must be above 0");
  assertThrows(
    () => stats.performanceProfiles({ a: [1] }, [0.5]),
    RangeError,
    "factors[0] must be a number of at least 1",
  );
});

Deno.test("timeToTarget() keeps to what was seen", () => {
  const stopped = (time: number) => ({ time, reached: false });
  const reached = (time: number) => ({ time, reached: true });
  // None reached: the median is unknown, the mean is the horizon.
  assertEquals(stats.timeToTarget([stopped(5), stopped(8)], { horizon: 8 }), {
    runs: 2,
    reached: 0,
    median: Infinity,
    mean: 8,
  });
  assertThrows(
    () => stats.timeToTarget([reached(5), stopped(8)], { horizon: 9 }),
    RangeError,
    "horizon must be at most 8, until which the runs that did not reach the target were seen, got 9",
  );
  // At 2 half of the runs are left, which is enough.
  assertEquals(stats.timeToTarget([1, 2, 3, 4].map(reached), { horizon: 4 }).median, 2);
  // Nobody is left after the last, so any horizon will do.
  assertEquals(stats.timeToTarget([reached(4), reached(8)], { horizon: 100 }).mean, 6);
  // A run that is stopped when another reaches the target was seen by then.
  assertEquals(stats.kaplanMeier([reached(3), stopped(3)]), [{ time: 3, left: 0.5 }]);
  assertThrows(() => stats.kaplanMeier([]), RangeError, "times must have at least 1 value, got none");
  assertThrows(() => stats.kaplanMeier([reached(NaN)]), RangeError, "times[0].time must be a finite number");
  assertThrows(() => stats.timeToTarget([reached(1)], { horizon: 0 }), RangeError, "horizon must be");
});

Deno.test("targetTime() reads losses downwards and accuracies upwards, and times of its own", () => {
  const times = [10, 25, 25.5];
  assertEquals(stats.targetTime([0.9, 0.5, 0.1], { target: 0.5, times }), { time: 25, reached: true });
  assertEquals(stats.targetTime([0.1, NaN, 0.7], { target: 0.7, larger: true, times }), {
    time: 25.5,
    reached: true,
  });
  assertEquals(stats.targetTime([0.1], { target: 0.7, larger: true }), { time: 1, reached: false });
  assertThrows(() => stats.targetTime([], { target: 1 }), RangeError, "values must have at least 1 value");
  assertThrows(
    () => stats.targetTime([1], { target: 1, times: [1, 2] }),
    RangeError,
    "for each of the 1 values, got 2",
  );
  assertThrows(
    () => stats.targetTime([1, 2], { target: 1, times: [2, 1] }),
    RangeError,
    "times[1] is 1 after 2",
  );
  assertThrows(() => stats.targetTime([1], { target: NaN }), RangeError, "target must be a finite number");
});

Deno.test("probabilityOfImprovement() needs the same tasks", () => {
  assertThrows(
    () => stats.probabilityOfImprovement([[1], [2]], [[1]]),
    RangeError,
    "both algorithms must have the same tasks, got 2 and 1",
  );
  assertEquals(stats.probabilityOfImprovement([[1, 1]], [[1, 1, 1]]), 0.5);
});

Deno.test("bootstraps of a sample of one have no bounds, of equal values no width, of none no answer", () => {
  const middle = ([s]: readonly (readonly number[])[]) => stats.mean(s!);
  const one = { value: 3, low: -Infinity, high: Infinity };
  for (const interval of ["percentile", "bca"] as const) {
    assertEquals(stats.bootstrap([[3]], middle, { interval }), one);
    assertEquals(stats.stratifiedBootstrap([[[3], [3]]], ([s]) => stats.mean(s!.flat()), { interval }), one);
    assertEquals(stats.bootstrap([[3, 3, 3]], middle, { interval }), { value: 3, low: 3, high: 3 });
  }
  assertThrows(() => stats.bootstrap([], middle), RangeError, "samples must have at least 1 value, got none");
  assertThrows(() => stats.bootstrap([[1], []], middle), RangeError, "samples[1] must have at least 1 value");
  assertThrows(
    () => stats.bootstrap([[1, 2], [1]], middle, { paired: true }),
    RangeError,
    "paired samples must have the same size, got 2 and 1",
  );
  assertThrows(
    () => stats.bootstrap([[1, 2]], middle, { confidence: 1 }),
    RangeError,
    "confidence must be in (0, 1)",
  );
  assertThrows(
    () => stats.stratifiedBootstrap([[]], () => 0),
    RangeError,
    "algorithms[0] must have at least 1 value",
  );
});

Deno.test("bootstrap() of paired samples draws the same things of each", () => {
  const ratio = ([a, b]: readonly (readonly number[])[]) => stats.mean(a!) / stats.mean(b!);
  for (const interval of ["percentile", "bca"] as const) {
    const { low, high } = stats.bootstrap([[2, 4, 6, 9], [1, 2, 3, 4.5]], ratio, { paired: true, interval });
    assertEquals([low, high], [2, 2]);
  }
});

/** Calls with an option that there is not. */
const MISSPELLED: Readonly<Record<string, (options: object) => unknown>> = {
  bootstrap: (o) => stats.bootstrap([[1, 2]], () => 0, o),
  stratifiedBootstrap: (o) => stats.stratifiedBootstrap([[[1, 2]]], () => 0, o),
  comparePaired: (o) => stats.comparePaired([1], { with: [1], ...o }),
  signFlipTest: (o) => stats.signFlipTest([1], o),
  wilcoxonTest: (o) => stats.wilcoxonTest([1], o),
  mannWhitneyTest: (o) => stats.mannWhitneyTest([1], [1], o),
  pairedTTest: (o) => stats.pairedTTest([1, 2], o),
  spearman: (o) => stats.spearman([1, 2, 3], [1, 2, 3], o),
  kendall: (o) => stats.kendall([1, 2], [1, 2], o),
  fewestPairs: (o) => stats.fewestPairs(o),
  pairedPower: (o) => stats.pairedPower({ pairs: 5, effect: 1, deviation: 1, ...o }),
  pairsForPower: (o) => stats.pairsForPower({ effect: 1, deviation: 1, ...o }),
  signFlipPower: (o) => stats.signFlipPower({ pairs: 5, effect: 1, deviation: 1, ...o }),
  optimalityGap: (o) => stats.optimalityGap([1], o),
  expectedBest: (o) => stats.expectedBest([1], { trials: 1, ...o }),
  targetTime: (o) => stats.targetTime([1], { target: 1, ...o }),
  timeToTarget: (o) => stats.timeToTarget([{ time: 1, reached: true }], { horizon: 1, ...o }),
};

Deno.test("every function with options refuses those that it does not know", () => {
  for (const [name, call] of Object.entries(MISSPELLED)) {
    assertThrows(() => call({ alpha: 1 }), RangeError, `${name}: unknown option 'alpha'`);
    call({});
  }
});
