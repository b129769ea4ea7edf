import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import fc from "../deps/fast_check.ts";
import { devDecay } from "../../schedules/dev_decay.ts";
import { earlyStopping, type EarlyStoppingOptions } from "../../schedules/early_stopping.ts";
import { fixedFrequency } from "../../schedules/fixed_frequency.ts";

const metrics = fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 1, maxLength: 40 });
const mode = fc.constantFrom("min" as const, "max" as const);

function scales(factor: number, way: "min" | "max", values: readonly number[]): number[] {
  const decay = devDecay({ factor, mode: way });
  let state = decay.init();
  return values.map((value) => (state = decay.update(state, value)).scale);
}

function stop(options: EarlyStoppingOptions, values: readonly number[]) {
  const stopping = earlyStopping(options);
  let state = stopping.init();
  for (const value of values) state = stopping.update(state, value);
  return state;
}

Deno.test("devDecay() multiplies once for each epoch that sets no record", () => {
  fc.assert(fc.property(metrics, mode, (values, way) => {
    const sign = way === "min" ? 1 : -1;
    let misses = 0;
    const got = scales(0.5, way, values);
    values.forEach((value, i) => {
      if (values.slice(0, i).some((before) => sign * value >= sign * before)) misses++;
      assertAlmostEquals(got[i]!, 0.5 ** misses, 1e-15 * 0.5 ** misses);
    });
  }));
});

Deno.test("devDecay() keeps reducing, however small the scale", () => {
  const got = scales(0.1, "min", [1, ...Array<number>(20).fill(2)]);
  assertAlmostEquals(got.at(-1)!, 1e-20, 1e-32);
});

Deno.test("devDecay() treats NaN as no improvement and keeps the best", () => {
  assertEquals(scales(0.5, "max", [1, NaN, 0.9, 1.1]), [1, 0.5, 0.25, 0.25]);
});

Deno.test("fixedFrequency() multiplies every few epochs, at the epoch's first step", () => {
  const perEpoch = fixedFrequency({ initial: 2, factor: 0.5, epochs: 3 });
  assertEquals([0, 2, 3, 5, 6].map(perEpoch), [2, 2, 1, 1, 0.5]);
  const perStep = fixedFrequency({ initial: 2, factor: 0.5, epochs: 3, stepsPerEpoch: 7 });
  for (let step = 0; step < 100; step++) assertEquals(perStep(step), perEpoch(Math.floor(step / 7)));
});

Deno.test("earlyStopping() stops at the patience-th epoch after the best, and remembers the best", () => {
  const patience = fc.integer({ min: 1, max: 5 });
  fc.assert(fc.property(metrics, mode, patience, (values, way, p) => {
    const sign = way === "min" ? 1 : -1;
    let best = 0;
    let end = values.length;
    for (let i = 1; i < values.length; i++) {
      if (sign * values[i]! < sign * values[best]!) best = i;
      if (i - best === p) {
        end = i + 1;
        break;
      }
    }
    const state = stop({ patience: p, mode: way }, values);
    assertEquals(state.bestAt, best);
    assertEquals(state.best, values[best]);
    assertEquals(state.updates, end);
    assertEquals(state.stopped, end - 1 - best === p);
  }));
});

Deno.test("earlyStopping() requires an improvement of more than minimumChange over the best", () => {
  assertEquals(stop({ patience: 3, minimumChange: 0.5 }, [2, 1.5]).badCount, 1);
  const state = stop({ patience: 3, minimumChange: 0.5 }, [2, 1.75, 1.25]);
  assertEquals([state.best, state.bestAt, state.badCount], [1.25, 2, 0]);
  assertEquals(stop({ patience: 3, minimumChange: 0.5, mode: "max" }, [2, 2.5, 2.75]).best, 2.75);
});

Deno.test("earlyStopping() never treats NaN or an infinity as an improvement", () => {
  const state = stop({ patience: 4 }, [NaN, -Infinity, 3, Infinity, -Infinity, NaN]);
  assertEquals([state.best, state.bestAt, state.badCount, state.stopped], [3, 2, 3, false]);
  assert(stop({ patience: 2 }, [NaN, NaN]).stopped);
  assertEquals(stop({ patience: 2 }, [NaN, NaN]).best, null);
});

Deno.test("earlyStopping() keeps its state once it has stopped, and changes no given state", () => {
  const stopping = earlyStopping({ patience: 1 });
  const start = Object.freeze(stopping.init());
  const first = Object.freeze(stopping.update(start, 1));
  const stopped = Object.freeze(stopping.update(first, 2));
  assert(stopped.stopped);
  assertEquals(stopping.update(stopped, -5), stopped);
  assertEquals(start, stopping.init());
});

Deno.test("earlyStopping() continues from a state in JSON with the same states", () => {
  fc.assert(fc.property(metrics, (values) => {
    const stopping = earlyStopping({ patience: 3 });
    let [plain, read] = [stopping.init(), stopping.init()];
    for (const value of values) {
      // JSON has no negative zero.
      plain = stopping.update(plain, value + 0);
      read = JSON.parse(JSON.stringify(stopping.update(read, value + 0)));
      assertEquals(read, plain);
    }
  }));
});

const refusals: readonly [string, () => unknown, string][] = [
  ["devDecay", () => devDecay({ factor: 1 }), "factor must be in (0, 1), got 1"],
  [
    "devDecay",
    () => devDecay({ factor: 0.5, mode: "either" as "min" }),
    'mode must be one of "min", "max", got "either"',
  ],
  [
    "fixedFrequency",
    () => fixedFrequency({ initial: 1, factor: 0.5, epochs: 0 }),
    "epochs must be an integer of at least 1, got 0",
  ],
  [
    "fixedFrequency",
    () => fixedFrequency({ initial: 1, factor: 0.5, epochs: 2, stepsPerEpoch: 0.5 }),
    "stepsPerEpoch must be an integer of at least 1, got 0.5",
  ],
  [
    "earlyStopping",
    () => earlyStopping({ patience: 0 }),
    "patience must be an integer of at least 1, got 0",
  ],
  [
    "earlyStopping",
    () => earlyStopping({ patience: 1, minimumChange: -1 }),
    "minimumChange must be a finite number of at least 0, got -1",
  ],
  [
    "earlyStopping",
    () => earlyStopping({ patience: 1, mode: "up" as "min" }),
    'mode must be "min" or "max", got "up"',
  ],
];

for (const [name, make, message] of refusals) {
  Deno.test(`${name}() refuses with "${message}"`, () => {
    assertThrows(make, RangeError, message);
  });
}
