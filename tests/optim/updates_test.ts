import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { type Tensor, tensor } from "../../onnx/mod.ts";
import { type Optimizer, optimizer, type Updater } from "../../optim/optimizer.ts";
import { adam } from "../../optim/rules/adam.ts";
import { dog } from "../../optim/rules/dog.ts";
import { sgd } from "../../optim/rules/sgd.ts";
import { applyIfFinite } from "../../optim/transforms/apply_if_finite.ts";
import { averaged } from "../../optim/transforms/averaged.ts";
import { chain } from "../../optim/transforms/chain.ts";
import { clipByGlobalNorm } from "../../optim/transforms/clip.ts";
import { gradientNoise } from "../../optim/transforms/gradient_noise.ts";
import { injectHyperparams } from "../../optim/transforms/inject_hyperparams.ts";
import { lookahead } from "../../optim/transforms/lookahead.ts";
import { multiSteps } from "../../optim/transforms/multi_steps.ts";
import { partition } from "../../optim/nesting/partition.ts";
import { sam } from "../../optim/transforms/sam.ts";
import { scale, scaleByLearningRate } from "../../optim/transforms/scale.ts";
import { scheduleFree } from "../../optim/transforms/schedule_free.ts";
import { trace } from "../../optim/transforms/trace.ts";
import { addDecayedWeights, decoupledWeightDecay } from "../../optim/transforms/weight_decay.ts";
import * as paper from "./papers/updates.ts";
import { gradients, start } from "./problem.ts";
import { extras } from "./runs.ts";
import { TABLE } from "./table.ts";

const RATE = 0.1;
const RHO = 0.05;
const START: paper.Point = [0, 2, -1];
const plain = () => sgd({ learningRate: RATE });
const gradientAt: paper.Gradient = (w) => w.map((x, i) => (i + 1) * (x - 1));
const sharp = paper.sharp(gradientAt, { rho: RHO });

interface Ran {
  readonly w: number[];
  readonly average: number[];
  readonly count: number;
  readonly slots: Readonly<Record<string, Tensor>>;
}

/** Runs an optimizer for some calls with the gradient at its parameters, or with another gradient by the call from 0. */
function run(
  opt: Optimizer,
  calls: number,
  other: (call: number) => readonly number[] | null = () => null,
): Ran {
  let params = { w: Float64Array.from(START) };
  let state = opt.init(params);
  for (let k = 0; k < calls; k++) {
    const g = other(k) ?? gradientAt([...params.w]);
    [params, state] = opt.step({ w: Float64Array.from(g) }, state, params);
  }
  const average = [...opt.evaluationParams(params, state).w];
  return { w: [...params.w], average, count: state.count, slots: state.slots };
}

function assertNear(got: readonly number[], right: paper.Point): void {
  assertEquals(got.length, right.length);
  got.forEach((x, i) => assertAlmostEquals(x, right[i]!, 1e-13));
}

/** Returns the points after updates of sam around descent. */
const samPoints = (updates: number) => paper.points(paper.descent(sharp, RATE), START, updates);
const around = () => sam(plain(), { rho: RHO });

Deno.test("averaged() of sam() is the mean of its updated points", () => {
  assertNear(run(averaged(around()), 20).average, paper.meanOf(samPoints(10)));
  assertNear(run(averaged(around(), { start: 4 }), 20).average, paper.meanOf(samPoints(10).slice(3)));
  assertNear(
    run(averaged(around(), { decay: 0.8 }), 20).average,
    paper.emaOf(samPoints(10), START, 0.8),
  );
});

Deno.test("averaged() of sam() of three gradients counts its updates", () => {
  const three = paper.sharp(gradientAt, { rho: RHO, ascents: 2 });
  const all = paper.points(paper.descent(three, RATE), START, 7);
  const { w, average } = run(averaged(sam(plain(), { rho: RHO, gradients: 3 })), 21);
  assertNear(w, all.at(-1)!);
  assertNear(average, paper.meanOf(all));
});

Deno.test("lookahead() of sam() counts its updates", () => {
  for (const resetState of [false, true]) {
    const right = paper.lookahead(paper.descent(sharp, RATE), START, { updates: 13, period: 5, alpha: 0.4 });
    const { w, average } = run(lookahead(around(), { slowStepSize: 0.4, resetState }), 26);
    assertNear(w, right.fast);
    assertNear(average, right.slow);
  }
});

Deno.test("scheduleFree() of sam() averages its updates", () => {
  const right = paper.scheduleFree(sharp, START, { updates: 9, rate: RATE, beta: 0.9 });
  const { w, average } = run(scheduleFree(around()), 18);
  assertNear(w, right.y);
  assertNear(average, right.x);
});

Deno.test("applyIfFinite() leaves out a whole update of sam(), whichever of its gradients is not finite", () => {
  const all = samPoints(9);
  const nan = (...calls: number[]) => (k: number) => (calls.includes(k) ? [NaN, 0, 0] : null);
  for (const call of [4, 5]) {
    const left = run(applyIfFinite(around()), 20, nan(call));
    assertEquals([left.w, left.count], [run(around(), 18).w, 18]);
    assertNear(left.w, all[8]!);
    // Directly after it the parameters are those before it.
    assertNear(run(applyIfFinite(around()), 6, nan(call)).w, all[1]!);
    assertEquals(left.slots.allFailures!.data[0], 1);
  }
  assertNear(run(applyIfFinite(around()), 20, nan(0, 1, 9)).w, all[7]!);
  const three = () => sam(plain(), { rho: RHO, gradients: 3 });
  for (const call of [3, 4, 5]) {
    assertEquals(run(applyIfFinite(three()), 12, nan(call)).w, run(three(), 9).w);
  }
});

Deno.test("applyIfFinite() around sam() lets updates through after the maximum number of failures", () => {
  const bad = () => [NaN, 0, 0];
  assertEquals(run(applyIfFinite(around(), { maxConsecutive: 2 }), 4, bad).w, [...START]);
  assert(run(applyIfFinite(around(), { maxConsecutive: 2 }), 6, bad).w.some(Number.isNaN));
});

Deno.test("sam() around applyIfFinite() leaves out only the descent", () => {
  const inner = sam(applyIfFinite(plain()), { rho: RHO });
  assertNear(run(inner, 4, (k) => (k === 3 ? [NaN, 0, 0] : null)).w, samPoints(1)[0]!);
});

Deno.test("partition() of sam() and another rule makes one update of each per batch", () => {
  const [a, b] = [Float64Array.of(0), Float64Array.of(0)];
  const opt = partition({ a: sam(plain()), b: adam({ learningRate: RATE }) }, (name) => name);
  let params = { a, b };
  let state = opt.init(params);
  const alone = adam({ learningRate: RATE });
  let other = { b };
  let own = alone.init(other);
  for (let k = 0; k < 6; k++) {
    const g = { a: Float64Array.of(1), b: Float64Array.of(Math.sin(k)) };
    [params, state] = opt.step(g, state, params);
    // The second gradient of a batch is the one at the ascended point.
    if (k % 2 === 1) [other, own] = alone.step({ b: g.b }, own, other);
  }
  assertEquals(params.b, other.b);
  assertAlmostEquals(params.a[0]!, -0.3, 1e-15);
});

Deno.test("partition() refuses groups of different numbers of gradients", () => {
  assertThrows(
    () => partition({ a: sam(plain()), b: sam(plain(), { gradients: 3 }) }, () => "a"),
    RangeError,
    "partition: all groups with several gradients per update must take the same number, got 2, 3",
  );
});

Deno.test("chain() acts after sam() once per update, at the parameters before it", () => {
  const decay = chain(around(), decoupledWeightDecay({ weightDecay: (count) => 1 / (50 + count) }));
  let w = START;
  for (let t = 0; t < 7; t++) w = paper.along(paper.along(w, sharp(w), -RATE), w, -1 / (50 + t));
  assertNear(run(decay, 14).w, w);
  const scaled = chain(sam(sgd({ learningRate: 1 }), { rho: RHO }), scale(RATE));
  assertNear(run(scaled, 14).w, samPoints(7).at(-1)!);
});

Deno.test("chain() before sam() keeps only the last gradient of a batch in its state", () => {
  const opt = chain(
    addDecayedWeights({ weightDecay: (count) => 0.1 / (1 + count) }),
    trace({ decay: 0.9 }),
    sam(plain(), { rho: RHO }),
  );
  let [w, b] = [START, START.map(() => 0)];
  for (let t = 0; t < 6; t++) {
    const through = (at: paper.Point) => paper.along(paper.along(gradientAt(at), at, 0.1 / (1 + t)), b, 0.9);
    const up = through(w);
    b = [...through(paper.along(w, up, RHO / Math.hypot(...up)))];
    w = paper.along(w, b, -RATE);
  }
  assertNear(run(opt, 12).w, w);
});

Deno.test("chain() refuses rules that cannot share their gradients", () => {
  assertThrows(
    () => chain(sam(plain()), sam(plain())),
    RangeError,
    "chain takes at most one rule of several gradients per update, such as sam, got more",
  );
  assertThrows(() => chain(multiSteps(scale(1), { every: 2 }), sam(plain())), RangeError, "around the chain");
});

Deno.test("multiSteps() around sam() gathers each batch's ascended gradient, like sam() around multiSteps()", () => {
  const batches = [[1, 0, -1], [0.5, 2, 0], [0, 0, 3], [2, 1, 1]];
  // The gradient of a batch is that of the function, shifted.
  const feed = (opt: Optimizer) => {
    let params = { w: Float64Array.from(START) };
    let state = opt.init(params);
    for (let k = 0; k < 16; k++) {
      const shift = batches[Math.floor(k / 2) % 4]!;
      const g = Float64Array.from(gradientAt([...params.w]), (x, i) => x + shift[i]!);
      [params, state] = opt.step({ w: g }, state, params);
    }
    return [...params.w];
  };
  let w = START;
  for (let update = 0; update < 4; update++) {
    const own = [0, 1].map((k) => batches[(2 * update + k) % 4]!)
      .map((shift) => paper.sharp((at) => paper.along(gradientAt(at), shift, 1), { rho: RHO })(w));
    w = paper.along(w, paper.meanOf(own), -RATE);
  }
  assertNear(feed(multiSteps(around(), { every: 2 })), w);
  assertNear(feed(sam(multiSteps(plain(), { every: 2 }), { rho: RHO })), w);
});

Deno.test("rules that undo single calls refuse a rule whose updates are left out as a whole", () => {
  for (const outer of [(o: Optimizer) => multiSteps(o, { every: 2 }), applyIfFinite]) {
    assertThrows(
      () => outer(applyIfFinite(around())).init({ w: Float64Array.of(0) }),
      RangeError,
      "make that rule the outermost",
    );
  }
});

Deno.test("injectHyperparams() around sam() and applyIfFinite() keeps the rate of the last update", () => {
  const halving = (count: number) => 0.5 ** count;
  const rate = (opt: Optimizer, calls: number, bad: readonly number[] = []) =>
    run(injectHyperparams(opt), calls, (k) => (bad.includes(k) ? [NaN, 0, 0] : null)).slots.learningRate!
      .data[0];
  const inner = () => sgd({ learningRate: halving });
  assertEquals([2, 3, 4, 5].map((n) => rate(sam(inner()), n)), [1, 1, 0.5, 0.5]);
  assertEquals([1, 2, 3, 4].map((n) => rate(applyIfFinite(inner()), n, [1, 2])), [1, 1, 1, 0.5]);
});

for (const [name, { make }] of Object.entries(TABLE)) {
  const opt = applyIfFinite(make());
  const each = make().rule.gradientsPerUpdate ?? 1;
  Deno.test(`applyIfFinite() around ${name} leaves no trace of left-out updates`, () => {
    const kept = Array.from({ length: 8 }, (_, k) => k);
    // For a rule of two gradients, both of a batch: the 1st, 4th and 5th updates.
    const bad = [-1, 2, 3].map((k) => k * each);
    const inputs = (k: number) => extras("float64", k);
    const follow = (o: Updater, spoilt: boolean) => {
      let params = start("float64");
      let state = o.init(params);
      for (const k of kept) {
        if (spoilt && bad.includes(k - (k % each) - each)) {
          for (let call = 0; k % each === 0 && call < each; call++) {
            const grads = { ...gradients("float64", 99), scalar: tensor(Float64Array.of(NaN), []) };
            [params, state] = o.step(grads, state, params, inputs(99));
          }
        }
        [params, state] = o.step(gradients("float64", k), state, params, inputs(k));
      }
      return { params, state, average: o.evaluationParams(params, state) };
    };
    // A rule's position names its streams of random numbers, so such a rule is compared with itself.
    const noisy = name === "gradientNoise()";
    const [right, got] = [follow(noisy ? opt : make(), false), follow(opt, true)];
    if (noisy) return assertEquals(got.params, right.params);
    assertEquals(got.params, right.params);
    assertEquals(got.average, right.average);
    // The rule around counts the updates that the rule inside leaves out.
    if (!name.startsWith("skipLargeUpdates()")) assertEquals(got.state.count, right.state.count);
    const inner = Object.entries(got.state.slots).filter(([n]) => n.startsWith("inner."));
    assertEquals(Object.fromEntries(inner.map(([n, t]) => [n.slice(6), t])), right.state.slots);
  });
}

for (
  const [name, wrap] of Object.entries<(o: Optimizer) => Optimizer>({
    averaged: (o) => averaged(o),
    "averaged from update 3": (o) => averaged(o, { start: 3, decay: 0.7 }),
    lookahead: (o) => lookahead(o, { syncPeriod: 3 }),
    "lookahead that starts anew": (o) => lookahead(o, { syncPeriod: 3, resetState: true }),
    scheduleFree: (o) => scheduleFree(o),
    "chain with a schedule behind": (o) =>
      chain(
        clipByGlobalNorm(9),
        o,
        decoupledWeightDecay({ weightDecay: (t) => 0.1 / (1 + t) }),
        trace({ decay: 0.5 }),
      ),
    partition: (o) => partition({ all: o }, () => "all"),
    injectHyperparams: (o) => injectHyperparams(o),
  })
) {
  const rate = (count: number) => 0.1 / (1 + count);
  const inner = () => adam({ learningRate: rate });
  const constant = () => adam({ learningRate: 0.05 });

  Deno.test(`${name} around applyIfFinite() counts only the updates that are made`, () => {
    const left = run(wrap(applyIfFinite(inner())), 12, (k) => [0, 3, 4].includes(k) ? [NaN, 0, 0] : null);
    const right = run(wrap(inner()), 9);
    assertNear(left.w, right.w);
    assertNear(left.average, right.average);
  });

  Deno.test(`${name} around multiSteps() counts its updates`, () => {
    const gathered = run(wrap(multiSteps(constant(), { every: 3 })), 27);
    const right = run(wrap(constant()), 9);
    assertNear(gathered.w, right.w);
    assertNear(gathered.average, right.average);
  });
}

Deno.test("multiSteps() in applyIfFinite() waits for another gradient instead of one that is not finite", () => {
  const feed = (opt: Optimizer, gs: readonly number[]) => {
    let params = { w: Float64Array.of(0) };
    let state = opt.init(params);
    for (const g of gs) [params, state] = opt.step({ w: Float64Array.of(g) }, state, params);
    return params.w[0]!;
  };
  const opt = () => applyIfFinite(multiSteps(plain(), { every: 4 }));
  assertEquals(feed(opt(), [1, NaN, 3, 5]), 0);
  assertAlmostEquals(feed(opt(), [1, NaN, 3, 5, 7]), -RATE * 4, 1e-15);
  const summed = applyIfFinite(multiSteps(plain(), { every: 4, sum: true }));
  assertAlmostEquals(feed(summed, [1, 1, 1, NaN, 1, 1, 1, 1]), -0.4, 1e-15);
  assertAlmostEquals(feed(summed, [NaN, 1, Infinity, 1, 1, 1]), -0.4, 1e-15);
});

Deno.test("multiSteps() weights gradients by their numbers of examples", () => {
  const opt = multiSteps(sgd({ learningRate: 1 }), { every: 3 });
  let params = { w: Float64Array.of(0) };
  let state = opt.init(params);
  const batches = [[4, 1], [4, 3], [1, 10], [2, -1], [2, 0], [4, 5]] as const;
  for (const [examples, g] of batches) {
    [params, state] = opt.step({ w: Float64Array.of(g) }, state, params, { examples });
  }
  assertAlmostEquals(params.w[0]!, -(4 * 1 + 4 * 3 + 10) / 9 - (-2 + 20) / 8, 1e-14);
  // Without examples all weights are equal.
  const [updates] = multiSteps(plain(), { every: 1 }).update(
    { w: Float64Array.of(3) },
    multiSteps(plain(), { every: 1 }).init(params),
    params,
  );
  assertAlmostEquals(updates.w[0]!, -0.3, 1e-15);
});

Deno.test("dog() takes its first step when the first gradient is left out", () => {
  const opt = applyIfFinite(dog({ firstStep: { learningRate: 0.1 } }));
  const moved = run(opt, 3, (k) => (k === 0 ? [NaN, 0, 0] : null));
  assertEquals(moved.w, run(dog({ firstStep: { learningRate: 0.1 } }), 2).w);
  assert(moved.w.some((x, i) => x !== START[i]));
});

Deno.test("gradientNoise() in applyIfFinite() draws the same numbers again after a left-out update", () => {
  const noisy = () => chain(gradientNoise({ seed: 3 }), plain());
  const left = run(applyIfFinite(noisy()), 6, (k) => (k === 2 ? [0, 0, Infinity] : null));
  assertEquals(left.w.length, 3);
  // A rule's position names its streams, so the inner rule is compared with itself, without failures.
  assertEquals(left.w, run(applyIfFinite(noisy()), 5).w);
});

Deno.test("a user-defined rule counts by a clock, and says which calls end an update", () => {
  // Descends at every second call with a positive gradient, so no count of calls could say when.
  const opt = optimizer({
    name: "positive",
    learningRate: (count) => 1 / (1 + count),
    rule: {
      waits: true,
      counter: "seen",
      slots: () => ({ seen: { shape: [], init: 0, clock: { back: 0 } } }),
      update({ grads, at }) {
        const g = grads.w!;
        const positive = {
          op: "greater" as const,
          args: [g, { op: "constant" as const, value: 0, shape: [] }],
          shape: [1],
        };
        const end = { op: "sum" as const, args: [positive] as const, axes: null, shape: [] };
        const rate = at("rate", (s) => -s.learningRate, "seen");
        const step = { op: "mul" as const, args: [rate, end], shape: [] };
        return {
          updates: { w: { op: "mul", args: [step, g], shape: [1] } },
          state: {},
          clocks: { seen: end },
          ends: { w: end },
        };
      },
    },
  });
  let params = { w: Float64Array.of(0) };
  let state = opt.init(params);
  for (const g of [-1, 1, -5, -5, 1]) [params, state] = opt.step({ w: Float64Array.of(g) }, state, params);
  assertEquals([params.w[0], state.count], [-1 - 1 / 2, 2]);
  const mean = averaged(opt);
  let of = mean.init({ w: Float64Array.of(0) });
  let w = { w: Float64Array.of(0) };
  for (const g of [-1, 1, -5, -5, 1]) [w, of] = mean.step({ w: Float64Array.of(g) }, of, w);
  assertEquals(mean.evaluationParams(w, of).w[0], (-1 - 1.5) / 2);
});

Deno.test("scaleByLearningRate() after multiSteps() counts its updates", () => {
  const gathering = chain(
    multiSteps(scale(1), { every: 2 }),
    scaleByLearningRate((count) => 1 / (1 + count)),
  );
  let params = { w: Float64Array.of(0) };
  let state = gathering.init(params);
  for (const g of [1, 3, 2, 2, 6, 0]) {
    [params, state] = gathering.step({ w: Float64Array.of(g) }, state, params);
  }
  assertAlmostEquals(params.w[0]!, -(2 + 2 / 2 + 3 / 3), 1e-15);
});
