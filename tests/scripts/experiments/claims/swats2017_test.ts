import { assertAlmostEquals, assertEquals } from "@std/assert";
import { claims } from "../../../../scripts/experiments/papers/swats2017/claims.ts";
import {
  CLIPPED,
  type Data,
  forcedName,
  TOLERANCES,
} from "../../../../scripts/experiments/papers/swats2017/data.ts";
import { each, stored, verdicts } from "./stored.ts";

/** As many as a test with two comparisons needs, and one more. */
const SEEDS = 8;

/** Scores that are alike with every seed, and scores that differ as much as they are apart. */
const alike = (score: number) => each(SEEDS, score);
const scattered = (score: number) => Array.from({ length: SEEDS }, (_, i) => score + 3 * (i % 2) - 1.5);

/** Scores by method, a value for each seed. The earliest switch ends like SGD, the latest like Adam. */
const SCORES = {
  adam: alike(5),
  sgd: alike(3),
  swats: alike(4),
  [forcedName(1)]: alike(3.1),
  [forcedName(9)]: alike(4.9),
  [CLIPPED.above]: alike(4),
  [CLIPPED.below]: alike(6),
};

function dataOf(
  { scores = {}, fired = 1e-5, different = 0, loss = 0.1 }: {
    scores?: Record<string, number[]>;
    /** The narrowest tolerance at which a training switches. */
    fired?: number;
    different?: number;
    /** The training loss of Adam's first seed. */
    loss?: number;
  },
): Data {
  const tolerances = TOLERANCES.flatMap((tolerance) =>
    SCORES.adam.map((_, seed) => {
      const common = { task: "digits", tolerance, seed, switched: tolerance >= fired };
      return tolerance >= fired ? { ...common, step: 7, epoch: 0.5, Lambda: 0.1 } : common;
    })
  );
  return stored({
    seed: 0,
    results: [{
      task: {
        name: "digits",
        title: "digits, MLP",
        batchSize: 32,
        epochs: 10,
        milestones: [5],
        switches: [1, 9],
        tuned: true,
        score: "test error, %",
      },
      rates: { adam: 0.01, sgd: 0.1 },
      tolerances,
      tolerance: fired,
      runs: Object.entries({ ...SCORES, ...scores }).flatMap(([method, values]) =>
        values.map((score, seed) => ({
          task: "digits",
          method,
          seed,
          score,
          trainLoss: method === "adam" && seed === 0 ? loss : 0.1,
          testLoss: 0.2,
          curves: [],
        }))
      ),
      estimates: [],
      replay: { task: "digits", step: 3, steps: 4, Lambda: 0.1, elements: 10, different },
    }],
  });
}

/** The claims, in order. */
const CLAIMS = ["tolerance", "replay", "gap", "early switch", "late switch", "above", "below"];

const SUPPORTED = CLAIMS.map(() => "holds");

Deno.test("swats2017: all claims hold for data that support them", () => {
  assertEquals(verdicts(claims(dataOf({}))) as string[], SUPPORTED);
});

const CASES: readonly [
  what: string,
  verdicts: Readonly<Record<string, string>>,
  change: Parameters<typeof dataOf>[0],
][] = [
  ["a training switches at 1e-9", { tolerance: "contradicted" }, { fired: 1e-9 }],
  [
    "a training of Adam diverged, which never switches and shows nothing of that",
    // That run has the worst rank: with seven other seeds Adam stays above SGD and SWATS, and above (1, inf).
    { tolerance: "undecided", "late switch": "undecided", below: "undecided" },
    { loss: NaN },
  ],
  ["one parameter differs", { replay: "contradicted" }, { different: 1 }],
  ["SWATS ends above Adam", { gap: "contradicted" }, { scores: { swats: alike(6) } }],
  ["SWATS scatters around Adam's end", { gap: "undecided" }, { scores: { swats: scattered(5) } }],
  [
    "SWATS ends below Adam by less than matters",
    { gap: "contradicted" },
    { scores: { swats: alike(4.9), adam: alike(5.001) } },
  ],
  ["an early switch ends like Adam", { "early switch": "contradicted" }, {
    scores: { [forcedName(1)]: alike(4.5) },
  }],
  ["an early switch scatters between both", { "early switch": "undecided" }, {
    scores: { [forcedName(1)]: scattered(4) },
  }],
  ["a late switch ends like SGD", { "late switch": "contradicted" }, {
    scores: { [forcedName(9)]: alike(3.5) },
  }],
  ["a late switch scatters between both", { "late switch": "undecided" }, {
    scores: { [forcedName(9)]: scattered(4) },
  }],
  ["rates above that of SGD hurt", { above: "contradicted" }, { scores: { [CLIPPED.above]: alike(5.1) } }],
  ["rates above that of SGD help with half the seeds", { above: "undecided" }, {
    scores: { [CLIPPED.above]: scattered(5) },
  }],
  ["rates below that of SGD help as well", { below: "contradicted" }, {
    scores: { [CLIPPED.below]: alike(4) },
  }],
  ["rates below that of SGD help by less than matters", {}, { scores: { [CLIPPED.below]: alike(4.6) } }],
  ["rates below that of SGD help with half the seeds", { below: "undecided" }, {
    scores: { [CLIPPED.below]: scattered(4.6) },
  }],
];
for (const [what, changed, change] of CASES) {
  Deno.test(`swats2017: the verdicts if ${what}`, () => {
    assertEquals(
      verdicts(claims(dataOf(change))) as string[],
      CLAIMS.map((claim, i) => changed[claim] ?? SUPPORTED[i]!),
    );
  });
}

Deno.test("swats2017: perplexities are compared by their ratio", () => {
  const data = dataOf({});
  const results = data.results.map((r) => ({ ...r, task: { ...r.task, score: "test perplexity" } }));
  const [, , gap, early] = claims({ results });
  assertEquals([gap!.effect!.of, gap!.effect!.unit, early!.effect!.unit], [
    "SWATS",
    "times",
    "of logarithms",
  ]);
  assertAlmostEquals(gap!.effect!.value, 5 / 4, 1e-12);
  // The distance in logarithms from Adam less that from SGD.
  assertAlmostEquals(early!.effect!.value, Math.log(5 / 3.1) - Math.log(3.1 / 3), 1e-12);
});

Deno.test("swats2017: five seeds cannot show a gap by two comparisons, and the claim says how many can", () => {
  const five = Object.fromEntries(Object.entries(SCORES).map(([m, scores]) => [m, scores.slice(0, 5)]));
  const gap = claims(dataOf({ scores: five }))[2]!;
  assertEquals([gap.verdict, gap.needs!.seeds], ["undecided", 7]);
});
