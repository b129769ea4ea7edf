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
  /** The exponents of the rates of frequent and of rare features over the epochs. */
  readonly decay?: readonly [number, number];
  readonly kept?: readonly [number, number];
}

function runsOf(
  optimizer: string,
  { losses, exponents, validation }: {
    losses: readonly (readonly number[])[];
    exponents: readonly [number, number];
    validation?: readonly number[] | undefined;
  },
): SparseRun[] {
  return losses.map((of, seed) => ({
    optimizer,
    rate: 1,
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
      frequentRate: 3 * (i + 1) ** exponents[0],
      rareRate: 5 * (i + 1) ** exponents[1],
    })),
  }));
}

function claimsOf({
  adagrad = [[0.5, 0.2, 0.4], [0.5, 0.3, 0.4]],
  sgd = [[0.5, 0.4, 0.35], [0.6, 0.5, 0.4]],
  decay = [-0.5, -0.3],
  kept = [0, -0.05],
  validation,
}: Made = {}) {
  return claims(stored({
    problem: PROBLEM,
    runs: [
      ...runsOf("sgd", { losses: sgd, exponents: [0, 0], validation }),
      ...runsOf("adagrad", { losses: adagrad, exponents: decay, validation }),
      ...runsOf("rmsprop", { losses: sgd, exponents: kept }),
    ],
  }));
}

Deno.test("sparse: Adagrad below SGD, with falling rates, and RMSProp's rates that do not fall hold", () => {
  const found = claimsOf();
  assertEquals(verdicts(found), ["holds", "holds", "holds"]);
  // After the epochs that validation chooses: 0.2 and 0.3 against 0.35 and 0.4.
  assertStringIncludes(found[0]!.evidence, "over 2 seeds: Adagrad 0.2500 ± 0.0707, SGD 0.3750 ± 0.0354");
  assertStringIncludes(found[1]!.evidence, "p = -0.500 for frequent features and -0.300 for rare ones");
  assertStringIncludes(found[2]!.evidence, "0.000 for frequent features, -0.050 for rare ones");
});

Deno.test("sparse: an overlap of the seeds contradicts, and so does a run that diverged", () => {
  assertEquals(claimsOf({ adagrad: [[0.5, 0.2], [0.5, 0.36]] })[0]!.verdict, "contradicted");
  assertEquals(claimsOf({ adagrad: [[0.6, 0.5], [0.6, 0.5]] })[0]!.verdict, "contradicted");
  assertEquals(claimsOf({ sgd: [[0.5, NaN], [0.6, 0.5]] })[0]!.verdict, "contradicted");
});

Deno.test("sparse: the epoch is the one with the lowest validation loss, not with the lowest test loss", () => {
  const [suits] = claimsOf({ validation: [0.3, 0.4, 0.5] });
  assertStringIncludes(suits!.evidence, "Adagrad 0.5000 ± 0.0000, SGD 0.5500 ± 0.0707");
  assertEquals(suits!.verdict, "contradicted");
  assertEquals(claimsOf({ validation: [0.3, NaN, 0.5] })[0]!.verdict, "contradicted");
});

Deno.test("sparse: both groups of rates have to fall faster than epoch^-0.25", () => {
  assertEquals(claimsOf({ decay: [-0.26, -0.26] })[1]!.verdict, "holds");
  assertEquals(claimsOf({ decay: [-0.24, -0.5] })[1]!.verdict, "contradicted");
  assertEquals(claimsOf({ decay: [-0.5, -0.24] })[1]!.verdict, "contradicted");
});

Deno.test("sparse: neither group of RMSProp's may fall as fast as epoch^-0.1", () => {
  assertEquals(claimsOf({ kept: [-0.09, 0.3] })[2]!.verdict, "holds");
  assertEquals(claimsOf({ kept: [-0.11, 0] })[2]!.verdict, "contradicted");
  assertEquals(claimsOf({ kept: [0, -0.11] })[2]!.verdict, "contradicted");
});
