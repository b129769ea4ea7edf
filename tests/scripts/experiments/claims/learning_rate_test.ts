import { assertEquals, assertStringIncludes } from "@std/assert";
import { claims } from "../../../../scripts/experiments/lecture/learning_rate/claims.ts";
import { type Kind, kindOf, targetOf } from "../../../../scripts/experiments/lecture/learning_rate/kinds.ts";
import { stored, verdicts } from "./stored.ts";

/** Losses over four classes, where guessing has log 4 = 1.386: converging ends below 0.1386. */
const LOSSES: Readonly<Record<Kind, readonly number[]>> = {
  crawls: [1.4, 1.3, 1.2],
  converges: [1.4, 0.5, 0.1],
  oscillates: [1.4, 0.5, 0.9],
  diverges: [1.4, Infinity],
};

/** One run for each kind, at the rates 1, 2, 4 and so on; a list of kinds for each seed. */
function claimsOf(seeds: readonly (readonly Kind[])[]) {
  const rates = seeds[0]!.map((_, i) => 2 ** i);
  return claims(stored({
    title: "",
    classes: 4,
    config: {
      scale: "default" as const,
      seeds: seeds.map((_, seed) => seed),
      rates,
      updates: 3,
      batchSize: 8,
      hidden: [4],
    },
    runs: rates.flatMap((learningRate, i) =>
      seeds.map((kinds, seed) => ({ learningRate, seed, losses: LOSSES[kinds[i]!] }))
    ),
  }));
}

const SWEEP: readonly Kind[] = ["crawls", "crawls", "crawls", "converges", "oscillates", "diverges"];

/** Six seeds with the same kinds. */
const six = (kinds: readonly Kind[]) => Array<readonly Kind[]>(6).fill(kinds);

Deno.test("learning-rate: all four kinds, few rates that converge, and the best next to those that diverge hold", () => {
  const found = claimsOf(six(SWEEP));
  assertEquals(verdicts(found), ["holds", "holds", "holds"]);
  assertStringIncludes(found[0]!.evidence, "seed 1: crawls, converges, oscillates, diverges");
  assertStringIncludes(
    found[1]!.evidence,
    "Of 6 rates, each twice the one before, 1, 1, 1, 1, 1, 1 converge",
  );
  assertStringIncludes(found[1]!.evidence, "Less a third of them: -1.00 rates (-1.00 to -1.00), p = 0.031");
  assertStringIncludes(
    found[2]!.evidence,
    "seed 0: best 8 (converges), the next that diverges is 4 times it",
  );
  // The first claim is about what there is: with two seeds it has two outcomes, the others none.
  assertEquals(verdicts(claimsOf([SWEEP, SWEEP])), ["holds", "undecided", "undecided"]);
});

Deno.test("learning-rate: one seed without one of the kinds contradicts the first claim", () => {
  const without = SWEEP.map((k): Kind => (k === "oscillates" ? "diverges" : k));
  assertEquals(claimsOf([SWEEP, without])[0]!.verdict, "contradicted");
});

Deno.test("learning-rate: as many as a third of rates that converge contradict the second", () => {
  const two: Kind[] = ["crawls", "crawls", "converges", "converges", "oscillates", "diverges"];
  const four: Kind[] = ["converges", "converges", "converges", "converges", "oscillates", "diverges"];
  assertEquals([two, four].map((kinds) => claimsOf(six(kinds))[1]!.verdict), [
    "contradicted",
    "contradicted",
  ]);
  const none = SWEEP.map((k): Kind => (k === "converges" ? "crawls" : k));
  const mixed = [none, four, none, four, none, four];
  assertEquals(claimsOf(mixed)[1]!.verdict, "undecided");
});

Deno.test("learning-rate: a best rate of an eighth of those that diverge, or none that diverges, contradicts the third", () => {
  const far: Kind[] = ["crawls", "crawls", "converges", "oscillates", "oscillates", "diverges"];
  const [, , eighth] = claimsOf(six(far));
  assertEquals(eighth!.verdict, "contradicted");
  assertStringIncludes(eighth!.evidence, "seed 1: best 4 (converges), the next that diverges is 8 times it");
  const none = SWEEP.map((k): Kind => (k === "diverges" ? "oscillates" : k));
  assertEquals(claimsOf(six(none))[2]!.verdict, "contradicted");
  assertStringIncludes(claimsOf(six(none))[2]!.evidence, "seed 5: best 8 (converges), none diverges");
  assertEquals(claimsOf([SWEEP, far, SWEEP, far, SWEEP, far])[2]!.verdict, "undecided");
  // The best is that of the lowest last loss, whatever its kind.
  const [, , best] = claimsOf(six(["crawls", "oscillates", "diverges"]));
  assertEquals(best!.verdict, "holds");
  assertStringIncludes(best!.evidence, "best 2 (oscillates), the next that diverges is 2 times it");
});

Deno.test("kindOf() classifies trainings by their losses", () => {
  const guess = Math.log(10);
  const falling = (to: number) => Array.from({ length: 101 }, (_, i) => 2.5 + (to - 2.5) * i / 100);
  assertEquals(kindOf(falling(0.1), 10), "converges");
  assertEquals(kindOf(falling(2.4), 10), "crawls");
  assertEquals(kindOf(falling(0.1).map((l, i) => l + (i % 5 === 0 ? 0.2 : 0)), 10), "oscillates");
  assertEquals(kindOf([2.5, 9, guess, guess, guess], 10), "diverges");
  assertEquals(kindOf([2.5, 9, NaN], 10), "diverges");
});

Deno.test("kindOf() compares with the loss of guessing among the classes", () => {
  for (const [kind, losses] of Object.entries(LOSSES)) assertEquals(kindOf(losses, 4), kind);
  assertEquals(targetOf(4), Math.log(4) / 10);
  // 0.2 is below a tenth of guessing among ten classes, but not among four.
  assertEquals([kindOf([2.4, 0.5, 0.2], 10), kindOf([1.4, 0.5, 0.2], 4)], ["converges", "crawls"]);
  // No better than guessing after a rise above the first loss.
  assertEquals([kindOf([1, 2, 1.38], 4), kindOf([1, 2, 1.3], 4)], ["diverges", "oscillates"]);
  // One rise in ten updates is a tenth, two are more.
  const falling = [1, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.15];
  assertEquals(kindOf([...falling, 0.16], 4), "crawls");
  assertEquals(kindOf([...falling.slice(0, 8), 0.35, 0.34, 0.35], 4), "oscillates");
});
