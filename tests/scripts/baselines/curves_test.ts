/** Curves beside stored ones: agreement by epoch, the claim, what would decide it, the picture. */
import { assert, assertAlmostEquals, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import {
  agreementClaim,
  type Baseline,
  baselineOf,
  baselinePlot,
  curveAgreement,
  type Curves,
  type Margin,
  storedCurves,
  type StoredRule,
} from "../../../scripts/baselines/mod.ts";
import { compilePlot } from "../../../scripts/report/mod.ts";

const PERCENT: Margin = { percent: 10, reason: "" };
const POINTS: Margin = { points: 2, reason: "" };

/** Stored losses of three runs, of which the third goes on alone. */
const STORED: Curves = [[100, 80, 60], [100, 81, 61], [100, 79, 59, 50]];

Deno.test("curveAgreement() goes as far as ours and two stored runs go", () => {
  const epochs = (ours: Curves, theirs: Curves) => curveAgreement(ours, theirs, { margin: PERCENT }).length;
  assertEquals(epochs([[1, 2, 3, 4], [1, 2, 3, 4]], STORED), 3);
  assertEquals(epochs([[1, 2]], STORED), 2);
  assertEquals(epochs([], STORED), 0);
  assertEquals(epochs([[1, 2]], [[1, 2]]), 0);
});

Deno.test("curveAgreement() measures the margin by the stored mean of the epoch", () => {
  const at = (offset: number) => STORED.slice(0, 2).map((curve) => curve.map((v) => v + offset));
  const reasons = (offset: number) =>
    curveAgreement(at(offset), STORED, { margin: PERCENT }).map((e) => e.reason);
  // Without scatter at the start: 9 lies within 10 % of 100. Later the interval is longer, the margin shorter.
  assertEquals(reasons(9), ["within", "apart", "apart"]);
  assertEquals(reasons(0), ["within", "within", "within"]);
});

Deno.test("curveAgreement() leaves it open from where a run of ours diverged", () => {
  const ours = [[100, 80, 60], [100, 81], [100, NaN, 60]];
  const course = curveAgreement(ours, STORED, { margin: PERCENT });
  assertEquals(course.map((e) => e.verdict), ["holds", "undecided", "undecided"]);
  assertEquals(course[2]!.ours, [60, NaN, 60]);
});

const RULE: StoredRule = {
  optimizer: "sgd(learningRate=0.1)",
  folder: "",
  runs: [
    { seed: 4, file: "", series: { testLoss: STORED[0]!, testAccuracy: [0.1, 0.5, 0.7] } },
    { seed: 5, file: "", series: { testLoss: STORED[1]!, testAccuracy: [0.1, 0.51, 0.71] } },
    { seed: 6, file: "", series: { testLoss: STORED[2]! } },
  ],
};
const SUBJECT = {
  problem: "hill",
  source: "Ridge",
  rule: RULE,
  measure: "testLoss",
  margin: PERCENT,
} as const;

Deno.test("agreementClaim() decides by the last common epoch, in percent of the stored mean", () => {
  const ours = [[100, 90, 60.6], [100, 91, 59.6], [100, 89, 61.6], [100, 90, 60.6]];
  const { claim, verdict, evidence, effect, test, needs } = agreementClaim({ ...SUBJECT, ours });
  assertEquals(
    claim,
    "hill, sgd(learningRate=0.1): the test loss after 2 epochs agrees with Ridge's stored runs within 10 %.",
  );
  assertEquals(verdict, "holds");
  assertAlmostEquals(effect!.value, 1, 1e-9);
  assertEquals([effect!.unit, effect!.smallest, test!.name], ["percent", 10, "Welch's t test"]);
  assert(effect!.low > -4 && effect!.low < 0 && effect!.high > 2 && effect!.high < 5);
  assertStringIncludes(
    evidence,
    "Ours: mean 60.60 of 4 seeds; theirs: mean 60.00 of 3 stored runs (seeds 4, 5, 6).",
  );
  assertStringIncludes(evidence, "Difference: 1.0 % (");
  assertStringIncludes(evidence, "Of 2 epochs it agrees at 1 and disagrees at 1.");
  assertEquals(needs, undefined);
});

Deno.test("agreementClaim() is contradicted where our mean is elsewhere", () => {
  const ours = [[100, 80, 70], [100, 81, 71], [100, 79, 69]];
  const { verdict, evidence, effect } = agreementClaim({ ...SUBJECT, ours });
  assertEquals(verdict, "contradicted");
  assertAlmostEquals(effect!.value, 100 / 6, 1e-9);
  assertStringIncludes(evidence, "The interval excludes 0 and leaves the margin.");
});

Deno.test("agreementClaim() compares accuracies in points", () => {
  const ours = [[0.1, 0.5, 0.72], [0.1, 0.5, 0.7], [0.1, 0.5, 0.71], [0.1, 0.5, 0.71], [0.1, 0.5, 0.71]];
  const claim = agreementClaim({ ...SUBJECT, measure: "testAccuracy", margin: POINTS, ours });
  assertAlmostEquals(claim.effect!.value, 0.5, 1e-9);
  assertEquals([claim.effect!.unit, claim.effect!.smallest], ["points", 2]);
  assertStringIncludes(
    claim.claim,
    "the test accuracy after 2 epochs agrees with Ridge's stored runs within 2 points.",
  );
});

Deno.test("agreementClaim() names the seeds that a wide interval needs", () => {
  const wide = [[100, 80, 50], [100, 80, 70], [100, 80, 60]];
  const { verdict, evidence, needs } = agreementClaim({ ...SUBJECT, ours: wide });
  assertEquals(verdict, "undecided");
  assertStringIncludes(evidence, "Half the interval is longer than the margin.");
  // With deviations of 10 and 1, half the interval is 6.0 with 14 seeds; the numbers tried grow by 15 %.
  assert(needs!.seeds! >= 14 && needs!.seeds! <= 17, `${needs!.seeds}`);
  assertStringIncludes(needs!.text, `About ${needs!.seeds} seeds here`);
});

Deno.test("agreementClaim() names no number of seeds where the stored runs scatter too much, or runs diverged", () => {
  const stored = { ...RULE, runs: RULE.runs.map((r, i) => ({ ...r, series: { testLoss: [1, 1 + i] } })) };
  const few = agreementClaim({ ...SUBJECT, rule: stored, ours: [[1, 2.1], [1, 1.9], [1, 2]] });
  assertEquals([few.verdict, few.needs!.seeds], ["undecided", null]);
  assertStringIncludes(few.needs!.text, "the 3 stored runs leave the interval too wide");
  const lost = agreementClaim({ ...SUBJECT, ours: [[100, 80, NaN], [100, 80, 60], [100, 80, 61]] });
  assertEquals([lost.verdict, lost.needs!.seeds, lost.effect, lost.test], [
    "undecided",
    null,
    undefined,
    undefined,
  ]);
  assertStringIncludes(lost.evidence, "Ours: 1 of 3 seeds diverged; theirs: mean 60.00 of 3 stored runs");
});

Deno.test("agreementClaim() is undecided with one seed", () => {
  const { verdict, needs, evidence } = agreementClaim({ ...SUBJECT, ours: [[100, 80, 60]] });
  assertEquals([verdict, needs], ["undecided", {
    text: "One seed has no interval; two have one.",
    seeds: 2,
  }]);
  assertStringIncludes(evidence, "There is no interval.");
});

Deno.test("agreementClaim() refuses curves without a common epoch", () => {
  assertThrows(
    () => agreementClaim({ ...SUBJECT, ours: [] }),
    RangeError,
    "hill, sgd(learningRate=0.1): no epoch of the test loss is both here and stored",
  );
});

Deno.test("stored runs agree with themselves, and those of another rule do not", () => {
  const { problem, rules, margins } = baselineOf("quadratic_deep")!;
  const verdict = (a: number, b: number) =>
    agreementClaim({
      problem,
      source: "",
      rule: rules[a]!,
      measure: "testLoss",
      margin: margins.loss,
      ours: storedCurves(rules[b]!, "testLoss").map((c) => c.slice(0, 11)),
    }).verdict;
  assertEquals(rules.map((_, i) => verdict(i, i)), ["holds", "holds", "holds"]);
  assertEquals([verdict(0, 1), verdict(1, 2), verdict(2, 0)], [
    "contradicted",
    "contradicted",
    "contradicted",
  ]);
});

const BASELINE: Baseline = {
  problem: "a_hill",
  source: { name: "Ridge", repository: "", commit: "", folder: "", license: "", copied: "", digits: "" },
  about: "",
  batchSize: 1,
  epochs: 3,
  margins: { loss: PERCENT, accuracy: POINTS },
  rules: [RULE],
};

Deno.test("baselinePlot() draws means with bands, ours thin and theirs wide and dashed, in one color", async () => {
  const curves = [[100, 70, 50], [100, 90, 70]];
  const plot = baselinePlot(BASELINE, { measure: "testLoss", ours: [{ optimizer: RULE.optimizer, curves }] });
  assertEquals([plot.name, plot.title], [
    "a-hill-stored",
    "a_hill: test loss, here and in Ridge's stored runs",
  ]);
  const [band, line] = (plot.spec as unknown as {
    layer: { data: { values: object[] }; encoding: Record<string, { field: string; scale: object }> }[];
  }).layer;
  const at = { line: RULE.optimizer };
  assertEquals(line!.data.values, [
    { x: 0, y: 100, low: 100, high: 100, ...at, style: "here" },
    { x: 1, y: 80, low: 70, high: 90, ...at, style: "here" },
    { x: 2, y: 60, low: 50, high: 70, ...at, style: "here" },
    { x: 0, y: 100, low: 100, high: 100, ...at, style: "stored" },
    { x: 1, y: 80, low: 79, high: 81, ...at, style: "stored" },
    { x: 2, y: 60, low: 59, high: 61, ...at, style: "stored" },
  ]);
  assertEquals(band!.data.values.length, 6);
  assertEquals(line!.encoding.strokeDash!.field, "style");
  assertEquals(line!.encoding.strokeDash!.scale, { domain: ["here", "stored"], range: [[1, 0], [6, 3]] });
  assertEquals(line!.encoding.strokeWidth!.scale, { domain: ["here", "stored"], range: [2, 6] });
  const { marks } = await compilePlot(plot) as {
    marks: { type: string; from: { facet: { groupby: string[] } } }[];
  };
  assert(marks.every((m) => m.from.facet.groupby.includes("line") && m.from.facet.groupby.includes("style")));
});

/** Returns the points of a plot of accuracies, by style and epoch. */
function accuracyPoints(curves: readonly (readonly number[])[]): string[] {
  const ours = [{ optimizer: RULE.optimizer, curves }, { optimizer: "adam", curves: [] }];
  const plot = baselinePlot(BASELINE, { measure: "testAccuracy", ours });
  const [, line] =
    (plot.spec as unknown as { layer: { data: { values: { x: number; style: string }[] } }[] }).layer;
  return line!.data.values.map(({ x, style }) => `${style} ${x}`);
}

Deno.test("baselinePlot() begins accuracies after the first epoch, and ends stored curves with ours", () => {
  assertEquals(accuracyPoints([[0.1, 0.4, 0.5], [0.1, 0.5, 0.6]]), [
    "here 1",
    "here 2",
    "stored 1",
    "stored 2",
  ]);
});

Deno.test("baselinePlot() begins accuracies of a single epoch before it, since one point is no line", () => {
  assertEquals(accuracyPoints([[0.1, 0.4], [0.1, 0.5]]), ["here 0", "here 1", "stored 0", "stored 1"]);
});
