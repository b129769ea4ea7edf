/** What the contract does not say of links: rates, factors of the caller, refusals, and hard projections. */
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import {
  adam,
  applyUpdates,
  chain,
  clip,
  conditionallyMask,
  conditionallyTransform,
  madgrad,
  multiSteps,
  type Optimizer,
  projectionSimplex,
  sam,
  scaleByAdam,
  scaleByLearningRate,
  scaleByMadgrad,
  scaleByRprop,
  sgd,
} from "../../mod.ts";

/** Returns the parameters after ten updates, the last five at a tenth of the rate. */
function path(opt: Optimizer): Float64Array {
  let params = { w: Float64Array.of(3, -2, 0.1) };
  let state = opt.init(params);
  for (let k = 0; k < 10; k++) {
    const grads = { w: params.w.map((v, i) => 2 * v + Math.sin(k + i)) };
    const [updates, next] = opt.update(grads, state, params, { learningRateScale: k < 5 ? 1 : 0.1 });
    [params, state] = [applyUpdates(params, updates), next];
  }
  return params.w;
}

Deno.test("a link and a rate make the rule, under the caller's factor too, which acts once", () => {
  const rate = (count: number) => 0.1 / (1 + count);
  const made = path(chain(scaleByAdam({ beta1: 0.8 }), scaleByLearningRate(rate)));
  path(adam({ beta1: 0.8, learningRate: rate })).forEach((w, i) => assertAlmostEquals(made[i]!, w, 1e-14));
});

Deno.test("scaleByMadgrad() sums at its own rate: the caller's factor acts on the step alone", () => {
  const link = chain(scaleByMadgrad({ learningRate: 0.3 }), scaleByLearningRate(1));
  const rule = madgrad({ learningRate: 0.3 });
  const params = { w: Float64Array.of(3, -2) };
  const grads = { w: Float64Array.of(1, 4) };
  const [whole] = rule.update(grads, rule.init(params), params);
  const [half] = link.update(grads, link.init(params), params, { learningRateScale: 0.5 });
  half.w.forEach((u, i) => assertAlmostEquals(u, whole.w[i]! / 2, 1e-15));
});

Deno.test("a link refuses what other links do, in its own name", () => {
  assertThrows(
    () => scaleByAdam({ learningRate: 0.1 } as never),
    RangeError,
    "scaleByAdam: unknown option 'learningRate'",
  );
  assertThrows(() => scaleByAdam({ weightDecay: 0.1 } as never), RangeError, "scaleByAdam: unknown option");
  assertThrows(() => scaleByAdam({ beta1: 1 }), RangeError, "beta1 must be in [0, 1), got 1");
  assertThrows(() => scaleByRprop({ maxStep: 1e-7 }), RangeError, "maxStep must be at least minStep");
});

Deno.test("multiSteps() refuses a value of its schedule, naming it and the updates done", () => {
  const opt = multiSteps(sgd(), { every: (count) => (count < 1 ? 2 : 1.5) });
  const params = { w: Float64Array.of(1) };
  let state = opt.init(params);
  const call = () => [, state] = opt.update(params, state, params);
  assertThrows(
    () => Array.from({ length: 4 }, call),
    RangeError,
    "multiSteps: every must be an integer of at least 1 at every step, its schedule returns 1.5 after 1 updates",
  );
});

Deno.test("conditionallyMask() counts only the updates that it lets through, for schedules and their report", () => {
  const inner = sgd({ learningRate: (count) => 2 ** -count });
  const opt = conditionallyMask(inner, { when: (count) => count % 3 === 2 });
  const params = { w: Float64Array.of(0) };
  let state = opt.init(params);
  const moved = Array.from({ length: 9 }, () => {
    const [updates, next] = opt.update({ w: Float64Array.of(1) }, state, params);
    state = next;
    return updates.w[0]! + 0;
  });
  assertEquals(moved, [0, 0, -1, 0, 0, -0.5, 0, 0, -0.25]);
  assertEquals([0, 2, 3, 5, 6].map((count) => opt.learningRate!(count)), [1, 1, 0.5, 0.5, 0.25]);
});

Deno.test("conditional rules refuse what they cannot leave out", () => {
  const when = () => true;
  assertThrows(
    () => conditionallyTransform(sgd() as never, { when }),
    TypeError,
    "takes a transform that acts at each call, not sgd: use conditionallyMask",
  );
  assertThrows(() => conditionallyMask(sam(sgd()), { when }), RangeError, "takes 2 gradients an update");
  assertThrows(() => conditionallyMask(clip(1), {} as never), RangeError, "needs the option 'when'");
});

/** Returns the projection onto the simplex of sum 1, by a sort. */
function bySort(x: Float64Array): Float64Array {
  let [sum, theta] = [0, 0];
  x.toSorted().reverse().forEach((v, j) => {
    sum += v;
    if (v * (j + 1) > sum - 1) theta = (sum - 1) / (j + 1);
  });
  return x.map((v) => Math.max(v - theta, 0));
}

Deno.test("projectionSimplex() finds the threshold of a sort where Newton's method takes most steps", () => {
  const many = (n: number, of: (i: number) => number) => Float64Array.from({ length: n }, (_, i) => of(i));
  for (
    const x of [
      many(1000, (i) => 2 ** (-i / 2)),
      many(1000, (i) => -(2 ** (i / 20))),
      many(257, (i) => 100 * Math.sin(i * i)),
      many(50, (i) => 1.9 ** i / 1e6),
      many(3, () => 0.2),
      Float64Array.of(5),
    ]
  ) {
    const opt = projectionSimplex();
    const params = { w: x };
    const [updates] = opt.update({ w: x.map(() => 0) }, opt.init(params), params);
    const got = applyUpdates(params, updates).w;
    const bound = 1e-15 * Math.max(1, ...x.map(Math.abs)) * x.length;
    bySort(x).forEach((v, i) =>
      assert(Math.abs(got[i]! - v) <= bound, `${x.length}: ${i}: ${got[i]} is not ${v}`)
    );
  }
});
