import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import fc from "../deps/fast_check.ts";
import {
  switchCriterion,
  type SwitchCriterionOptions,
  type SwitchState,
} from "../../schedules/switch_criterion.ts";

type Pair = readonly [pp: number, pg: number];

function run(pairs: readonly Pair[], options: SwitchCriterionOptions = {}): SwitchState[] {
  const criterion = switchCriterion(options);
  let state = criterion.init();
  return pairs.map(([pp, pg], i) => (state = criterion.update(state, { k: i + 1, pp, pg })));
}

/** Computes algorithm 1's criterion over a whole run, with the average as an explicit sum and no state. */
function reference(
  pairs: readonly Pair[],
  beta2: number,
  tolerance: number,
): { k: number; Lambda: number } | undefined {
  for (let k = 2; k <= pairs.length; k++) {
    if (pairs[k - 1]?.[1] === 0) continue;
    let lambda = 0;
    let decay = 1 - beta2;
    for (let j = k; j >= 1; j--) {
      const [pp, pg] = pairs[j - 1] ?? [0, 0];
      // A step with p'g = 0 does not change the average: it does not decay either.
      if (pg === 0) continue;
      lambda += decay * (pp / -pg);
      decay *= beta2;
    }
    const [pp, pg] = pairs[k - 1] ?? [0, 0];
    const Lambda = lambda / (1 - beta2 ** k);
    if (Math.abs(Lambda - pp / -pg) < tolerance) return { k, Lambda };
  }
  return undefined;
}

Deno.test("switchCriterion() fires at the step and with the rate of the paper's sum", () => {
  const pair = fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: -4, max: 1 }));
  fc.assert(
    fc.property(fc.array(pair, { maxLength: 40 }), fc.constantFrom(0.5, 0.9, 0.999), (pairs, beta2) => {
      const wanted = reference(pairs, beta2, 0.013);
      const states = run(pairs, { beta2, tolerance: 0.013 });
      const last = states.at(-1);
      assertEquals(last?.fired ?? false, wanted !== undefined);
      if (wanted === undefined) return;
      assertEquals(last?.firedAt, wanted.k);
      assertAlmostEquals(last?.learningRate ?? NaN, wanted.Lambda, 1e-10);
      assertEquals(states.findIndex((s) => s.fired), wanted.k - 1);
    }),
    { numRuns: 500 },
  );
});

Deno.test("switchCriterion() never fires at the first step, where estimate and average agree", () => {
  const [first, second] = run([[1, -4], [1, -4]]);
  assertEquals([first?.fired, first?.gamma], [false, 0.25]);
  assertAlmostEquals(first?.learningRate ?? NaN, 0.25, 1e-15);
  assertEquals([second?.fired, second?.firedAt], [true, 2]);
});

Deno.test("switchCriterion() gives hand-computed averages", () => {
  // gamma 2 then 4 with beta2 = 1/2: lambda = 1, then 2.5; Lambda = 2.5 / (1 - 1/4) = 10/3.
  const states = run([[2, -1], [4, -1]], { beta2: 0.5, tolerance: 0.1 });
  assertEquals(states.map((s) => [s.gamma, s.lambda, s.fired]), [[2, 1, false], [4, 2.5, false]]);
  assertAlmostEquals(states[1]?.learningRate ?? NaN, 10 / 3, 1e-15);
});

Deno.test("switchCriterion() passes over a step with p'g = 0, but counts it", () => {
  const states = run([[2, -1], [3, 0], [4, -1]], { beta2: 0.5, tolerance: 1e-3 });
  assertEquals(states[1], states[0]);
  // lambda = 1, then 2.5 at k = 3: Lambda = 2.5 / (1 - 1/8).
  assertAlmostEquals(states[2]?.learningRate ?? NaN, 2.5 / 0.875, 1e-15);
});

Deno.test("switchCriterion() does not fire at the paper's tolerance on noise, but does at a wider one", () => {
  const noise: Pair[] = Array.from({ length: 300 }, (_, i) => [1 + 0.01 * Math.sin(12.9898 * i), -1]);
  assertEquals(run(noise).at(-1)?.fired, false);
  assertEquals(run(noise, { tolerance: 1e-2 }).at(-1)?.fired, true);
});

Deno.test("switchCriterion() keeps its state once it has fired", () => {
  const states = run([[1, -1], [1, -1], [9, -1], [7, -3]]);
  assert(states[1]?.fired);
  assertEquals(states[3], states[1]);
});

Deno.test("switchCriterion() fires on a negative rate as in the paper, unless an option forbids it", () => {
  const climbing: Pair[] = [[1, 2], [1, 2]];
  const fired = run(climbing).at(-1);
  assertEquals(fired?.fired, true);
  assertAlmostEquals(fired?.learningRate ?? NaN, -0.5, 1e-12);
  assertEquals(run(climbing, { requirePositive: true }).at(-1)?.fired, false);
});

Deno.test("switchCriterion() continues from a state in JSON with the same states", () => {
  const criterion = switchCriterion({ tolerance: 1e-2 });
  let [state, stored] = [criterion.init(), criterion.init()];
  for (let k = 1; k <= 20; k++) {
    const seen = { k, pp: 1 + 1 / k, pg: -2 };
    state = criterion.update(state, seen);
    stored = JSON.parse(JSON.stringify(criterion.update(stored, seen)));
  }
  assertEquals(stored, state);
});

Deno.test("switchCriterion() refuses options and steps out of range", () => {
  assertThrows(() => switchCriterion({ beta2: 1 }), RangeError, "beta2 must be in (0, 1), got 1");
  assertThrows(
    () => switchCriterion({ tolerance: 0 }),
    RangeError,
    "tolerance must be a finite number above 0, got 0",
  );
  const criterion = switchCriterion();
  assertThrows(
    () => criterion.update(criterion.init(), { k: 0, pp: 1, pg: 1 }),
    RangeError,
    "k must be an integer of at least 1, got 0",
  );
});
