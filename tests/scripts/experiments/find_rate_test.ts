/** The range test against plain loops in float64, on curves whose answers are known. */
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { uniform } from "../../../mod.ts";
import { growingRate } from "../../../scripts/experiments/find_rate/growth.ts";
import { divergesAt, rangeTest, smoothedLosses } from "../../../scripts/experiments/find_rate/suggestion.ts";
import { suggestionsOf, testedRuns } from "../../../scripts/experiments/find_rate/tested.ts";

/** Evaluates a test once more: weights of the average written out, and no function shared with the program. */
function expected(
  losses: readonly number[],
  { rates, beta }: { rates: readonly number[]; beta: number },
) {
  const smoothed: number[] = [];
  let end = -1;
  for (let n = 0; n < losses.length && end < 0; n++) {
    let [sum, weights] = [0, 0];
    for (let i = 0; i <= n; i++) {
      const weight = beta ** (n - i);
      sum += weight * losses[i]!;
      weights += weight;
    }
    const value = sum / weights;
    let least = Infinity;
    for (const s of smoothed) if (s < least) least = s;
    if (Number.isNaN(losses[n]) || Math.abs(losses[n]!) === Infinity) end = n;
    if (least > 0 && value > 4 * least) end = n;
    smoothed.push(value);
  }
  const [from, to] = [Math.floor(rates.length / 10), end < 0 ? losses.length : end];
  let at = from;
  for (let n = from; n < to; n++) if (smoothed[n]! < smoothed[at]!) at = n;
  let variance = 0;
  for (let n = 1; n < at; n++) {
    variance += (losses[n - 1]! - 2 * losses[n]! + losses[n + 1]!) ** 2 / 6 / (at - 1);
  }
  /** Returns whether the average falls from step a to step b by more than 4 standard deviations of the noise of batches. */
  const falls = (a: number, b: number) => {
    const weights = (n: number) => {
      const all = losses.map((_, i) => (i > n ? 0 : beta ** (n - i)));
      const sum = all.reduce((x, y) => x + y);
      return all.map((w) => w / sum);
    };
    const [wa, wb] = [weights(a), weights(b)];
    const spread = wa.reduce((sum, w, i) => sum + (w - wb[i]!) ** 2, 0);
    return smoothed[a]! - smoothed[b]! > 4 * Math.sqrt(variance * spread);
  };
  const reach = Math.max(1, Math.round(rates.length / 20));
  let [steepest, slope] = [null as number | null, 0];
  for (let n = from + reach; n + reach <= at; n++) {
    const [a, b] = [n - reach, n + reach];
    const s = (smoothed[b]! - smoothed[a]!) / (Math.log(rates[b]!) - Math.log(rates[a]!));
    if (s < slope) [steepest, slope] = [falls(a, b) ? rates[n]! : null, s];
  }
  const minimum = at > from && falls(from, at) ? rates[at]! / 10 : null;
  return { smoothed, end, steepest, minimum, least: smoothed[at] };
}

/** Returns the rates of an exponential growth, by repeated multiplication. */
function exponential(low: number, high: number, steps: number): number[] {
  const factor = Math.exp(Math.log(high / low) / (steps - 1));
  const rates = [low];
  while (rates.length < steps) rates.push(rates.at(-1)! * factor);
  return rates;
}

const near = (a: number | null, b: number | null) => {
  if (a === null || b === null) assertEquals(a, b);
  else assertAlmostEquals(a, b, 1e-9 * Math.abs(b));
};

Deno.test("the rate grows from low to high, by the same factor or the same amount at each step", () => {
  const range = { low: 1e-4, high: 10, steps: 57 };
  const grown = growingRate({ ...range, growth: "exponential" });
  for (const [i, rate] of exponential(1e-4, 10, 57).entries()) {
    assertAlmostEquals(grown(i), rate, 1e-10 * rate);
  }
  const linear = growingRate({ ...range, growth: "linear" });
  for (const i of [0, 1, 28, 56]) assertAlmostEquals(linear(i), 1e-4 + (10 - 1e-4) * i / 56, 1e-12);
  // A program may ask for steps that are never taken.
  assertEquals([grown(60), linear(60)], [10, 10]);
});

Deno.test("smoothing, end and suggestions of noisy curves are those of plain loops", () => {
  let diverged = 0;
  const none = { steepest: 0, minimum: 0 };
  for (let seed = 0; seed < 40; seed++) {
    const [steps, beta] = [[20, 47, 300][seed % 3]!, [0, 0.5, 0.9, 0.98][seed % 4]!];
    const rates = exponential(1e-5, 10, steps);
    const noise = uniform({ seed, stream: "noise" }, steps, {});
    const [center, edge] = [-7 + (seed % 5), 0.5 + (seed % 7) / 2];
    const losses = rates.map((r, i) =>
      0.2 + [2, 0.3][seed % 2]! / (1 + Math.exp(2 * (Math.log(r) - center))) + 0.3 * noise[i]! +
      (seed % 8 === 1 ? 0 : (r / edge) ** 4)
    );
    if (seed % 6 === 5) losses[Math.floor(0.8 * steps)] = seed % 2 === 0 ? NaN : Infinity;
    const told = expected(losses, { rates, beta });
    const rate = growingRate({ low: 1e-5, high: 10, steps, growth: "exponential" });
    const found = rangeTest(losses, { rate, steps, smoothing: beta });
    const { points, suggestion, least, divergedAt } = found;
    assertEquals(points.length, told.smoothed.length);
    for (const [i, p] of points.entries()) {
      assertEquals([p.step, p.loss], [i + 1, losses[i]]);
      near(p.rate, rates[i]!);
      if (i !== told.end) near(p.smoothed, told.smoothed[i]!);
    }
    near(suggestion.steepest, told.steepest);
    near(suggestion.minimum, told.minimum);
    near(least!.smoothed, told.least!);
    near(divergedAt, told.end < 0 ? null : rates[told.end]!);
    assertEquals([found.diverged, divergesAt(losses, beta)], [
      told.end >= 0,
      told.end < 0 ? undefined : told.end,
    ]);
    diverged += Number(found.diverged);
    for (const  of of["steepest", "minimum"] as const) none[of] += Number(suggestion[of] === null);
  }
  for (const n of Object.values(none)) assert(n > 3 && n < 30, `${n} without a suggestion`);
  assert(diverged > 20 && diverged < 40, `${diverged}`);
});

Deno.test("the average is corrected for its start: that of equal losses is the loss", () => {
  for (const value of smoothedLosses([3, 3, 3, 3], 0.98)) assertAlmostEquals(value, 3, 1e-12);
  // (0.5 * 1 + 1 * 4) / 1.5
  assertAlmostEquals(smoothedLosses([1, 4], 0.5)[1]!, 3, 1e-12);
});

Deno.test("a loss diverges above 4 times the least before it, or when it is not finite", () => {
  assertEquals(divergesAt([2, 1, 4, 3.9], 0), undefined);
  assertEquals(divergesAt([2, 1, 4.001, 0.1], 0), 2);
  assertEquals(divergesAt([2, NaN, 1], 0.9), 1);
  assertEquals(divergesAt([2, 1, -Infinity], 0.9), 2);
  // 4 times a least loss that is not above 0 is no limit.
  assertEquals(divergesAt([1, -1, 0, 50], 0), undefined);
});

/** Evaluates losses that are a function of the logarithm to base 10 of the rate, without smoothing. */
function of(loss: (decades: number) => number, { low = -4, high = 1, steps = 251 } = {}) {
  const rate = growingRate({ low: 10 ** low, high: 10 ** high, steps, growth: "exponential" });
  const losses = Array.from({ length: steps }, (_, i) => loss(Math.log10(rate(i))));
  return rangeTest(losses, { rate, steps, smoothing: 0 });
}

Deno.test("suggestions of curves with known answers", () => {
  // Half a wave of a sine falls from 3 at 1e-3 to 1 at 1e-1, most steeply at 1e-2. Then the loss rises to 4 at 10^0.01.
  const curve = (d: number) => {
    if (d <= -3) return 3;
    return d <= -1 ? 2 - Math.sin(Math.PI * (d + 2) / 2) : 1 + 3 * ((d + 1) / 1.01) ** 4;
  };
  const { suggestion, divergedAt, least, leastAtEnd } = of(curve);
  near(suggestion.steepest, 1e-2);
  near(suggestion.minimum, 1e-2);
  near(least!.rate, 1e-1);
  assert(!leastAtEnd);
  // The first of 50 rates a decade above 1.
  near(divergedAt, 10 ** 0.02);
});

Deno.test("a loss that falls to the end says so, and one that only rises suggests nothing", () => {
  const falling = of((d) => 5 - d);
  assertEquals([falling.leastAtEnd, falling.diverged, falling.divergedAt], [true, false, null]);
  near(falling.suggestion.minimum, 1);
  const rising = of((d) => 5 + d / 10);
  assertEquals(rising.suggestion, { steepest: null, minimum: null });
  // Nothing is left of a test that diverges within its first tenth.
  const early = of((d) => (d > -3.9 ? 100 : 1));
  assertEquals([early.least, early.suggestion], [null, { steepest: null, minimum: null }]);
});

Deno.test("a loss that only scatters suggests nothing, and one that falls by as much does", () => {
  const counts = [0, 0];
  for (let seed = 0; seed < 60; seed++) {
    const noise = uniform({ seed, stream: "noise" }, 60, {});
    const rate = growingRate({ low: 1e-6, high: 1, steps: 60, growth: "exponential" });
    for (const [k, fall] of [0, 1].entries()) {
      const losses = Array.from(noise, (v, i) => 2 + v - fall * i / 59);
      const { steepest, minimum } = rangeTest(losses, { rate, steps: 60, smoothing: 0.9 }).suggestion;
      counts[k]! += Number(steepest !== null || minimum !== null);
    }
  }
  assert(counts[0]! <= 3 && counts[1]! >= 50, counts.join());
});

Deno.test("suggestions over seeds are medians with their range, of the seeds that have one", () => {
  const steps = 101;
  const rate = growingRate({ low: 1e-4, high: 1, steps, growth: "exponential" });
  const losses = (center: number) =>
    Array.from({ length: steps }, (_, i) => 1 + (Math.log10(rate(i)) - center) ** 2);
  const range = { low: 1e-4, high: 1, steps, growth: "exponential" } as const;
  const config = {
    ...range,
    smoothing: 0,
    data: "",
    model: "",
    layers: [],
    seeds: [0, 1, 2, 3],
    batchSize: 1,
    clip: "none",
  };
  const curves = [losses(-1), losses(-2), losses(-1.2), Array(steps).fill(1)];
  const runs = curves.map((losses, seed) => ({ optimizer: "sgd", hyperparameters: {}, seed, losses }));
  const [{ minimum, divergedAt, seeds }, ...others] = suggestionsOf(
    testedRuns({ title: "", config, runs }),
  ) as [
    ReturnType<typeof suggestionsOf>[0],
  ];
  assertEquals([others, seeds, minimum!.seeds], [[], 4, 3]);
  // Only the second exceeds 4, from 10^(sqrt(3) - 2) on.
  near(divergedAt!.median, 10 ** -0.24);
  near(minimum!.low, 1e-3);
  near(minimum!.high, 1e-2);
  near(minimum!.median, 10 ** -2.2);
  assertAlmostEquals(minimum!.decades, 1, 1e-9);
});
