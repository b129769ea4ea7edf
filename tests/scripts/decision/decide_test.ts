/** Decides made-up pairs, whose verdicts follow from counting signs by hand. */
import { assert, assertAlmostEquals, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import {
  type Above,
  accuracy,
  decideAbove,
  decided,
  decideEqual,
  loss,
  numbers,
  underConditions,
} from "../../../scripts/decision/mod.ts";

const UP: Above = { quantity: accuracy(), toward: 1 };

/** Returns pairs of accuracies whose differences are given in points. */
function points(name: string, differences: readonly number[]) {
  return { name, a: differences.map((d) => 0.5 + d / 100), b: differences.map(() => 0.5) };
}

const one = (differences: readonly number[], above: Above = UP) =>
  decideAbove([points("other", differences)], above);

Deno.test("decideAbove(): six seeds of one sign decide at 5 %, five do not and name six", () => {
  assertEquals(one([2, 3, 4, 2, 3, 4]).verdict, "holds");
  assertEquals(one([-2, -3, -4, -2, -3, -4]).verdict, "contradicted");
  for (const sign of [1, -1]) {
    const { verdict, needs, test } = one([2, 3, 4, 2, 3].map((d) => sign * d));
    assertEquals([verdict, needs!.seeds, test.p], ["undecided", 6, 2 / 32]);
  }
  // Toward -1 the same differences say the opposite.
  assertEquals(one([2, 3, 4, 2, 3, 4], { ...UP, toward: -1 }).verdict, "contradicted");
  assertEquals(one([-2, -3, -4, -2, -3, -4], { ...UP, toward: -1 }).verdict, "holds");
});

Deno.test("decideAbove(): a single seed decides nothing, and has no interval", () => {
  const { verdict, figures } = one([3]);
  assertEquals([verdict, figures], ["undecided", ["other: 3.00 points (no interval), p = 1.0"]]);
});

Deno.test("decideAbove(): a difference smaller than what matters contradicts, significant or not", () => {
  const real = one([0.1, 0.2, 0.1, 0.2, 0.1, 0.2, 0.1]);
  assertEquals(real.verdict, "contradicted");
  assertStringIncludes(real.condition, "less than 0.5 points does not matter. The difference is smaller");
  assertEquals(one([0.1, -0.1, 0.1, -0.1, 0.1, -0.1, 0.1]).verdict, "contradicted");
  // The interval reaches above half a point.
  assertEquals(one([1, -1, 1, -1, 1, -1, 1]).verdict, "undecided");
  // A smaller effect that matters turns the first one round.
  assertEquals(
    one([0.1, 0.2, 0.1, 0.2, 0.1, 0.2, 0.1], { ...UP, quantity: accuracy({ effect: 0.05 }) }).verdict,
    "holds",
  );
});

Deno.test("decideAbove(): Holm's correction over the comparisons of the claim", () => {
  const won = [2, 3, 4, 2, 3, 4, 2];
  const decide = (n: number, seeds = 7) =>
    decideAbove(Array.from({ length: n }, (_, i) => points(`${i}`, won.slice(0, seeds))), UP);
  // 2 / 128 = 0.0156 is below 0.05 / 3, not below 0.05 / 4; 2 / 64 is not below 0.05 / 2.
  assertEquals([1, 2, 3, 4].map((n) => decide(n).verdict), ["holds", "holds", "holds", "undecided"]);
  assertEquals([1, 2].map((n) => decide(n, 6).verdict), ["holds", "undecided"]);
  assertAlmostEquals(decide(3).test.p, 3 * 2 / 128, 1e-15);
  assertEquals([decide(1).test.correction, decide(3).test.correction], ["none", "Holm"]);
  assertEquals(
    decide(4).needs!.text,
    "7 seeds cannot show this at 5 % after Holm's correction for 4 comparisons; 8 can.",
  );
});

Deno.test("decideAbove(): one comparison that is lost contradicts, one that is open leaves undecided", () => {
  const won = points("won", [2, 3, 4, 2, 3, 4, 2]);
  const lost = points("lost", [-2, -3, -4, -2, -3, -4, -2]);
  const open = points("open", [2, -3, 4, -2, 3, -4, 2]);
  const of = (...pairs: (typeof won)[]) => decideAbove(pairs, UP);
  assertEquals([of(won, lost), of(won, open), of(open, lost)].map((d) => d.verdict), [
    "contradicted",
    "undecided",
    "contradicted",
  ]);
  assertEquals([of(won, lost).effect!.of, of(won, open).effect!.of], ["lost", "open"]);
});

Deno.test("decideAbove(): names the seeds for 80 % power if the difference is as seen", () => {
  const { verdict, needs } = one([1, -1, 1, -1, 1, -1, 1, -1]);
  assertEquals(verdict, "undecided");
  // Deviation 8 / 7, effect 0.5: ((1.95996 + 0.84162) * 1.06904 / 0.5)^2 + 1.95996^2 / 2 = 35.88 + 1.92.
  assertEquals(needs!.seeds, 38);
  assertEquals(needs!.power!.share, 0.8);
  assertAlmostEquals(needs!.power!.deviation, Math.sqrt(8 / 7), 1e-12);
  assertEquals(
    needs!.text,
    "About 38 seeds would decide with 80 % power, if difference and scatter are as seen (standard deviation 1.07 points).",
  );
});

Deno.test("decideAbove(): names both numbers if the seen difference takes other seeds than the smallest", () => {
  // Mean 2, deviation 3 sqrt(8 / 7) = 3.207: ((1.95996 + 0.84162) * 3.207 / 2)^2 + 1.92 = 20.18 + 1.92, and at 0.5
  // (2.80158 * 3.207 / 0.5)^2 + 1.92 = 322.9 + 1.92.
  const { verdict, needs } = one([5, -1, 5, -1, 5, -1, 5, -1]);
  assertEquals([verdict, needs!.seeds], ["undecided", 23]);
  assertAlmostEquals(needs!.power!.effect, 2, 1e-12);
  assertStringIncludes(needs!.text, "About 23 seeds would decide");
  assertStringIncludes(
    needs!.text,
    " To show a difference of 0.5 points, the smallest that matters, takes about 325 seeds.",
  );
  // A mean of -1.5 is 2 below what matters: as far as that of 2 is above 0.
  assertEquals(one([1.5, -4.5, 1.5, -4.5, 1.5, -4.5, 1.5, -4.5]).needs!.seeds, 23);
});

Deno.test("decideAbove(): all comparisons have to be won, one that is lost suffices", () => {
  const decide = (...means: number[]) =>
    decideAbove(means.map((m, i) => points(`${i}`, [3, -3, 3, -3, 3, -3, 3, -3].map((d) => m + d))), UP);
  // The nearest verdict: that the second is won, as the first is won with fewer; that the second is lost.
  const [won, lost] = [decide(2, 1.5), decide(1, -2)];
  assertEquals([won.verdict, lost.verdict], ["undecided", "undecided"]);
  assertAlmostEquals(won.needs!.power!.effect, 1.5, 1e-12);
  assertAlmostEquals(lost.needs!.power!.effect, 2.5, 1e-12);
});

Deno.test("decideAbove(): needs name more seeds than there are, if chance alone leaves it undecided", () => {
  // 7 of 8 on one side, one far on the other.
  const { verdict, needs } = one([4, 4, 4, 4, 4, 4, -5, -5, 4, 4]);
  assertEquals(verdict, "undecided");
  assert(needs!.seeds! > 10, needs!.text);
});

Deno.test("decideAbove(): the p-value in the evidence is the one after the correction", () => {
  const won = [2, 3, 4, 2, 3, 4, 2];
  const { figures } = decideAbove([points("sgd", won), points("adam", won)], UP);
  assertEquals(figures.map((f) => f.split(", ")[1]), ["p = 0.031", "p = 0.031"]);
});

Deno.test("decideAbove(): the best of several candidates needs a smaller p", () => {
  const decide = (candidates: number, seeds: number) =>
    decideAbove([points("other", Array(seeds).fill(3))], { ...UP, candidates });
  // 2 / 128 is below 0.05 / 3, not below 0.05 / 4.
  assertEquals([[3, 7], [4, 7], [4, 8]].map(([c, n]) => decide(c!, n!).verdict), [
    "holds",
    "undecided",
    "holds",
  ]);
  assertEquals(decide(3, 7).test.p, 3 * 2 / 128);
  assertEquals([decide(4, 7).needs!.seeds, decide(4, 7).sizes!().fewest, decide(4, 7).test.comparisons], [
    8,
    8,
    4,
  ]);
  // Each p-value times 6, and Holm's correction: the larger of both.
  const two = decideAbove(["x", "y"].map((n) => points(n, Array(8).fill(3))), { ...UP, candidates: 6 });
  assertEquals([two.verdict, two.test.p, two.test.correction], ["holds", 6 * 2 / 256, "Holm and Bonferroni"]);
  assertStringIncludes(decide(3, 7).condition, "at 5 % after Bonferroni's correction for 3 candidates");
});

Deno.test("decideAbove(): says against what a difference is too small", () => {
  const small = decideAbove([
    points("sgd", [2, 3, 4, 2, 3, 4, 2]),
    points("adam", [-0.1, 0, -0.1, 0, -0.1, 0, 0.1]),
  ], UP);
  assertEquals([small.verdict, small.effect!.of], ["contradicted", "adam"]);
  assertStringIncludes(small.condition, "The difference from adam is smaller than that (p = 0.031).");
  assertStringIncludes(small.test.name, "against the smallest that matters");
  const lost = one([-2, -3, -4, -2, -3, -4]);
  assertEquals([lost.condition.includes("smaller than"), lost.test.name.includes("smallest")], [
    false,
    false,
  ]);
});

Deno.test("decideAbove(): the scatter of the comparisons without runs that diverged sizes the design", () => {
  const noisy = [2, -1, 1, -1, 0];
  const both = decideAbove([points("lost", [NaN, 1, 1, 1, 1]), points("other", noisy)], UP);
  const alone = decideAbove([points("other", noisy), points("again", noisy)], UP);
  assertEquals(both.sizes!().power, alone.sizes!().power);
  assert(both.sizes!().power!.seeds! > 40);
});

Deno.test("decideAbove(): ratios of losses, by their logarithms", () => {
  const decide = (factor: number, effect?: number) =>
    decideAbove([{ name: "sgd", a: Array(6).fill(factor * 0.2), b: Array(6).fill(0.2) }], {
      quantity: loss(effect === undefined ? {} : { effect }),
      toward: -1,
    });
  assertEquals([0.5, 0.98, 0.995, 1, 1.5].map((f) => decide(f).verdict), [
    "holds",
    "holds",
    "contradicted",
    "contradicted",
    "contradicted",
  ]);
  assertEquals([decide(0.98, 3).verdict, decide(0.995, 0.1).verdict], ["contradicted", "holds"]);
  const { effect, figures, condition } = decide(0.5);
  assertAlmostEquals(effect!.value, 0.5, 1e-12);
  assertAlmostEquals(effect!.smallest, 1.01, 1e-12);
  assertEquals(effect!.unit, "times");
  assertEquals(figures, ["sgd: 0.500 times (0.500 to 0.500), p = 0.031"]);
  assertStringIncludes(
    condition,
    "Test: below 1 at 5 % (sign flips of the differences of 6 seeds); less than 1 %",
  );
  // A loss of 0 is lower than any other, by no number.
  const zero = decideAbove([{ name: "sgd", a: Array(6).fill(0), b: Array(6).fill(0.2) }], {
    quantity: loss(),
    toward: -1,
  });
  assertEquals([zero.verdict, zero.effect], ["holds", undefined]);
  assertThrows(
    () => decideAbove([{ name: "sgd", a: [-1], b: [1] }], { quantity: loss(), toward: -1 }),
    RangeError,
    "values of at least 0",
  );
});

Deno.test("decideAbove(): a margin is the bound on both sides", () => {
  const above = {
    quantity: numbers("steps", { better: "higher", smallest: 1 }),
    toward: 1 as const,
    margin: 5,
  };
  const decide = (d: number) => decideAbove([{ name: "x", a: Array(6).fill(d), b: Array(6).fill(0) }], above);
  assertEquals([6, 5, 4, -1].map((d) => decide(d).verdict), [
    "holds",
    "undecided",
    "contradicted",
    "contradicted",
  ]);
  assertStringIncludes(decide(6).condition, "Test: above 5 at 5 %");
  // "At most 1.25 times as large."
  const atMost = { quantity: loss(), toward: -1 as const, margin: -Math.log(1.25) };
  const ratio = (r: number) => decideAbove([{ name: "x", a: Array(6).fill(r), b: Array(6).fill(1) }], atMost);
  assertEquals([0.5, 1.2, 1.3].map((r) => ratio(r).verdict), ["holds", "holds", "contradicted"]);
  assertEquals(ratio(1.2).effect!.smallest, 1.25);
});

Deno.test("decideAbove(): a measurement that diverged is the worst, never a number", () => {
  const lost = (n: number) => Array.from({ length: 8 }, (_, i) => (i < n ? NaN : 0.9));
  const decide = (a: readonly number[], b: readonly number[]) =>
    decideAbove([{ name: "b", a, b }], { ...UP, own: "a" });
  assertEquals(decide(lost(0), lost(8)).verdict, "holds");
  assertEquals(decide(lost(8), lost(0)).verdict, "contradicted");
  // Equal where neither diverged: 2 of 8 signs show nothing, 6 of 6 do.
  assertEquals([2, 6].map((n) => decide(lost(0), lost(n)).verdict), ["undecided", "holds"]);
  const both = decide(lost(8), lost(8));
  assertEquals([both.verdict, both.effect, both.test.p, both.needs!.seeds], [
    "undecided",
    undefined,
    1,
    null,
  ]);
  assertEquals(both.figures, [
    "b: no number, as a diverged with 8 of 8 seeds and b diverged with 8 of 8 seeds, p = 1.0 by signed ranks, a run that diverged being the worst",
  ]);
  // Three that diverged are worse than five that win, by ranks 7, 7, 7 against 1 to 5: p is far from 5 %.
  const mixed = decide(Array(8).fill(0.5), [NaN, NaN, NaN, 0.6, 0.62, 0.64, 0.66, 0.68]);
  assertEquals(mixed.verdict, "undecided");
  assert(mixed.test.p > 0.3);
});

Deno.test("decideEqual(): within, outside, and neither", () => {
  const decide = (differences: readonly number[]) =>
    decideEqual(points("other", differences), { quantity: accuracy({ effect: 1 }) });
  assertEquals(decide([0, 0, 0.2, -0.2, 0, 0]).verdict, "holds");
  assertEquals([2, -2].map((d) => decide(Array(6).fill(d)).verdict), ["contradicted", "contradicted"]);
  const wide = decide([3, -3, 3, -3, 3, -3]);
  assertEquals([wide.verdict, wide.test.p > 0.05], ["undecided", true]);
  // ((1.95996 + 1.28155) * 3.28634 / 1)^2 + 1.92.
  assertEquals(wide.needs!.seeds, 116);
  // 0.5 of 1 is left on either side, so four times as many, besides those for no difference.
  const half = decide([3.5, -2.5, 3.5, -2.5, 3.5, -2.5]);
  assertEquals([half.verdict, half.needs!.seeds], ["undecided", 456]);
  assertStringIncludes(
    half.needs!.text,
    "To show that the difference lies within ±1 points, if there is none, takes about 116 seeds.",
  );
  assertEquals(decide([0, 0, 0, 0, 0]).needs!.text, "5 seeds cannot show this at 5 %; 6 can.");
  // The difference straddles the bound: real, perhaps too small to matter.
  assertEquals(decide([0.8, 1.2, 0.8, 1.2, 0.9, 1.1]).verdict, "undecided");
});

Deno.test("underConditions(): what cannot be trusted is undecided, and says why", () => {
  const decision = one([2, 3, 4, 2, 3, 4]);
  const remedy = "measure again on a machine with no other work";
  assertEquals(underConditions(decision, { faults: [], remedy }), decision);
  const faults = ["The load was 3.1 a core"];
  const { verdict, needs } = underConditions(decision, { faults, remedy });
  assertEquals(verdict, "undecided");
  assertEquals(needs, {
    text: "The load was 3.1 a core: measure again on a machine with no other work.",
    seeds: null,
  });
});

Deno.test("decided() makes a claim of a decision", () => {
  const claim = decided("A is better.", one([2, 3, 4, 2, 3, 4]), "A less");
  assertEquals(Object.keys(claim), ["claim", "verdict", "evidence", "effect", "test", "sizes"]);
  assertStringIncludes(claim.evidence, "A less other: 3.00 points (");
  const open = decided("A is better.", one([2, 3]), "A less");
  assertEquals(open.needs!.seeds, 6);
});
