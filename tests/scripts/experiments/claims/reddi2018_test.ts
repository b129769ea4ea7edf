import { assertEquals, assertStringIncludes } from "@std/assert";
import { claims } from "../../../../scripts/experiments/papers/reddi2018/claims.ts";
import {
  type ClassifierRun,
  type Data,
  type OnlineRun,
  PERIODIC,
  STOCHASTIC,
  THEOREM1,
} from "../../../../scripts/experiments/papers/reddi2018/data.ts";
import { each, stored, verdicts } from "./stored.ts";

/** Returns a play of 100 rounds whose x was a quarter after 25. */
const play = (x: number, averageRegret: number, { tailX = x, quarter = 2 * averageRegret } = {}) => ({
  x,
  tailX,
  averageRegret,
  rounds: [{ t: 25, x, averageRegret: quarter }, { t: 100, x, averageRegret }],
});

type Plays = Record<string, OnlineRun["play"] | OnlineRun["play"][]>;

/** The number of seeds: one more than a sign-flip test needs. */
const SEEDS = 7;

/** Returns plays that end at two values in turn. */
const tails = (even: number, odd: number) =>
  each(SEEDS, (seed) => (seed % 2 === 0 ? even : odd)).map((tailX) => play(0.9, 0.2, { tailX }));

/** Returns losses, two values in turn. */
const lossesOf = (even: number, odd: number) => each(SEEDS, (seed) => (seed % 2 === 0 ? even : odd));

const ONLINE: Plays = {
  [`${PERIODIC}/adam`]: play(0.995, 0.2),
  [`${PERIODIC}/amsgrad (paper)`]: play(-0.95, 0.03),
  [`${PERIODIC}/adam, beta2 0.9999`]: play(-0.95, 0.04),
  [`${STOCHASTIC}/adam`]: tails(0.5, 0.6),
  [`${STOCHASTIC}/amsgrad (paper)`]: tails(-0.5, -0.7),
  [`${THEOREM1}/adam`]: play(0.99, 0.5),
  [`${THEOREM1}/amsgrad (paper)`]: play(-0.99, 0.1),
};

const trained = (rule: string, losses: readonly number[]): ClassifierRun[] =>
  losses.map((trainLoss, seed) => ({
    model: "network",
    rule,
    rate: 0.01,
    seed,
    trainLoss,
    testLoss: 1,
    testAccuracy: 0.9,
    curves: [],
  }));

/** Losses of AMSGrad with its better beta2 below those of Adam with its better one. */
const TRAINED = {
  "adam, beta2 0.99": lossesOf(0.3, 0.4),
  "adam, beta2 0.999": lossesOf(0.2, 0.3),
  "amsgrad, beta2 0.99": lossesOf(0.1, 0.19),
  "amsgrad, beta2 0.999": lossesOf(0.5, 0.5),
};

function dataOf(online: Plays, losses: Record<string, number[]> = {}): Data {
  return stored({
    online: Object.entries({ ...ONLINE, ...online }).flatMap(([key, plays]): OnlineRun[] => {
      const [problem, rule] = key.split("/") as [string, string];
      return Array.isArray(plays)
        ? plays.map((play, seed) => ({ problem, rule, steps: 100, seed, play }))
        : [{ problem, rule, steps: 100, play: plays }];
    }),
    trained: Object.entries({ ...TRAINED, ...losses }).flatMap(([rule, l]) => trained(rule, l)),
    steps: 100,
    data: "digits",
  });
}

Deno.test("reddi2018: all claims hold for data that support them", () => {
  assertEquals(verdicts(claims(dataOf({}))), Array(7).fill("holds"));
});

/** Data that change one verdict: which claim, what is otherwise, and the verdict. */
const CASES: readonly [claim: number, what: string, verdict: string, data: Data][] = [
  [
    0,
    "Adam stays away from the worst point",
    "contradicted",
    dataOf({ [`${PERIODIC}/adam`]: play(0.98, 0.2) }),
  ],
  [0, "Adam's regret falls", "contradicted", dataOf({ [`${PERIODIC}/adam`]: play(0.995, 0.18) })],
  [0, "Adam's regret is too large", "contradicted", dataOf({ [`${PERIODIC}/adam`]: play(0.995, 0.25) })],
  [
    1,
    "AMSGrad's regret grew since a quarter of the rounds",
    "contradicted",
    dataOf({ [`${PERIODIC}/amsgrad (paper)`]: play(-0.95, 0.03, { quarter: 0.02 }) }),
  ],
  [1, "AMSGrad is not there", "contradicted", dataOf({ [`${PERIODIC}/amsgrad (paper)`]: play(-0.8, 0.03) })],
  [
    2,
    "Adam ends on either side",
    "undecided",
    dataOf({ [`${STOCHASTIC}/adam`]: tails(0.9, -0.5) }),
  ],
  [2, "Adam goes to the right end", "contradicted", dataOf({ [`${STOCHASTIC}/adam`]: tails(-0.9, -0.8) })],
  [
    3,
    "AMSGrad ends on either side",
    "undecided",
    dataOf({ [`${STOCHASTIC}/amsgrad (paper)`]: tails(-0.6, 0.5) }),
  ],
  [
    3,
    "AMSGrad goes to the wrong end",
    "contradicted",
    dataOf({ [`${STOCHASTIC}/amsgrad (paper)`]: tails(0.1, 0.5) }),
  ],
  [
    3,
    "AMSGrad ends in the middle",
    "contradicted",
    dataOf({ [`${STOCHASTIC}/amsgrad (paper)`]: tails(-0.01, -0.05) }),
  ],
  [4, "Adam does not go to +1", "contradicted", dataOf({ [`${THEOREM1}/adam`]: play(0.9, 0.5) })],
  [
    5,
    "the longer memory does not mend it",
    "contradicted",
    dataOf({
      [`${PERIODIC}/adam, beta2 0.9999`]: play(-0.8, 0.1),
    }),
  ],
  [
    6,
    "AMSGrad is above Adam with half the seeds",
    "undecided",
    dataOf({}, { "amsgrad, beta2 0.99": lossesOf(0.1, 0.45) }),
  ],
  [
    6,
    "AMSGrad is above Adam",
    "contradicted",
    dataOf({}, { "amsgrad, beta2 0.99": lossesOf(0.3, 0.4) }),
  ],
  [
    6,
    "AMSGrad is below Adam by less than 1 %",
    "contradicted",
    dataOf({}, { "amsgrad, beta2 0.99": lossesOf(0.199, 0.299) }),
  ],
  [
    6,
    "half the runs of AMSGrad diverged",
    "undecided",
    dataOf({}, { "amsgrad, beta2 0.99": lossesOf(NaN, 0.1), "amsgrad, beta2 0.999": lossesOf(NaN, 0.1) }),
  ],
];
for (const [claim, what, verdict, data] of CASES) {
  Deno.test(`reddi2018: claim ${claim + 1} is ${verdict} if ${what}, and no other changes`, () => {
    const expected = Array.from({ length: 7 }, (_, i) => (i === claim ? verdict : "holds"));
    assertEquals(verdicts(claims(data)), expected);
  });
}

Deno.test("reddi2018: each rule of a classifier is compared at its better beta2", () => {
  const claim = claims(dataOf({})).at(-1);
  assertStringIncludes(claim!.evidence, "AMSGrad 0.1386 ± 0.0481, Adam 0.2429 ± 0.0535");
});
