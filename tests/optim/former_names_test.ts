import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  adam,
  adaptiveGradClip,
  chainSchedules,
  clip,
  constantSchedule,
  freeze,
  gradientNoise,
  type Labeled,
  type Labelled,
  masked,
  partition,
  sgd,
  stepDecay,
  switchCriterion,
  type Updater,
} from "../../mod.ts";
import { storedSwitchState, switchStateOf } from "../../schedules/mod.ts";

/** Makes three updates from fixed gradients. */
function trajectory(opt: Updater): unknown {
  let params = { w: Float64Array.of(1, -2), bias: Float64Array.of(0.5) };
  let state = opt.init(params);
  for (let t = 1; t <= 3; t++) {
    [params, state] = opt.step({ w: Float64Array.of(3, -t), bias: Float64Array.of(t) }, state, params);
  }
  return [opt.name, params, state.slots];
}

const isBias = (name: string) => name === "bias";
const label = (name: string, { shape }: Labeled) => (name === "bias" || shape.length > 1 ? "fast" : "slow");
const groups = () => ({ fast: sgd({ learningRate: 0.1 }), slow: adam({ learningRate: 0.2 }) });

// Of each pair the first is as in 0.1.0.
const PAIRS: Readonly<Record<string, () => readonly [Updater, Updater]>> = {
  freeze: () => [freeze(sgd(), isBias), freeze(sgd(), { frozen: isBias })],
  masked: () => [masked(clip(1), isBias), masked(clip(1), { mask: isBias })],
  partition: () => [
    partition(groups(), label, { name: "two" }),
    partition(groups(), { label, name: "two" }),
  ],
  adaptiveGradClip: () => [
    adaptiveGradClip({ limit: 0.1, epsilon: 0.01 }),
    adaptiveGradClip(0.1, { epsilon: 0.01 }),
  ],
  gradientNoise: () => [
    gradientNoise({ eta: 0.3, gamma: 0.9, seed: 5 }),
    gradientNoise({ variance: 0.3, decay: 0.9, seed: 5 }),
  ],
};
for (const [name, make] of Object.entries(PAIRS)) {
  Deno.test(`${name}() takes its arguments as in 0.1.0, too`, () => {
    const [former, now] = make().map(trajectory);
    assertEquals(former, now);
  });
}

Deno.test("the arguments matter: different ones give different updates", () => {
  const others = [
    freeze(sgd(), { frozen: (name) => name === "w" }),
    masked(clip(1), { mask: (name) => name === "w" }),
    partition(groups(), { label: () => "slow", mayBeEmpty: ["fast"], name: "two" }),
    adaptiveGradClip(0.2, { epsilon: 0.01 }),
    gradientNoise({ variance: 0.3, decay: 0.8, seed: 5 }),
  ];
  Object.values(PAIRS).forEach((make, i) => {
    assert(JSON.stringify(trajectory(make()[1])) !== JSON.stringify(trajectory(others[i]!)), String(i));
  });
});

Deno.test("gradientNoise() refuses an option under both of its names", () => {
  assertThrows(
    () => gradientNoise({ variance: 1, eta: 1 }),
    RangeError,
    "gradientNoise: eta is the former name of variance: give variance alone",
  );
});

Deno.test("chainSchedules() takes a list as in 0.1.0, too", () => {
  const parts = [stepDecay({ initial: 8, every: 2, factor: 0.5 }), constantSchedule(0.25)];
  const [former, now] = [chainSchedules(parts), chainSchedules(...parts)];
  assertEquals([0, 1, 2, 5].map(former), [2, 2, 1, 0.5]);
  assertEquals([0, 1, 2, 5].map(now), [2, 2, 1, 0.5]);
});

Deno.test("states of the switch criterion are read and stored under the names of 0.1.0", () => {
  const criterion = switchCriterion({ beta2: 0.5 });
  const state = criterion.update(criterion.init(), { k: 1, pp: 4, pg: -2 });
  assertEquals([state.lambda, state.Lambda, state.gamma], [1, 2, 2]);
  const stored = JSON.stringify(storedSwitchState(state));
  assertEquals(stored, '{"fired":false,"firedAt":null,"lambda":1,"Lambda":2,"gamma":2}');
  // A copy, as a criterion of one's own makes it, may change a value under its former name.
  assertEquals(switchStateOf({ ...state, Lambda: 0.5 }).learningRate, 0.5);
  const next = (from: typeof state) => criterion.update(from, { k: 2, pp: 6, pg: -2 });
  assertEquals(next(switchStateOf(JSON.parse(stored))), next(state));
});

Deno.test("the former spelling of Labeled names the same type", () => {
  const former: Labelled = { shape: [2] };
  const now: Labeled = former;
  assertEquals(now.shape, [2]);
});
