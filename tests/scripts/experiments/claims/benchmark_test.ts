import { assert, assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import { checkDesign } from "../../../../scripts/decision/mod.ts";
import { agreementOf } from "../../../../scripts/experiments/benchmark/results/agreement.ts";
import { bestClaim } from "../../../../scripts/experiments/benchmark/claims/best_rule.ts";
import { claims } from "../../../../scripts/experiments/benchmark/claims/claims.ts";
import type { BenchmarkData } from "../../../../scripts/experiments/benchmark/data.ts";
import { designOf } from "../../../../scripts/experiments/benchmark/claims/design.ts";
import { dominanceClaim } from "../../../../scripts/experiments/benchmark/claims/dominance.ts";
import { profiles } from "../../../../scripts/experiments/benchmark/results/profiles.ts";
import { quantityOn } from "../../../../scripts/experiments/benchmark/claims/quantities.ts";
import { fieldsOf } from "../../../../scripts/experiments/benchmark/claims/rivals.ts";
import { scoresOf } from "../../../../scripts/experiments/benchmark/results/scores.ts";
import { untunedClaim } from "../../../../scripts/experiments/benchmark/claims/untuned.ts";
import { varyingClaim } from "../../../../scripts/experiments/benchmark/claims/varying.ts";
import golden from "../../../golden/benchmark/intervals.json" with { type: "json" };
import { type Synthetic, synthetic, UNTRAINED } from "../benchmark_verdicts/synthetic.ts";

const PROBLEMS = ["a", "b", "c", "d", "e", "f"];
const varying = (options: Synthetic) => {
  const data = synthetic(options);
  return varyingClaim(data, fieldsOf(data, {}))[0];
};
const dominance = (options: Synthetic) => {
  const data = synthetic(options);
  return dominanceClaim(data, fieldsOf(data, {}))[0];
};
/** adam is better by a factor of e on a, sgd on b. */
const CROSSING = { a: { adam: -1 }, b: { sgd: -1 } };
const everywhere = (effect: Readonly<Record<string, number>>) =>
  Object.fromEntries(PROBLEMS.map((p) => [p, effect]));

Deno.test("benchmark: performance varies if two optimizers change places, at 2 / 64 on each problem", () => {
  const found = varying({ problems: ["a", "b"], effects: CROSSING })!;
  assertEquals([found.verdict, found.test!.p], ["holds", 2 / 64]);
  assertStringIncludes(
    found.evidence,
    "In the trials sgd is ahead of adam on b (p = 0.031) and behind on a (p = 0.031).",
  );
  // Accuracies are better if they are higher.
  assertEquals(varying({ problems: ["a", "b"], effects: CROSSING, accuracies: ["b"] })!.verdict, "holds");
});

Deno.test("benchmark: what is chosen to be compared does not depend on test values", () => {
  const data = synthetic({ problems: ["a", "b"], effects: { a: { adam: -0.3 }, b: { sgd: -0.3 } } });
  const leads = (test: number) => {
    const changed: BenchmarkData = {
      ...data,
      problems: data.problems.map((p) => ({
        ...p,
        compared: {
          ...p.compared,
          arms: p.compared.arms.map((arm, i) => ({
            ...arm,
            runs: arm.runs.map((run) => ({ ...run, testLoss: (1 + i) * test })),
          })),
        },
      })),
    };
    return fieldsOf(changed, {}).map((f) => f.lead("sgd", "adam"));
  };
  const [a, b] = leads(1);
  assert(a! < 0 && b! > 0);
  // Losses below 0 have no ratios.
  for (const test of [-1, 1e9]) assertEquals(leads(test), [a, b]);
});

Deno.test("benchmark: of losses that have no ratio, a hundredth of the way to the target matters", () => {
  const { problems: [problem] } = synthetic({ problems: ["a"], noise: 0, targets: { a: 0.5 } });
  const [sgd, adam] = problem!.compared.arms;
  // One that blew up makes no other difference too small to matter.
  const runs = adam!.runs.map((run, i) => ({ ...run, testLoss: i === 0 ? 1e28 : -0.5 }));
  const changed = {
    ...problem!,
    compared: { ...problem!.compared, arms: [sgd!, { ...adam!, runs }] },
  };
  assertAlmostEquals(quantityOn(changed, { of: "final" }).smallest, (UNTRAINED - 0.5) / 100, 1e-12);
  assertAlmostEquals(quantityOn(changed, { of: "final", effect: 3 }).smallest, 0.045, 1e-12);
});

Deno.test("benchmark: an optimizer that was not run on each problem has no scores; one that is refused has 0", () => {
  const { problems: [a, b], ...data } = synthetic({ problems: ["a", "b"] });
  const without = { ...b!, compared: { ...b!.compared, arms: b!.compared.arms.slice(0, 1) } };
  assertEquals(Object.keys(scoresOf({ ...data, problems: [a!, without] }).scores), ["sgd"]);
  const refused = { ...without, refused: { adam: "no" } };
  const { scores } = scoresOf({ ...data, problems: [a!, refused] });
  assertEquals([Object.keys(scores), scores.adam![1]], [["sgd", "adam"], [0, 0, 0, 0, 0, 0]]);
});

Deno.test("benchmark: a problem on which every optimizer fails decides nothing", () => {
  const options = { problems: ["a", "b", "c"], effects: everywhere({ adam: -1 }) };
  const { problems: [a, b, c], ...data } = synthetic(options);
  const failed = { ...c!, compared: { arms: [], trials: {} }, refused: { sgd: "no", adam: "no" } };
  const found: BenchmarkData = { ...data, problems: [a!, b!, failed] };
  const expected: BenchmarkData = { ...data, problems: [a!, b!] };
  assertEquals(dominanceClaim(found, fieldsOf(found, {}))[0]!.verdict, "contradicted");
  assertEquals(claims(found).slice(0, 2), claims(expected).slice(0, 2));
  assertEquals(scoresOf(found).leftOut, { c: "none of the optimizers can be used on it" });
  assertEquals([agreementOf(found), profiles(found)], [agreementOf(expected), profiles(expected)]);
});

Deno.test("benchmark: five seeds cannot show that performance varies; six can", () => {
  const { verdict, needs } = varying({ problems: ["a", "b"], effects: CROSSING, seeds: 5 })!;
  assertEquals([verdict, needs!.seeds], ["undecided", 6]);
});

Deno.test("benchmark: without trials nothing is chosen to be compared", () => {
  for (const decide of [varying, dominance]) {
    const { verdict, needs } = decide({ problems: ["a", "b"], effects: CROSSING, trials: 0 })!;
    assertEquals([verdict, needs!.seeds], ["undecided", null]);
    assertStringIncludes(needs!.text, "give --budget 2 or more");
  }
});

Deno.test("benchmark: performance does not vary if one optimizer is the better one on every problem", () => {
  assertEquals(varying({ problems: PROBLEMS, effects: everywhere({ adam: -1 }) })!.verdict, "contradicted");
  // An exchange by less than 1 % does not matter: it is one as little as none.
  const tiny = { a: { adam: -0.004 }, b: { sgd: -0.004 } };
  assertEquals(varying({ problems: ["a", "b"], effects: tiny, noise: 1e-4 })!.verdict, "contradicted");
  const real = { a: { adam: -0.012 }, b: { sgd: -0.012 } };
  assertEquals(varying({ problems: ["a", "b"], effects: real, noise: 1e-4 })!.verdict, "holds");
});

Deno.test("benchmark: an exchange that the trials show and the test set does not is undecided", () => {
  const data = synthetic({ problems: ["a", "b"], effects: CROSSING });
  const calm = synthetic({ problems: ["a", "b"] });
  const mixed: BenchmarkData = {
    ...data,
    problems: calm.problems.map((p, i) => ({
      ...p,
      compared: { arms: p.compared.arms, trials: data.problems[i]!.compared.trials },
    })),
  };
  const [claim] = varyingClaim(mixed, fieldsOf(mixed, {}));
  assertEquals(claim!.verdict, "undecided");
  assert(claim!.needs !== undefined);
});

Deno.test("benchmark: a run that diverged is worse than all others where two change places", () => {
  const all = (p: string, o: string) => Array.from({ length: 6 }, (_, s) => `${p}/${o}/${s}`);
  const found = varying({
    problems: ["a", "b"],
    effects: CROSSING,
    diverged: [...all("a", "sgd"), ...all("b", "adam")],
  });
  assertEquals(found!.verdict, "holds");
});

Deno.test("benchmark: none dominates if each optimizer is beaten somewhere", () => {
  const found = dominance({ problems: ["a", "b"], effects: CROSSING })!;
  assertEquals([found.verdict, found.test!.p], ["holds", 2 / 64]);
  assertStringIncludes(found.evidence, "sgd: worse than adam on a, p = 0.031. adam: worse than sgd on b");
});

Deno.test("benchmark: one dominates if it is nowhere worse by as much as matters", () => {
  const found = dominance({ problems: PROBLEMS, effects: everywhere({ adam: -1 }) })!;
  assertEquals(found.verdict, "contradicted");
  assertStringIncludes(found.evidence, "adam is not worse than any other");
  // Worse by 2 % on one problem of six, it does not.
  const beaten = { ...everywhere({ adam: -1 }), c: { adam: 0.02 } };
  assertEquals(dominance({ problems: PROBLEMS, effects: beaten, noise: 1e-4 })!.verdict, "holds");
  const tied = { ...everywhere({ adam: -1 }), c: { adam: 0.005 } };
  assertEquals(dominance({ problems: PROBLEMS, effects: tied, noise: 1e-4 })!.verdict, "contradicted");
});

Deno.test("benchmark: losses that are not above 0 are compared by their differences", () => {
  const data = synthetic({ problems: ["a", "b"], effects: CROSSING });
  const below: BenchmarkData = {
    ...data,
    problems: data.problems.map((p) => ({
      ...p,
      compared: {
        arms: p.compared.arms.map((a) => ({
          ...a,
          runs: a.runs.map((r) => ({ ...r, testLoss: r.testLoss - 0.2 })),
        })),
        trials: p.compared.trials,
      },
    })),
  };
  assertEquals(varyingClaim(below, fieldsOf(below, {}))[0]!.verdict, "holds");
});

Deno.test("benchmark: untuned is as good as tuned if tuning gains little, and is not if it gains much", () => {
  const found = (tuning: number, options: Synthetic = {}) =>
    untunedClaim(synthetic({ problems: PROBLEMS, tuning, noise: 0.01, ...options }))[0];
  const little = found(0.02)!;
  assertEquals([little.verdict, little.effect!.smallest], ["holds", 5]);
  assertStringIncludes(little.claim, "the best of 2 at their declared hyper-parameters");
  // The declared rate ends at 0.2 · e^0.9, tuning at 0.2: of the way from 2 to 0.244, 16.6 hundredths less.
  const much = found(0.3)!;
  assertEquals(much.verdict, "contradicted");
  assertAlmostEquals(much.effect!.value, -100 * 0.2 * (Math.exp(0.9) - 1) / (2 - 0.2 * Math.exp(0.2)), 0.5);
  // Six problems are the fewest.
  const five = found(0.02, { problems: PROBLEMS.slice(1) })!;
  assertEquals([five.verdict, five.needs!.seeds], ["undecided", 6]);
  assertEquals(found(0.02, { tuningSeeds: 1 })!.verdict, "undecided");
});

Deno.test("benchmark: the claim about untuned optimizers needs first trials at declared settings", () => {
  const data = synthetic({ problems: PROBLEMS, tuning: 0.02 });
  const declared = (settings: BenchmarkData["config"]["declared"]) =>
    untunedClaim({ ...data, config: { ...data.config, declared: settings } }).length;
  assertEquals(declared({ sgd: { learningRate: 0.01 }, adam: { learningRate: 0.01, beta: 0.9 } }), 1);
  assertEquals(declared({ sgd: { learningRate: 0.01 }, adam: { learningRate: 0.011 } }), 0);
  assertEquals(declared({ sgd: { learningRate: 0.01 } }), 0);
  assertEquals(declared({}), 0);
  assertEquals(untunedClaim(synthetic({ problems: PROBLEMS, trials: 1 })), []);
});

Deno.test("benchmark: the luckiest of many equal optimizers does not count as better", () => {
  // Chosen and judged by the same numbers, the best of 12 would be 3 hundredths above the best of 2.
  const optimizers = ["sgd", "adam", ...Array.from({ length: 10 }, (_, i) => `rule${i}`)];
  const [claim] = untunedClaim(synthetic({
    problems: Array.from({ length: 12 }, (_, i) => `p${i}`),
    optimizers,
    trials: 2,
    tuning: 0,
    noise: 0.3,
  }));
  const { value, low, high } = claim!.effect!;
  assert(low < 0 && high > 0, `${value}`);
});

Deno.test("benchmark: adam is the best if it is above every other by both measures", () => {
  const optimizers = ["sgd", "momentum", "adam"];
  const problems = ["a", "b", "c"];
  const found = (effect: Readonly<Record<string, number>>, more: Synthetic = {}) =>
    bestClaim(synthetic({
      problems,
      optimizers,
      effects: Object.fromEntries(problems.map((p) => [p, effect])),
      ...more,
    }))[0]!;
  const best = found({ adam: -1 });
  assertEquals([best.verdict, best.test!.correction, best.test!.comparisons], ["holds", "Holm", 2]);
  assert(best.test!.p <= 2 * 2 / 2001 && best.effect!.low > 1);
  assertEquals(found({ adam: -1, momentum: -2 }).verdict, "contradicted");
  assertStringIncludes(found({ adam: -1, momentum: -2 }).evidence, "Not better by as much: than momentum.");
  // A tie is no best.
  assertEquals(found({ adam: -1, momentum: -1 }, { noise: 0.01 }).verdict, "contradicted");
  const open = found({ adam: -0.15, sgd: 0.2 }, { noise: 0.3, seeds: 2, problems: ["a"] });
  assertEquals(open.verdict, "undecided");
  assert(open.needs!.seeds! > 2, open.needs!.text);
});

Deno.test("benchmark: a single optimizer, problem or seed leaves out the claims that need more", () => {
  const names = (options: Synthetic) => claims(synthetic(options)).map((c) => c.claim.split(/[ :]/)[0]);
  assertEquals(names({ optimizers: ["adam"] }), []);
  assertEquals(names({ problems: ["a"] }), ["Several", "Adam"]);
  assertEquals(names({ optimizers: ["sgd", "momentum"] }), ["Performance", "None", "Several"]);
  assertEquals(names({ seeds: 1 }), ["Performance", "None", "Several"]);
  assertEquals(names({}), ["Performance", "None", "Several", "Adam"]);
});

Deno.test("benchmark: the concordance of the rankings is SciPy's, by Friedman's statistic", () => {
  for (const { losses, concordance } of golden.concordance) {
    const optimizers = losses[0]!.map((_, i) => `o${i}`);
    const data = synthetic({ problems: losses.map((_, i) => `p${i}`), optimizers, seeds: 1 });
    const exact: BenchmarkData = {
      ...data,
      problems: data.problems.map((p, i) => ({
        ...p,
        compared: {
          trials: p.compared.trials,
          arms: p.compared.arms.map((a, k) => ({
            ...a,
            runs: a.runs.map((r) => ({ ...r, testLoss: losses[i]![k]! })),
          })),
        },
      })),
    };
    assertAlmostEquals(agreementOf(exact)!.concordance, concordance, 1e-12);
  }
});

Deno.test("benchmark: the best has rank 1, and a run that diverged the last", () => {
  const options = { problems: ["a", "b"], optimizers: ["sgd", "adam", "lion"], accuracies: ["b"] };
  const effects = { a: { adam: -1, lion: 1 }, b: { adam: -1, lion: 1 } };
  assertEquals(agreementOf(synthetic({ ...options, effects }))!.ranks, [[2, 1, 3], [2, 1, 3]]);
  const diverged = ["a/adam/1", "b/adam/2"];
  assertEquals(agreementOf(synthetic({ ...options, effects, diverged }))!.ranks, [[1, 3, 2], [1, 3, 2]]);
});

Deno.test("benchmark: the design says before the runs what claims cannot be decided, and names no option it refuses", () => {
  const told = (options: Synthetic, more: { baselines?: boolean } = {}) => {
    const { config, problems } = synthetic(options);
    const optimizers = options.optimizers ?? ["sgd", "adam"];
    const design = designOf({ config: { ...config, ...more }, problems: problems.length, optimizers });
    return design.claims.length === 0 ? undefined : checkDesign(design, {});
  };
  const problems = ["a", "b", "c", "d", "e", "f"];
  const enough = told({ problems })!;
  assertEquals([enough.decides, enough.fewest], [true, 6]);
  assert(!/--seeds auto|--deviation/.test(enough.text), enough.text);
  const five = told({ problems, seeds: 5 })!;
  assert(!five.decides);
  assertStringIncludes(five.text, "5 seeds cannot decide");
  assertStringIncludes(told({})!.text, "takes 6 problems, here there are 2");
  assertEquals(told({ problems: ["a"] })!.decides, true);
  assertStringIncludes(told({ problems, tuningSeeds: 1 })!.text, "--tuning-seeds 2");
  assertStringIncludes(told({ problems, trials: 1 })!.text, "--budget 2 does");
  assertEquals([told({ optimizers: ["adam"] }), told({}, { baselines: true })], [undefined, undefined]);
  // What it says of the claims is what they say.
  const undecided = claims(synthetic({ problems, seeds: 5 })).find((c) => c.claim.startsWith("Performance"))!;
  assertStringIncludes(undecided.needs!.text, "6 can");
});
