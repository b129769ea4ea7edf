import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import fc from "../deps/fast_check.ts";
import { chainSchedules } from "../../schedules/chain.ts";
import { cosineDecay } from "../../schedules/cosine_decay.ts";
import { exponentialDecay } from "../../schedules/exponential_decay.ts";
import { joinSchedules } from "../../schedules/join.ts";
import { constantSchedule } from "../../schedules/constant.ts";
import { linearSchedule } from "../../schedules/linear.ts";
import { piecewiseInterpolated } from "../../schedules/piecewise_interpolated.ts";
import { rex } from "../../schedules/rex.ts";
import { stepDecay } from "../../schedules/step_decay.ts";
import { warmUpStableDecay } from "../../schedules/warm_up_stable_decay.ts";

const rate = fc.double({ min: 1e-3, max: 10, noNaN: true });
const count = fc.integer({ min: 1, max: 200 });

Deno.test("piecewiseInterpolated() has each value at its boundary, and is between neighbors elsewhere", () => {
  const gaps = fc.array(fc.tuple(count, rate), { minLength: 1, maxLength: 5 });
  fc.assert(fc.property(rate, gaps, fc.constantFrom("linear", "cosine"), (first, rows, interpolation) => {
    let at = 0;
    const boundaries = rows.map(([gap]) => (at += gap));
    const values = [first, ...rows.map(([, value]) => value)];
    const schedule = piecewiseInterpolated({ boundaries, values, interpolation });
    [0, ...boundaries].forEach((b, i) => assertAlmostEquals(schedule(b), values[i]!, 1e-14 * values[i]!));
    [0, ...boundaries].forEach((b, i) => {
      const [x, y] = [values[i]!, values[i + 1] ?? values[i]!];
      const middle = schedule(b + ((boundaries[i] ?? b) - b) / 2);
      assertAlmostEquals(middle, (x + y) / 2, 1e-13 * (x + y));
    });
    assertEquals(schedule(at + 1000), values.at(-1));
  }));
});

Deno.test("piecewiseInterpolated() keeps its own copy of its arguments", () => {
  const values = [0, 1];
  const schedule = piecewiseInterpolated({ boundaries: [2], values });
  values[1] = 100;
  assertEquals(schedule(1), 0.5);
});

Deno.test("warmUpStableDecay() is a straight line, a constant and a decay joined", () => {
  fc.assert(fc.property(rate, rate, count, count, count, (peak, final, warm, stable, decay) => {
    const options = { peak, final, initial: final / 2, warmUp: warm, stable, decay };
    const rise = linearSchedule({ initial: final / 2, final: peak, steps: warm });
    const falls = {
      linear: linearSchedule({ initial: peak, final, steps: decay }),
      cosine: cosineDecay({ initial: peak, final, steps: decay }),
      sqrt: (t: number) => peak + (final - peak) * Math.sqrt(Math.min(t / decay, 1)),
    };
    for (const [shape, fall] of Object.entries(falls) as ["linear", (t: number) => number][]) {
      const schedule = warmUpStableDecay({ ...options, shape });
      const joined = joinSchedules([rise, constantSchedule(peak), fall], {
        boundaries: [warm, warm + stable],
      });
      for (let t = 0; t <= warm + stable + decay + 2; t++) {
        assertAlmostEquals(schedule(t), joined(t), 1e-13 * Math.max(peak, final), `${shape} at ${t}`);
      }
    }
  }));
});

Deno.test("warmUpStableDecay() may leave out its warm-up and its plateau", () => {
  const schedule = warmUpStableDecay({ peak: 4, warmUp: 0, stable: 0, decay: 4, shape: "linear" });
  assertEquals([0, 1, 4].map(schedule), [4, 3, 0]);
});

Deno.test("rex() gives the paper's formula, and a straight line at bend 1", () => {
  const [initial, steps] = [0.3, 40];
  for (let t = 0; t <= 45; t++) {
    const left = Math.max(1 - t / steps, 0);
    assertAlmostEquals(rex({ initial, steps })(t), initial * left / (0.5 + 0.5 * left), 1e-16);
    assertAlmostEquals(rex({ initial, steps, bend: 1 })(t), linearSchedule({ initial, steps })(t), 1e-16);
  }
});

Deno.test("rex() is above the straight line, and further above for a smaller bend", () => {
  const schedules = [0.1, 0.5, 1].map((bend) => rex({ initial: 1, steps: 10, bend }));
  for (let t = 1; t < 10; t++) {
    const [low, middle, high] = schedules.map((s) => s(t));
    assert(low! > middle! && middle! > high!, `step ${t}`);
  }
});

Deno.test("chainSchedules() multiplies, in any order, and keeps its own copy", () => {
  const parts = [
    stepDecay({ initial: 0.3, every: 5 }),
    linearSchedule({ initial: 0.2, final: 1, steps: 7 }),
    exponentialDecay({ initial: 1, factor: 0.9 }),
  ];
  const [forward, backward] = [chainSchedules(parts), chainSchedules(parts.toReversed())];
  const wanted = (t: number) => parts[0]!(t) * parts[1]!(t) * parts[2]!(t);
  const first = wanted(6);
  for (let t = 0; t < 30; t++) {
    assertAlmostEquals(forward(t), wanted(t), 1e-15);
    assertAlmostEquals(backward(t), wanted(t), 1e-15);
  }
  parts.length = 0;
  assertAlmostEquals(forward(6), first, 1e-15);
});

Deno.test("stepDecay() and exponentialDecay() do not fall below their minimum", () => {
  for (const make of [stepDecay, exponentialDecay]) {
    const [bounded, free] = [0.2, 0].map((minimum) => make({ initial: 1, factor: 0.5, every: 3, minimum }));
    for (let t = 0; t < 20; t++) assertEquals(bounded!(t), Math.max(free!(t), 0.2));
  }
});

Deno.test("cosineDecay() raises its wave to the power", () => {
  const [plain, squared] = [1, 2].map((power) => cosineDecay({ initial: 1, steps: 9, power }));
  for (let t = 0; t < 12; t++) assertAlmostEquals(squared!(t), plain!(t) ** 2, 1e-16);
});

const refusals: readonly [string, () => unknown, string][] = [
  [
    "piecewiseInterpolated",
    () => piecewiseInterpolated({ boundaries: [2], values: [1] }),
    "values must hold 2 numbers, one more than boundaries, got 1",
  ],
  [
    "piecewiseInterpolated",
    () => piecewiseInterpolated({ boundaries: [2, 2], values: [1, 2, 3] }),
    "boundaries[1] must be above boundaries[0] = 2, got 2",
  ],
  [
    "piecewiseInterpolated",
    () => piecewiseInterpolated({ boundaries: [2], values: [1, NaN] }),
    "values[1] must be a finite number of at least 0, got NaN",
  ],
  [
    "piecewiseInterpolated",
    () => piecewiseInterpolated({ boundaries: [], values: [1], interpolation: "cubic" as "linear" }),
    'interpolation must be one of "linear", "cosine", got "cubic"',
  ],
  [
    "warmUpStableDecay",
    () => warmUpStableDecay({ peak: 1, warmUp: -1, stable: 0, decay: 1 }),
    "warmUp must be an integer of at least 0, got -1",
  ],
  [
    "warmUpStableDecay",
    () => warmUpStableDecay({ peak: 1, warmUp: 0, stable: 0, decay: 0 }),
    "decay must be an integer of at least 1, got 0",
  ],
  [
    "warmUpStableDecay",
    () => warmUpStableDecay({ peak: 1, warmUp: 0, stable: 0, decay: 1, shape: "toString" as "sqrt" }),
    'shape must be one of "linear", "cosine", "sqrt", got "toString"',
  ],
  ["rex", () => rex({ initial: 1, steps: 10, bend: 0 }), "bend must be in (0, 1], got 0"],
  ["rex", () => rex({ initial: 1, steps: 0 }), "steps must be an integer of at least 1, got 0"],
  ["chainSchedules", () => chainSchedules([]), "schedules must hold at least 1 schedule, got 0"],
  [
    "exponentialDecay",
    () => exponentialDecay({ initial: 1, factor: 1, minimum: -1 }),
    "minimum must be a finite number of at least 0, got -1",
  ],
  [
    "stepDecay",
    () => stepDecay({ initial: 1, every: 1, minimum: NaN }),
    "minimum must be a finite number of at least 0, got NaN",
  ],
  [
    "cosineDecay",
    () => cosineDecay({ initial: 1, steps: 1, power: 0 }),
    "power must be a finite number above 0, got 0",
  ],
];

for (const [name, make, message] of refusals) {
  Deno.test(`${name}() refuses with "${message}"`, () => {
    assertThrows(make, RangeError, message);
  });
}
