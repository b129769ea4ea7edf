import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import fc from "../deps/fast_check.ts";
import { cosineDecay } from "../../schedules/cosine_decay.ts";
import { cosineRestarts } from "../../schedules/cosine_restarts.ts";
import { cyclic } from "../../schedules/cyclic.ts";
import { multiplicative } from "../../schedules/multiplicative.ts";
import { oneCycle } from "../../schedules/one_cycle.ts";

const rate = fc.double({ min: 1e-3, max: 10, noNaN: true });
const count = fc.integer({ min: 1, max: 200 });

Deno.test("cosineRestarts() is cosineDecay() over periods that grow by a factor", () => {
  fc.assert(
    fc.property(rate, fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 3 }), (initial, T, m) => {
      const schedule = cosineRestarts({ initial, final: initial / 10, period: T, multiplier: m });
      let start = 0;
      for (let cycle = 0; cycle < 4; cycle++) {
        const length = T * m ** cycle;
        const inner = cosineDecay({ initial, final: initial / 10, steps: length });
        for (let t = 0; t < length; t++) assertAlmostEquals(schedule(start + t), inner(t), 1e-12 * initial);
        start += length;
      }
    }),
  );
});

Deno.test("cosineRestarts() is fast far from the start", () => {
  assertEquals(cosineRestarts({ initial: 2, period: 3 })(3e15), 2);
  assert(cosineRestarts({ initial: 2, period: 3, multiplier: 2 })(3e15) <= 2);
});

Deno.test("oneCycle() peaks once, at the step of its semantics, and ends at peak / divisors", () => {
  const common = { peak: 2, steps: 50, rise: 0.4, initialDivisor: 10, finalDivisor: 5 };
  for (const interpolation of ["linear", "cosine"] as const) {
    for (const threePhases of [false, true]) {
      for (const [semantics, top, end] of [["pytorch", 19, 49], ["optax", 20, 50]] as const) {
        const schedule = oneCycle({ ...common, interpolation, threePhases, semantics });
        const values = Array.from({ length: 60 }, (_, t) => schedule(t));
        assertEquals(values.indexOf(Math.max(...values)), top);
        assertAlmostEquals(values[0]!, 0.2, 1e-15);
        assertAlmostEquals(values[top]!, 2, 1e-15);
        for (let t = end; t < 60; t++) assertAlmostEquals(values[t]!, 0.04, 1e-15);
        for (let t = 1; t <= end; t++) {
          assert(t <= top ? values[t]! > values[t - 1]! : values[t]! < values[t - 1]!, `step ${t}`);
        }
      }
    }
  }
});

Deno.test("oneCycle() with three phases returns to its first value as fast as it rose, or at the given fall", () => {
  const common = { peak: 1, steps: 100, threePhases: true, interpolation: "linear" } as const;
  assertAlmostEquals(oneCycle(common)(58), 0.04, 1e-15);
  assertAlmostEquals(oneCycle({ ...common, semantics: "optax" })(85), 0.04, 1e-15);
  assertAlmostEquals(oneCycle({ ...common, semantics: "optax", fall: 0.6 })(60), 0.04, 1e-15);
});

Deno.test("cyclic() stays within its bounds, and reaches each once per cycle", () => {
  fc.assert(fc.property(rate, rate, count, count, (a, b, up, down) => {
    const [minimum, maximum] = [Math.min(a, b), Math.max(a, b)];
    const schedule = cyclic({ minimum, maximum, up, down });
    for (const cycle of [0, 1, 7]) {
      assertEquals(schedule(cycle * (up + down)), minimum);
      assertAlmostEquals(schedule(cycle * (up + down) + up), maximum, 1e-14 * maximum);
    }
    for (let t = 0; t < 100; t++) {
      assert(schedule(t) >= minimum && schedule(t) <= maximum * (1 + 1e-14));
    }
  }));
});

Deno.test("multiplicative() gives the same at any step in any order, fractions included", () => {
  const make = () => multiplicative({ initial: 2, factor: (step) => 1 - 1 / (step + 1) });
  const [schedule, other] = [make(), make()];
  // The product of k / (k + 1) from 1 to t is 1 / (t + 1).
  [9, 0, 3.7, 4, 100].forEach((t) => assertAlmostEquals(schedule(t), 2 / (Math.floor(t) + 1), 1e-15));
  for (let t = 0; t < 20; t++) assertEquals(other(t), schedule(t));
});

Deno.test("cyclic() halves its height after each cycle, or shrinks it at each step", () => {
  const common = { minimum: 1, maximum: 9, up: 2, down: 3 };
  const halved = cyclic({ ...common, mode: "triangular2" });
  assertEquals([2, 7, 12, 17].map(halved), [9, 5, 3, 2]);
  const shrunk = cyclic({ ...common, mode: "exp-range", factor: 0.5 });
  assertEquals([0, 1, 2, 7].map(shrunk), [1, 3, 3, 1 + 8 / 128]);
});

const refusals: readonly [string, () => unknown, string][] = [
  [
    "cosineRestarts",
    () => cosineRestarts({ initial: 1, period: 0 }),
    "period must be an integer of at least 1, got 0",
  ],
  [
    "cosineRestarts",
    () => cosineRestarts({ initial: 1, period: 2, multiplier: 1.5 }),
    "multiplier must be an integer of at least 1, got 1.5",
  ],
  ["oneCycle", () => oneCycle({ peak: 0, steps: 10 }), "peak must be a finite number above 0, got 0"],
  ["oneCycle", () => oneCycle({ peak: 1, steps: 10, rise: 1 }), "rise must be in (0, 1), got 1"],
  ["oneCycle", () => oneCycle({ peak: 1, steps: 3 }), "steps must let each phase end after the one before"],
  [
    "oneCycle",
    () => oneCycle({ peak: 1, steps: 100, rise: 0.6, threePhases: true }),
    "got phases ending at 59, 118, 99",
  ],
  [
    "oneCycle",
    () => oneCycle({ peak: 1, steps: 100, threePhases: true, semantics: "optax", fall: 0.2 }),
    "got phases ending at 30, 20, 100",
  ],
  ["oneCycle", () => oneCycle({ peak: 1, steps: 100, fall: 0.9 }), "fall must be left out unless"],
  [
    "oneCycle",
    () => oneCycle({ peak: 1, steps: 9, interpolation: "cos" as "cosine" }),
    'interpolation must be one of "linear", "cosine", got "cos"',
  ],
  [
    "oneCycle",
    () => oneCycle({ peak: 1, steps: 9, semantics: "keras" as "optax" }),
    'semantics must be one of "pytorch", "optax", got "keras"',
  ],
  [
    "cyclic",
    () => cyclic({ minimum: -1, maximum: 1 }),
    "minimum must be a finite number of at least 0, got -1",
  ],
  [
    "cyclic",
    () => cyclic({ minimum: 0, maximum: 1, down: 0 }),
    "down must be an integer of at least 1, got 0",
  ],
  [
    "cyclic",
    () => cyclic({ minimum: 0, maximum: 1, scale: () => 1, mode: "triangular" }),
    "cyclic: scale replaces mode and factor: give it alone",
  ],
  [
    "multiplicative",
    () => multiplicative({ initial: -1, factor: () => 1 }),
    "initial must be a finite number of at least 0, got -1",
  ],
  ["cyclic", () => cyclic({ minimum: 0, maximum: 1, factor: 2 }), "factor must be in (0, 1], got 2"],
  [
    "cyclic",
    () => cyclic({ minimum: 0, maximum: 1, mode: "square" as "triangular" }),
    'mode must be one of "triangular", "triangular2", "exp-range", got "square"',
  ],
];

for (const [name, make, message] of refusals) {
  Deno.test(`${name}() refuses with "${message}"`, () => {
    assertThrows(make, RangeError, message);
  });
}
