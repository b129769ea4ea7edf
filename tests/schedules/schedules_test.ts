import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import fc from "../deps/fast_check.ts";
import { constantSchedule } from "../../schedules/constant.ts";
import { cosineDecay } from "../../schedules/cosine_decay.ts";
import { exponentialDecay } from "../../schedules/exponential_decay.ts";
import { inverseSqrtDecay } from "../../schedules/inverse_sqrt_decay.ts";
import { inverseTimeDecay } from "../../schedules/inverse_time_decay.ts";
import { joinSchedules } from "../../schedules/join.ts";
import { linearSchedule } from "../../schedules/linear.ts";
import { multiStepDecay } from "../../schedules/multi_step_decay.ts";
import { noam } from "../../schedules/noam.ts";
import { piecewiseConstant } from "../../schedules/piecewise_constant.ts";
import { polynomialDecay } from "../../schedules/polynomial_decay.ts";
import type { Schedule } from "../../schedules/schedule.ts";
import { stepDecay } from "../../schedules/step_decay.ts";
import { warmUp } from "../../schedules/warm_up.ts";

/** Asserts that `schedule` is near `values` at steps 0, 1, 2, … */
function assertValues(schedule: Schedule, values: readonly number[]): void {
  values.forEach((v, t) => assertAlmostEquals(schedule(t), v, 1e-15 * Math.max(1, Math.abs(v))));
}

/** Returns values by recurrence: `next(value, t)` gives the value at `t` from the one at `t - 1`. */
function recur(first: number, n: number, next: (value: number, t: number) => number): number[] {
  const values = [first];
  for (let t = 1; t < n; t++) values.push(next(values[t - 1] ?? NaN, t));
  return values;
}

Deno.test("constantSchedule() keeps its value at every step", () => {
  fc.assert(fc.property(fc.nat(), (t) => assertEquals(constantSchedule(0.3)(t), 0.3)));
});

Deno.test("stepDecay() multiplies by the factor every few steps, like PyTorch's recurrence", () => {
  const wanted = recur(0.5, 40, (v, t) => (t % 7 === 0 ? v * 0.3 : v));
  assertValues(stepDecay({ initial: 0.5, every: 7, factor: 0.3 }), wanted);
  assertValues(stepDecay({ initial: 1, every: 2 }), [1, 1, 0.1, 0.1, 0.01]);
});

Deno.test("multiStepDecay() multiplies by the factor at each milestone, like PyTorch's recurrence", () => {
  const milestones = [3, 4, 9];
  const wanted = recur(2, 15, (v, t) => (milestones.includes(t) ? v * 0.25 : v));
  assertValues(multiStepDecay({ initial: 2, milestones, factor: 0.25 }), wanted);
  assertValues(multiStepDecay({ initial: 1, milestones: [] }), [1, 1]);
});

Deno.test("multiStepDecay() keeps its own copy of the milestones", () => {
  const milestones = [1];
  const schedule = multiStepDecay({ initial: 1, milestones });
  milestones[0] = 100;
  assertEquals(schedule(1), 0.1);
});

Deno.test("exponentialDecay() multiplies by the factor each step, like PyTorch's recurrence", () => {
  assertValues(exponentialDecay({ initial: 0.1, factor: 0.9 }), recur(0.1, 50, (v) => v * 0.9));
});

Deno.test("exponentialDecay() equals stepDecay() at multiples of every, and is below it in between", () => {
  const [smooth, steps] = [exponentialDecay, stepDecay].map((f) => f({ initial: 1, factor: 0.5, every: 8 }));
  assert(smooth !== undefined && steps !== undefined);
  for (let t = 0; t <= 64; t++) {
    if (t % 8 === 0) assertAlmostEquals(smooth(t), steps(t), 1e-15);
    else assert(smooth(t) < steps(t));
  }
});

Deno.test("inverseSqrtDecay() is alpha / sqrt(t) from t = 1, or slower by its scale", () => {
  assertValues(
    inverseSqrtDecay({ initial: 0.5 }),
    Array.from({ length: 30 }, (_, i) => 0.5 / Math.sqrt(i + 1)),
  );
  assertAlmostEquals(inverseSqrtDecay({ initial: 3, scale: 100 })(300), 1.5, 1e-15);
});

Deno.test("inverseTimeDecay() adds rate / initial to the reciprocal at each step", () => {
  const wanted = recur(0.2, 30, (v) => 1 / (1 / v + 0.7 / 0.2));
  assertValues(inverseTimeDecay({ initial: 0.2, rate: 0.7 }), wanted);
  assertAlmostEquals(inverseTimeDecay({ initial: 1, rate: 3, every: 10 })(10), 0.25, 1e-15);
});

Deno.test("linearSchedule() rises or falls by the same amount each step and then stays", () => {
  assertValues(linearSchedule({ initial: 1, steps: 4 }), [1, 0.75, 0.5, 0.25, 0, 0]);
  assertValues(linearSchedule({ initial: 0, final: 1, steps: 5 }), [0, 0.2, 0.4, 0.6, 0.8, 1, 1]);
});

Deno.test("polynomialDecay() follows PyTorch's recurrence while it falls", () => {
  const [steps, power] = [10, 2.5];
  // PolynomialLR: v *= ((1 - t/T) / (1 - (t-1)/T))^power.
  const wanted = recur(0.3, steps + 1, (v, t) => v * ((1 - t / steps) / (1 - (t - 1) / steps)) ** power);
  assertValues(polynomialDecay({ initial: 0.3, steps, power }), wanted);
  assertValues(polynomialDecay({ initial: 3, final: 1, steps: 2, power: 2 }), [3, 1.5, 1, 1]);
});

Deno.test("cosineDecay() follows PyTorch's recurrence until steps and then stays", () => {
  const [steps, low] = [12, 0.01];
  // CosineAnnealingLR, the chainable form: (v - low) (1 + cos(pi t/T)) / (1 + cos(pi (t-1)/T)) + low.
  const wave = (t: number) => 1 + Math.cos(Math.PI * t / steps);
  const wanted = recur(0.4, steps + 1, (v, t) => (v - low) * wave(t) / wave(t - 1) + low);
  const schedule = cosineDecay({ initial: 0.4, final: low, steps });
  assertValues(schedule, wanted);
  assertEquals(schedule(steps + 5), low);
  assertAlmostEquals(schedule(steps / 2), (0.4 + low) / 2, 1e-16);
});

Deno.test("warmUp() rises in a straight line to the schedule, which then begins at its step 0", () => {
  const inner = stepDecay({ initial: 8, every: 2, factor: 0.5 });
  assertValues(warmUp(inner, { steps: 4 }), [0, 2, 4, 6, 8, 8, 4, 4, 2]);
  assertValues(warmUp(inner, { steps: 2, from: 0.5 }), [4, 6, 8, 8, 4]);
});

Deno.test("noam() gives the transformer's rate: equation 3 with steps from 1, with its peak at the end of the warm-up", () => {
  const schedule = noam({ width: 64, warmUpSteps: 10, scale: 2 });
  const wanted = Array.from(
    { length: 40 },
    (_, i) => 2 * 64 ** -0.5 * Math.min((i + 1) ** -0.5, (i + 1) * 10 ** -1.5),
  );
  assertValues(schedule, wanted);
  assertEquals(Math.max(...wanted.map((_, t) => schedule(t))), schedule(9));
});

Deno.test("piecewiseConstant() takes the next value at its boundary", () => {
  assertValues(piecewiseConstant({ boundaries: [2, 3], values: [1, 5, 2] }), [1, 1, 5, 2, 2]);
  assertValues(piecewiseConstant({ boundaries: [], values: [4] }), [4, 4]);
});

Deno.test("joinSchedules() starts each schedule at its own step 0", () => {
  const rising = linearSchedule({ initial: 0, final: 2, steps: 2 });
  const falling = stepDecay({ initial: 2, every: 1, factor: 0.5 });
  assertValues(joinSchedules([rising, falling, rising], { boundaries: [2, 4] }), [0, 1, 2, 1, 0, 1, 2]);
});

Deno.test("joinSchedules() of a straight line and a schedule equals warmUp()", () => {
  const inner = cosineDecay({ initial: 0.7, steps: 20 });
  const joined = joinSchedules([linearSchedule({ initial: 0, final: 0.7, steps: 5 }), inner], {
    boundaries: [5],
  });
  for (let t = 0; t < 30; t++) assertAlmostEquals(warmUp(inner, { steps: 5 })(t), joined(t), 1e-15);
});

const rate = fc.double({ min: 1e-6, max: 10, noNaN: true });
const count = fc.integer({ min: 1, max: 500 });
const share = fc.double({ min: 0.01, max: 1, noNaN: true });
const decays: Readonly<Record<string, fc.Arbitrary<{ schedule: Schedule; initial: number; final: number }>>> =
  {
    stepDecay: fc.tuple(rate, count, share).map(([initial, every, factor]) => ({
      schedule: stepDecay({ initial, every, factor }),
      initial,
      final: 0,
    })),
    exponentialDecay: fc.tuple(rate, count, share).map(([initial, every, factor]) => ({
      schedule: exponentialDecay({ initial, every, factor }),
      initial,
      final: 0,
    })),
    inverseSqrtDecay: fc.tuple(rate, count).map(([initial, scale]) => ({
      schedule: inverseSqrtDecay({ initial, scale }),
      initial,
      final: 0,
    })),
    inverseTimeDecay: fc.tuple(rate, share, count).map(([initial, r, every]) => ({
      schedule: inverseTimeDecay({ initial, rate: r, every }),
      initial,
      final: 0,
    })),
    polynomialDecay: fc.tuple(rate, count, rate, share).map(([initial, steps, power, s]) => ({
      schedule: polynomialDecay({ initial, steps, power, final: s * initial }),
      initial,
      final: s * initial,
    })),
    cosineDecay: fc.tuple(rate, count, share).map(([initial, steps, s]) => ({
      schedule: cosineDecay({ initial, steps, final: s * initial }),
      initial,
      final: s * initial,
    })),
  };

for (const [name, arbitrary] of Object.entries(decays)) {
  Deno.test(`${name}() begins at initial, never rises and never falls below final`, () => {
    fc.assert(fc.property(arbitrary, fc.array(fc.nat(1000)), ({ schedule, initial, final }, steps) => {
      assertAlmostEquals(schedule(0), initial, 1e-14 * initial);
      const values = steps.toSorted((a, b) => a - b).map(schedule);
      values.forEach((v, i) => assert(v <= (values[i - 1] ?? Infinity) * (1 + 1e-14), `${values}`));
      assert(values.every((v) => v >= final * (1 - 1e-14) && v >= 0), `${values} below ${final}`);
    }));
  });
}

Deno.test("linearSchedule(), polynomialDecay() and cosineDecay() do not jump at their end", () => {
  const make = [linearSchedule, polynomialDecay, cosineDecay];
  fc.assert(fc.property(rate, rate, count, fc.constantFrom(...make), (initial, final, steps, f) => {
    const schedule = f({ initial, final, steps });
    assertAlmostEquals(schedule(steps - 1e-9), schedule(steps), 1e-7);
    assertAlmostEquals(schedule(steps), final, 1e-14);
    assertEquals(schedule(steps), schedule(steps + 1));
  }));
});

Deno.test("warmUp() does not jump at the schedule's start", () => {
  fc.assert(fc.property(rate, count, share, (initial, steps, from) => {
    const schedule = warmUp(cosineDecay({ initial, steps: 10 }), { steps, from });
    assertAlmostEquals(schedule(steps - 1e-9), schedule(steps), 1e-7);
    assertAlmostEquals(schedule(0), from * initial, 1e-14);
  }));
});

const refusals: readonly [string, () => Schedule, string][] = [
  ["constantSchedule", () => constantSchedule(-1), "value must be a finite number of at least 0, got -1"],
  [
    "stepDecay",
    () => stepDecay({ initial: NaN, every: 1 }),
    "initial must be a finite number of at least 0, got NaN",
  ],
  ["stepDecay", () => stepDecay({ initial: 1, every: 0 }), "every must be an integer of at least 1, got 0"],
  ["stepDecay", () => stepDecay({ initial: 1, every: 1, factor: 1.5 }), "factor must be in (0, 1], got 1.5"],
  [
    "multiStepDecay",
    () => multiStepDecay({ initial: 1, milestones: [5, 5] }),
    "milestones[1] must be above milestones[0] = 5, got 5",
  ],
  [
    "multiStepDecay",
    () => multiStepDecay({ initial: 1, milestones: [0] }),
    "milestones[0] must be an integer of at least 1, got 0",
  ],
  ["exponentialDecay", () => exponentialDecay({ initial: 1, factor: 0 }), "factor must be in (0, 1], got 0"],
  [
    "exponentialDecay",
    () => exponentialDecay({ initial: 1, factor: 1, every: 0 }),
    "every must be a finite number above 0",
  ],
  [
    "inverseSqrtDecay",
    () => inverseSqrtDecay({ initial: 1, scale: -2 }),
    "scale must be a finite number above 0, got -2",
  ],
  [
    "inverseTimeDecay",
    () => inverseTimeDecay({ initial: 1, rate: -1 }),
    "rate must be a finite number of at least 0",
  ],
  [
    "polynomialDecay",
    () => polynomialDecay({ initial: 1, steps: 2, power: 0 }),
    "power must be a finite number above 0",
  ],
  [
    "linearSchedule",
    () => linearSchedule({ initial: 1, steps: 1.5 }),
    "steps must be an integer of at least 1, got 1.5",
  ],
  [
    "cosineDecay",
    () => cosineDecay({ initial: 1, steps: 3, final: Infinity }),
    "final must be a finite number",
  ],
  ["warmUp", () => warmUp((t) => t, { steps: 3, from: 2 }), "from must be in [0, 1], got 2"],
  ["noam", () => noam({ width: 0 }), "width must be an integer of at least 1, got 0"],
  [
    "piecewiseConstant",
    () => piecewiseConstant({ boundaries: [1], values: [1] }),
    "values must hold 2 numbers",
  ],
  ["piecewiseConstant", () => piecewiseConstant({ boundaries: [], values: [-1] }), "values[0] must be"],
  ["joinSchedules", () => joinSchedules([], { boundaries: [] }), "schedules must hold 1 schedules"],
];

for (const [name, make, message] of refusals) {
  Deno.test(`${name}() refuses with "${message}"`, () => {
    assertThrows(make, RangeError, message);
  });
}
