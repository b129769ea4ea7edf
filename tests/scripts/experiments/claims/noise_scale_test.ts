import { assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import { claims } from "../../../../scripts/experiments/curvature/noise_scale/claims.ts";
import type { NoisePoint, NoiseRun } from "../../../../scripts/experiments/curvature/noise_scale/data.ts";
import { endsOf, scaleOf } from "../../../../scripts/experiments/curvature/noise_scale/summary.ts";
import { stored, verdicts } from "./stored.ts";

/** Returns ten measurements whose noise scale goes from 50 to another one. */
function runOf(seed: number, last: number): NoiseRun {
  const points = Array.from({ length: 10 }, (_, i): NoisePoint => ({
    step: i,
    loss: 1,
    variance: Number.isFinite(last) ? 50 * (last / 50) ** (i < 5 ? 0 : 1) : 50,
    squaredNorm: i < 5 || Number.isFinite(last) ? 1 : -1,
  }));
  return { seed, diverged: Number.isNaN(last), points };
}

function claimOf(last: (seed: number) => number, seeds = 8) {
  const runs = Array.from({ length: seeds }, (_, seed) => runOf(seed, last(seed)));
  return claims(stored({ runs }))[0]!;
}

Deno.test("noise-scale: both parts are averaged before they are divided", () => {
  const point = (variance: number, squaredNorm: number): NoisePoint => ({
    step: 0,
    loss: 1,
    variance,
    squaredNorm,
  });
  assertAlmostEquals(scaleOf([point(10, 1), point(10, 9)]), 2);
  assertAlmostEquals(scaleOf([point(10, 5), point(10, -1)]), 5);
  assertEquals(scaleOf([point(10, 1), point(10, -1)]), Infinity);
});

Deno.test("noise-scale: the ends are a fifth of the measurements each", () => {
  const points = Array.from(
    { length: 10 },
    (_, i) => ({ step: i, loss: 1, variance: i + 1, squaredNorm: 1 }),
  );
  assertEquals(endsOf({ seed: 0, diverged: false, points }), { first: 1.5, last: 9.5 });
  assertEquals(endsOf({ seed: 0, diverged: true, points }), { first: NaN, last: NaN });
});

Deno.test("noise-scale: four times the scale with each of eight seeds holds, p = 2 / 256; the same scale does not", () => {
  const found = claimOf(() => 200);
  assertEquals([found.verdict, found.test!.p], ["holds", 2 / 256]);
  assertStringIncludes(found.evidence, "200 (first 50.0)");
  assertAlmostEquals(found.effect!.value, 4);
  assertEquals(claimOf(() => 200, 5).verdict, "undecided");
  assertEquals(claimOf(() => 25).verdict, "contradicted");
  assertEquals(claimOf(() => 50).verdict, "contradicted");
  assertEquals(claimOf((s) => (s % 2 === 0 ? 200 : 20)).verdict, "undecided");
});

Deno.test("noise-scale: a gradient that noise hides at the end has the largest scale, a run that diverged says nothing", () => {
  assertEquals(claimOf(() => Infinity).verdict, "holds");
  assertEquals(verdicts([claimOf(() => NaN)]), ["undecided"]);
});
