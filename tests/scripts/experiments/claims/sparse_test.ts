import { assertEquals, assertStringIncludes } from "@std/assert";
import { claims } from "../../../../scripts/experiments/lecture/sparse/claims.ts";
import type { SparseProblem, SparseRun } from "../../../../scripts/experiments/lecture/sparse/data.ts";
import { stored, verdicts } from "./stored.ts";

const PROBLEM: SparseProblem = {
  title: "documents",
  features: 10,
  density: 0.1,
  members: { frequent: 2, rare: 4 },
  frequency: { frequent: 0.2, rare: 0.005 },
};

interface Made {
  /** The test losses of each epoch, a run for each seed. Validation losses are those of `validation`, or the same. */
  readonly adagrad?: readonly (readonly number[])[];
  readonly sgd?: readonly (readonly number[])[];
  /** The validation losses of each epoch of every run of both. */
  readonly validation?: readonly number[];
  /** The exponents of the rates of frequent and of rare features over the epochs, by seed. */
  readonly decay?: (seed: number) => readonly [number, number];
  readonly kept?: (seed: number) => readonly [number, number];
}

/** Returns the losses of seven seeds, which alternate. */
function seven(even: readonly number[], odd: readonly number[]): (readonly number[])[] {
  return Array.from({ length: 7 }, (_, seed) => (seed % 2 === 0 ? even : odd));
}

function runsOf(
  optimizer: string,
  { losses, exponents, validation }: {
    losses: readonly (readonly number[])[];
    exponents: (seed: number) => readonly [number, number];
    validation?: readonly number[] | undefined;
  },
): SparseRun[] {
  return losses.map((of, seed) => ({
    optimizer,
    rate: 1,
    hyperparameters: {},
    seed,
    trainLoss: 0.1,
    validationLoss: 0.3,
    testLoss: of.at(-1)!,
    testAccuracy: 0.9,
    curves: of.map((testLoss, i) => ({
      epoch: i + 1,
      trainLoss: 0.1,
      validationLoss: validation?.[i] ?? testLoss,
      testLoss,
      frequentRate: 3 * (i + 1) ** exponents(seed)[0],
      rareRate: 5 * (i + 1) ** exponents(seed)[1],
    })),
  }));
}

function claimsOf({
  adagrad = seven([0.5, 0.2, 0.4], [0.5, 0.3, 0.4]),
  sgd = seven([0.5, 0.4, 0.35], [0.6, 0.5, 0.4]),
  decay = () => [-0.5, -0.3],
  kept = () => [0, -0.05],
  validation,
}: Made = {}) {
  return claims(stored({
    problem: PROBLEM,
    runs: [
      ...runsOf("sgd", { losses: sgd, exponents: () => [0, 0], validation }),
      ...runsOf("adagrad", { losses: adagrad, exponents: decay, validation }),
      ...runsOf("rmsprop", { losses: sgd, exponents: kept }),
    ],
  }));
}

Deno.test("sparse: Adagrad below SGD, with falling rates, and RMSProp's rates that do not fall hold", () => {
  const found = claimsOf();
  assertEquals(verdicts(found), ["holds", "holds", "holds"]);
  // After the epochs that validation chooses: 0.2 and 0.3 against 0.35 and 0.4.
  assertStringIncludes(found[0]!.evidence, "both tuned: Adagrad 0.2429 ± 0.0535, SGD 0.3714 ± 0.0267. That");
  assertStringIncludes(found[1]!.evidence, "k = -0.500 for frequent features and -0.300 for rare features");
  assertStringIncludes(found[1]!.evidence, "Less -0.25, k of frequent features: -0.250 in the exponent");
  assertStringIncludes(found[2]!.evidence, "k = 0.000 for frequent features and -0.050 for rare features");
});

const verdictOf = (made: Made, claim: number) => claimsOf(made)[claim]!.verdict;

Deno.test("sparse: SGD below Adagrad contradicts, and an overlap of the seeds decides nothing", () => {
  assertEquals(verdictOf({ adagrad: seven([0.6, 0.5], [0.6, 0.5]) }, 0), "contradicted");
  assertEquals(verdictOf({ adagrad: seven([0.5, 0.2], [0.5, 0.6]) }, 0), "undecided");
  assertEquals(claimsOf({ adagrad: [[0.2], [0.2]], sgd: [[0.3], [0.3]] })[0]!.needs!.seeds, 6);
});

Deno.test("sparse: a run that diverged is worse than one that did not", () => {
  assertEquals(verdictOf({ sgd: seven([0.5, NaN], [0.6, 0.5]) }, 0), "holds");
  assertEquals(verdictOf({ adagrad: seven([0.5, NaN], [0.5, NaN]) }, 0), "contradicted");
  assertEquals(verdictOf({ validation: [0.3, NaN, 0.5] }, 0), "undecided");
});

Deno.test("sparse: the epoch is the one with the lowest validation loss, not with the lowest test loss", () => {
  const [suits] = claimsOf({ validation: [0.3, 0.4, 0.5] });
  assertStringIncludes(suits!.evidence, "Adagrad 0.5000 ± 0.0000, SGD 0.5429 ± 0.0535");
  // With one of two seeds they are equal.
  assertEquals(suits!.verdict, "undecided");
});

Deno.test("sparse: both groups of rates have to fall faster than epoch^-0.25", () => {
  const decay = (frequent: number, rare: number) => verdictOf({ decay: () => [frequent, rare] }, 1);
  assertEquals([decay(-0.28, -0.28), decay(-0.24, -0.5), decay(-0.5, -0.24)], [
    "holds",
    "contradicted",
    "contradicted",
  ]);
  assertEquals(verdictOf({ decay: (seed) => [seed % 2 === 0 ? -0.2 : -0.4, -0.5] }, 1), "undecided");
});

Deno.test("sparse: neither group of RMSProp's may fall as fast as epoch^-0.1", () => {
  const kept = (frequent: number, rare: number) => verdictOf({ kept: () => [frequent, rare] }, 2);
  assertEquals([kept(-0.07, 0.3), kept(-0.11, 0), kept(0, -0.11)], ["holds", "contradicted", "contradicted"]);
  assertEquals(verdictOf({ kept: (seed) => [seed % 2 === 0 ? 0 : -0.2, 0] }, 2), "undecided");
});
