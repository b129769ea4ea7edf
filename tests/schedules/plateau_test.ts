import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import fc from "../deps/fast_check.ts";
import { plateau } from "../../schedules/plateau.ts";
import type { PlateauOptions } from "../../schedules/plateau_options.ts";

function scales(options: PlateauOptions, metrics: readonly number[]): number[] {
  const annealing = plateau(options);
  let state = annealing.init();
  return metrics.map((metric) => (state = annealing.update(state, metric)).scale);
}

/** PyTorch 2's `ReduceLROnPlateau`, transcribed as a class. */
class PyTorchPlateau {
  best: number;
  bad = 0;
  cooldownCounter = 0;
  constructor(
    public lr: number,
    readonly o: Required<Omit<PlateauOptions, "semantics" | "accumulate" | "initial">>,
  ) {
    this.best = o.mode === "min" ? Infinity : -Infinity;
  }
  isBetter(a: number): boolean {
    const { mode, threshold, thresholdMode } = this.o;
    if (mode === "min" && thresholdMode === "relative") return a < this.best * (1 - threshold);
    if (mode === "min") return a < this.best - threshold;
    if (thresholdMode === "relative") return a > this.best * (threshold + 1);
    return a > this.best + threshold;
  }
  step(metric: number): number {
    if (this.isBetter(metric)) {
      this.best = metric;
      this.bad = 0;
    } else this.bad += 1;
    if (this.cooldownCounter > 0) {
      this.cooldownCounter -= 1;
      this.bad = 0;
    }
    if (this.bad > this.o.patience) {
      const lr = Math.max(this.lr * this.o.factor, this.o.minimum);
      if (this.lr - lr > this.o.minimumChange) this.lr = lr;
      this.cooldownCounter = this.o.cooldown;
      this.bad = 0;
    }
    return this.lr;
  }
}

/** Optax's `contrib.reduce_on_plateau`, transcribed line by line; `rtol` or `atol` is 0. */
function optaxPlateau(
  metrics: readonly number[],
  o: {
    factor: number;
    patience: number;
    rtol: number;
    atol: number;
    cooldown: number;
    size: number;
    min: number;
  },
): number[] {
  let [scale, best, plateauCount, cooldownCount, count, avg] = [1, Infinity, 0, 0, 0, 0];
  return metrics.map((value) => {
    const newCount = count + 1;
    avg = (count * avg + value) / newCount;
    count = newCount;
    if (count === o.size) {
      const improved = avg < (1 - o.rtol) * best - o.atol;
      if (improved) best = avg;
      const curr = improved ? 0 : plateauCount + 1;
      if (cooldownCount > 0) {
        plateauCount = 0;
        cooldownCount -= 1;
      } else {
        plateauCount = curr === o.patience ? 0 : curr;
        scale = Math.max(curr === o.patience ? scale * o.factor : scale, o.min);
        cooldownCount = curr === o.patience ? o.cooldown : 0;
      }
      count = 0;
      avg = 0;
    }
    return scale;
  });
}

// Few distinct values, so that ties, setbacks and improvements all occur; NaN among them.
const metrics = fc.array(
  fc.oneof({ weight: 20, arbitrary: fc.integer({ min: -5, max: 12 }) }, fc.constant(NaN)),
  {
    maxLength: 60,
  },
).map((values) => values.map((v) => v / 2));
const common = {
  factor: fc.double({ min: 0.05, max: 0.95, noNaN: true }),
  patience: fc.integer({ min: 1, max: 4 }),
  cooldown: fc.integer({ min: 0, max: 4 }),
  threshold: fc.constantFrom(1e-4, 0.1, 0.5),
  thresholdMode: fc.constantFrom("relative" as const, "absolute" as const),
  minimum: fc.constantFrom(0, 0.01, 0.3),
};

Deno.test("plateau() with PyTorch's semantics steps like ReduceLROnPlateau", () => {
  const options = fc.record({
    ...common,
    patience: fc.integer({ min: 0, max: 4 }),
    mode: fc.constantFrom("min" as const, "max" as const),
    minimumChange: fc.constantFrom(0, 1e-8, 0.2),
  });
  fc.assert(
    fc.property(options, metrics, (o, values) => {
      const reference = new PyTorchPlateau(0.9, o);
      const wanted = values.map((v) => reference.step(v));
      assertEquals(scales({ ...o, semantics: "pytorch", initial: 0.9 }, values), wanted);
    }),
    { numRuns: 500 },
  );
});

Deno.test("plateau() with Optax's semantics steps like reduce_on_plateau", () => {
  const options = fc.record({ ...common, accumulate: fc.integer({ min: 1, max: 3 }) });
  fc.assert(
    fc.property(options, metrics, (o, values) => {
      const tolerance = o.thresholdMode === "relative"
        ? { rtol: o.threshold, atol: 0 }
        : { rtol: 0, atol: o.threshold };
      const wanted = optaxPlateau(values, { ...o, ...tolerance, size: o.accumulate, min: o.minimum });
      assertEquals(scales({ ...o, semantics: "optax" }, values), wanted);
    }),
    { numRuns: 500 },
  );
});

Deno.test("plateau() reduces one bad epoch sooner with Optax's semantics than with PyTorch's", () => {
  const flat = [1, 1, 1, 1, 1, 1, 1];
  assertEquals(scales({ semantics: "pytorch", patience: 2 }, flat), [1, 1, 1, 0.1, 0.1, 0.1, 0.1 * 0.1]);
  assertEquals(scales({ semantics: "optax", patience: 2 }, flat), [
    1,
    1,
    0.1,
    0.1,
    0.1 * 0.1,
    0.1 * 0.1,
    0.1 * 0.1 * 0.1,
  ]);
});

Deno.test("plateau() with the lecture's semantics compares with the epoch before, not with the best", () => {
  // The last two are far from the best, yet near each other.
  assertEquals(scales({ threshold: 0.2, factor: 0.5 }, [5, 1, 3, 3.1]), [1, 1, 1, 0.5]);
  assertEquals(scales({ threshold: 0.2, factor: 0.5, thresholdMode: "relative" }, [10, 8.5, 6]), [
    1,
    0.5,
    0.5,
  ]);
});

Deno.test("plateau() with the lecture's semantics counts a setback as a large change, unless a direction is given", () => {
  const lossRises = [1, 4, 7];
  assertEquals(scales({ threshold: 0.2, factor: 0.5 }, lossRises), [1, 1, 1]);
  assertEquals(scales({ threshold: 0.2, factor: 0.5, mode: "min" }, lossRises), [1, 0.5, 0.25]);
  assertEquals(scales({ threshold: 0.2, factor: 0.5, mode: "max" }, lossRises), [1, 1, 1]);
});

Deno.test("plateau() with the lecture's semantics fires at a change strictly below the threshold", () => {
  assertEquals(scales({ threshold: 0.5, factor: 0.5 }, [2, 1.5, 1]), [1, 1, 1]);
  assertEquals(scales({ threshold: 0.5, factor: 0.5 }, [2, 1.625]), [1, 0.5]);
});

Deno.test("plateau() with the lecture's semantics waits for patience and sits out the cooldown", () => {
  const flat = Array(9).fill(1);
  // Bad epochs 2 and 3 are tolerated, 4 fires; 5 and 6 are cooldown; 7, 8, 9 are bad again.
  const wanted = [1, 1, 1, 0.5, 0.5, 0.5, 0.5, 0.5, 0.25];
  assertEquals(scales({ patience: 2, cooldown: 2, factor: 0.5 }, flat), wanted);
});

Deno.test("plateau() never falls below its minimum, and reports when it reduced", () => {
  const annealing = plateau({ minimum: 0.3, factor: 0.5 });
  let state = annealing.init();
  const reduced = Array.from({ length: 5 }, () => (state = annealing.update(state, 1)).reduced);
  assertEquals(reduced, [false, true, true, false, false]);
  assertAlmostEquals(state.scale, 0.3, 0);
});

Deno.test("plateau() changes no given state, and its state survives JSON", () => {
  fc.assert(
    fc.property(
      metrics.filter((m) => !m.some(Number.isNaN)),
      fc.constantFrom("lecture", "pytorch", "optax"),
      (values, s) => {
        const annealing = plateau({ semantics: s as "lecture", patience: 1, cooldown: 1 });
        let [state, stored] = [annealing.init(), annealing.init()];
        for (const v of values) {
          const before = JSON.stringify(state);
          const next = annealing.update(state, v);
          assertEquals(JSON.stringify(state), before);
          state = next;
          stored = annealing.update(JSON.parse(JSON.stringify(stored)), v);
        }
        assertEquals(stored, state);
      },
    ),
  );
});

Deno.test("plateau() scales never rise", () => {
  fc.assert(fc.property(metrics, fc.constantFrom("lecture", "pytorch", "optax"), (values, s) => {
    const got = scales({ semantics: s as "lecture", patience: 1 }, values);
    got.forEach((v, i) => assert(v <= (got[i - 1] ?? 1) && v > 0));
  }));
});

const refusals: readonly [PlateauOptions, string][] = [
  [{ semantics: "keras" as "optax" }, 'semantics must be "lecture", "pytorch" or "optax", got "keras"'],
  [{ semantics: "optax", mode: "max" }, 'mode must be min for semantics "optax", got max'],
  [{ semantics: "pytorch", mode: "either" }, 'mode must be min or max for semantics "pytorch", got either'],
  [{ factor: 1 }, "factor must be in (0, 1), got 1"],
  [{ patience: -1 }, "patience must be an integer of at least 0, got -1"],
  [{ semantics: "optax", patience: 0 }, "patience must be an integer of at least 1, got 0"],
  [{ cooldown: 0.5 }, "cooldown must be an integer of at least 0, got 0.5"],
  [{ threshold: 0 }, "threshold must be a finite number above 0, got 0"],
  [{ semantics: "pytorch", threshold: 1 }, "threshold must be in [0, 1), got 1"],
  [{ thresholdMode: "rel" as "relative" }, 'thresholdMode must be "relative" or "absolute", got rel'],
  [{ minimum: 2 }, "minimum must be in [0, 1] (initial), got 2"],
  [{ initial: 0 }, "initial must be a finite number above 0, got 0"],
  [{ minimumChange: 0.1 }, 'minimumChange must be 0 for semantics "lecture", got 0.1'],
  [{ semantics: "pytorch", accumulate: 2 }, 'accumulate must be 1 for semantics "pytorch", got 2'],
  [{ semantics: "optax", accumulate: 0 }, "accumulate must be an integer of at least 1, got 0"],
];

for (const [options, message] of refusals) {
  Deno.test(`plateau() refuses with "${message}"`, () => {
    assertThrows(() => plateau(options), RangeError, message);
  });
}
