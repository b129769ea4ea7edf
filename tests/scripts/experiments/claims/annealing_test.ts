import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { claims } from "../../../../scripts/experiments/lecture/annealing/claims.ts";
import type { AnnealingRun } from "../../../../scripts/experiments/lecture/annealing/data.ts";
import { stored, verdicts } from "./stored.ts";

const SCHEDULES = ["constant", "step", "cosine", "plateau"];

interface Made {
  readonly seeds?: number;
  /** Training losses by schedule; where left out 1, 0.5, 0.4 and 0.44. */
  readonly losses?: Readonly<Record<string, (seed: number) => number>>;
  /** How often `plateau` lowers the rate; twice by default. */
  readonly lowered?: (seed: number) => number;
}

function claimsOf({ seeds = 7, losses = {}, lowered = () => 2 }: Made = {}) {
  const usual: Readonly<Record<string, number>> = { constant: 1, step: 0.5, cosine: 0.4, plateau: 0.44 };
  const runs = SCHEDULES.flatMap((schedule) =>
    Array.from({ length: seeds }, (_, seed): AnnealingRun => ({
      schedule,
      seed,
      trainLoss: losses[schedule]?.(seed) ?? usual[schedule]!,
      testLoss: 1,
      testAccuracy: 0.5,
      lastScale: 0.01,
      lowered: schedule === "plateau" ? Array.from({ length: lowered(seed) }, (_, i) => i + 1) : [],
    }))
  );
  return claims(stored({ schedules: SCHEDULES, runs }));
}

Deno.test("annealing: half the loss with each of seven seeds holds, p = 2 / 128, a claim for each plan", () => {
  const found = claimsOf();
  assertEquals(verdicts(found), ["holds", "holds", "holds", "holds"]);
  assertEquals(found.slice(0, 2).map((c) => c.claim), [
    "A rate lowered by a plan, step, reaches a lower loss than a constant one.",
    "A rate lowered by a plan, cosine, reaches a lower loss than a constant one.",
  ]);
  assertStringIncludes(
    found[0]!.evidence,
    "Training loss of step over that of constant: 0.500 times (0.500 to 0.500), p = 0.016",
  );
  assertStringIncludes(found[2]!.evidence, "Lowered 2, 2, 2, 2, 2, 2, 2 times");
  assertStringIncludes(
    found[3]!.evidence,
    "over that of each plan, step: 0.880 times (0.880 to 0.880), p = 0.031; cosine: 1.10 times (1.10 to 1.10), p = 0.031",
  );
  // With five seeds p is at least 2 / 32.
  const five = claimsOf({ seeds: 5 });
  assertEquals(verdicts(five), Array(4).fill("undecided"));
  // Two comparisons, with each plan, need seven.
  assertEquals(five.map((c) => c.needs!.seeds), [6, 6, 6, 7]);
});

Deno.test("annealing: a plan above the constant rate is contradicted, one below with half of the seeds undecided", () => {
  const verdictOf = (step: (seed: number) => number) => verdicts(claimsOf({ losses: { step } })).slice(0, 2);
  assertEquals(verdictOf(() => 1.5), ["contradicted", "holds"]);
  assertEquals(verdictOf(() => 1), ["contradicted", "holds"]);
  assertEquals(verdictOf((s) => (s % 2 === 0 ? 0.5 : 2)), ["undecided", "holds"]);
});

Deno.test("annealing: plateau has to lower the rate with every seed, and to end below the constant rate", () => {
  const never = claimsOf({ lowered: (s) => (s === 3 ? 0 : 2) })[2]!;
  assertEquals(never.verdict, "undecided");
  assertEquals(never.needs!.text, "The rate was never lowered with 1 seed: train for more epochs.");
  assertEquals(claimsOf({ lowered: () => 1 })[2]!.verdict, "holds");
  assertEquals(claimsOf({ losses: { plateau: () => 1.1 } })[2]!.verdict, "contradicted");
  assertEquals(claimsOf({ losses: { plateau: (s) => (s % 2 === 0 ? 0.5 : 2) } })[2]!.verdict, "undecided");
});

Deno.test("annealing: plateau is as good as the best plan below 1.25 times its loss", () => {
  const verdictAt = (plateau: (seed: number) => number) => claimsOf({ losses: { plateau } })[3]!.verdict;
  assertEquals(verdictAt(() => 0.4 * 1.24), "holds");
  assertEquals(verdictAt(() => 0.4 * 1.26), "contradicted");
  // 1.16 times in the mean, but with half of the seeds above 1.25.
  assertEquals(verdictAt((s) => 0.4 * (s % 2 === 0 ? 0.9 : 1.5)), "undecided");
});

Deno.test("annealing: nine times the loss of the best plan, 7.2 to 12 times by the interval, is contradicted", () => {
  const losses = { plateau: (s: number) => 0.4 * [9, 12, 7, 10, 8, 6, 13, 9][s]! };
  const claim = claimsOf({ seeds: 8, losses })[3]!;
  assertEquals(claim.verdict, "contradicted");
  assert(claim.effect!.low > 7 && claim.effect!.high < 11);
  assertEquals([claim.effect!.smallest, claim.test!.p], [1.25, 2 * 2 / 256]);
});

Deno.test("annealing: a run that diverged is the worst of its pair", () => {
  const found = claimsOf({ losses: { plateau: (s) => (s === 0 ? NaN : 0.44) } });
  assertEquals(verdicts(found), ["holds", "holds", "undecided", "undecided"]);
  assertStringIncludes(found[2]!.evidence, "plateau diverged with 1 of 7 seeds");
  // A plan that diverged is no better than plateau.
  const [step, cosine, , best] = claimsOf({ losses: { cosine: () => Infinity } });
  assertEquals([step!.verdict, cosine!.verdict, best!.verdict], ["holds", "contradicted", "holds"]);
  assertStringIncludes(best!.evidence, "cosine: no number, as cosine diverged with 7 of 7 seeds");
});
