import { assertEquals } from "@std/assert";
import { claims } from "../../../../scripts/experiments/papers/swats2017/claims.ts";
import {
  CLIPPED,
  type Data,
  forcedName,
  TOLERANCES,
} from "../../../../scripts/experiments/papers/swats2017/data.ts";
import { stored, verdicts } from "./stored.ts";

/** Scores by method, a value for each seed. The earliest switch ends like SGD, the latest like Adam. */
const SCORES = {
  adam: [5, 5, 5],
  sgd: [3, 3, 3],
  swats: [4, 4, 4],
  [forcedName(1)]: [3.1, 3.1, 3.1],
  [forcedName(9)]: [4.9, 4.9, 4.9],
  [CLIPPED.above]: [4, 4, 4],
  [CLIPPED.below]: [6, 6, 6],
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
    [0, 1, 2].map((seed) => {
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

Deno.test("swats2017: all claims hold for data that support them", () => {
  assertEquals(verdicts(claims(dataOf({}))), ["holds", "holds", "holds", "holds", "holds"]);
});

const CASES: readonly [what: string, verdicts: string[], change: Parameters<typeof dataOf>[0]][] = [
  ["a training switches at 1e-9", ["contradicted", "holds", "holds", "holds", "holds"], { fired: 1e-9 }],
  [
    "a training of Adam diverged, which never switches and proves nothing",
    ["contradicted", "holds", "undecided", "contradicted", "undecided"],
    { loss: NaN },
  ],
  ["one parameter differs", ["holds", "contradicted", "holds", "holds", "holds"], { different: 1 }],
  [
    "SWATS is no better than Adam",
    ["holds", "holds", "undecided", "holds", "holds"],
    { scores: { swats: [4, 5, 6] } },
  ],
  [
    "there is no gap between Adam and SGD",
    // The means are equal: no switch is nearer to one than to the other.
    ["holds", "holds", "undecided", "contradicted", "holds"],
    { scores: { sgd: [2, 5, 8] } },
  ],
  [
    "an early switch ends like Adam",
    ["holds", "holds", "holds", "contradicted", "holds"],
    { scores: { [forcedName(1)]: [4.5, 4.5, 4.5] } },
  ],
  [
    "a late switch ends like SGD",
    ["holds", "holds", "holds", "contradicted", "holds"],
    { scores: { [forcedName(9)]: [3.5, 3.5, 3.5] } },
  ],
  [
    "rates above that of SGD do not help",
    ["holds", "holds", "holds", "holds", "undecided"],
    { scores: { [CLIPPED.above]: [4, 5, 6] } },
  ],
  [
    "rates below that of SGD help as well",
    ["holds", "holds", "holds", "holds", "undecided"],
    { scores: { [CLIPPED.below]: [4, 4, 4] } },
  ],
];
for (const [what, expected, change] of CASES) {
  Deno.test(`swats2017: the verdicts if ${what}`, () => {
    assertEquals(verdicts(claims(dataOf(change))) as string[], expected);
  });
}
