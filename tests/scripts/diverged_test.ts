/** How claims treat an arm that diverged: it is the worse one of a pair, and is named. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  type Arm,
  compareArms,
  type ComparedRun,
  comparedTable,
  lowerClaim,
  pairedTable,
} from "../../scripts/comparison/mod.ts";
import { percentText } from "../../scripts/statistics/accuracy.ts";
import { scores } from "../../scripts/experiments/networks/classify/train.ts";

const SEEDS = 8;

/** Returns an arm whose losses are `loss` and a little more with each seed; NaN for the seeds that diverged. */
function arm(name: string, loss: number, diverged: readonly number[] = []): Arm {
  const runs = Array.from({ length: SEEDS }, (_, seed): ComparedRun => {
    const value = diverged.includes(seed) ? NaN : loss + seed / 1000;
    return {
      optimizer: name,
      learningRate: 1,
      hyperparameters: {},
      seed,
      epochs: 1,
      steps: 1,
      trainLoss: value,
      validationLoss: value,
      validationAccuracy: 0.1,
      testLoss: value,
      // With NaN scores the first class is predicted, so the accuracy stays finite.
      testAccuracy: diverged.includes(seed) ? 0.1 : 1 - value,
      diverged: diverged.includes(seed),
      seconds: 1,
    };
  });
  return { name, optimizer: name, learningRate: 1, hyperparameters: {}, runs, points: [] };
}

const ALL = [0, 1, 2, 3, 4, 5, 6, 7];

/** Decides whether Adam ends below SGD, which diverged with some seeds. */
function lower(adam: Arm, sgd: Arm) {
  return lowerClaim(adam, sgd, { measure: "trainLoss", text: "MLP" });
}

Deno.test("lowerClaim(): a run that diverged is the worse one of its pair, and the claim names it", () => {
  const { verdict, evidence, effect, test } = lower(arm("adam", 0.1), arm("sgd", 0.5, [1]));
  assertEquals([verdict, effect], ["holds", undefined]);
  assertEquals(test!.p, 2 / 256);
  assertStringIncludes(
    evidence,
    "sgd diverged with 1 of 8 seeds, p = 0.0078 by signed ranks, a run that diverged being the worst.",
  );
  assertEquals(lower(arm("adam", 0.1), arm("sgd", 0.5, ALL)).verdict, "holds");
  assertEquals(lower(arm("adam", 0.1, ALL), arm("sgd", 0.5)).verdict, "contradicted");
});

Deno.test("lowerClaim(): divergences with some seeds against lower losses with the others decide nothing", () => {
  const { verdict, needs } = lower(arm("adam", 0.5), arm("sgd", 0.1, [1, 2, 3]));
  assertEquals([verdict, needs!.seeds], ["undecided", null]);
  assertStringIncludes(needs!.text, "find what makes them diverge");
  assertEquals(lower(arm("adam", 0.1, ALL), arm("sgd", 0.5, ALL)).verdict, "undecided");
});

Deno.test("tables say that runs diverged", () => {
  const arms = [arm("adam", 0.1), arm("sgd", 0.5, [1, 2])];
  assertEquals(compareArms(arms[0]!, arms[1]!, { measure: "testAccuracy" }), null);
  const [, sgd] = comparedTable({ arms, trials: {} }).rows;
  assertEquals(sgd!.slice(2, 6), Array(4).fill("2 of 8 diverged"));
  const { rows } = pairedTable({ arms, trials: {} }, { against: arms[0]!, measure: "testLoss", title: "" });
  assertEquals(rows, [["sgd", "", "sgd diverged with 2 of 8 seeds", ""]]);
});

Deno.test("scores() have no accuracy if the loss is NaN, even if the evaluation gives one", () => {
  const sound = { loss: 0.5, accuracy: 0.9 };
  for (const loss of [NaN, Infinity]) {
    // With NaN scores the first class is predicted, so the accuracy is finite.
    const { testAccuracy, testLoss } = scores({
      train: sound,
      validation: sound,
      test: { loss, accuracy: 0.37 },
    });
    assertEquals([testAccuracy, testLoss], [NaN, loss]);
    const unsound = scores({ train: sound, validation: { loss, accuracy: 0.37 }, test: sound });
    assertEquals([unsound.validationAccuracy, unsound.testAccuracy], [NaN, 0.9]);
    assertEquals(percentText(testAccuracy), "diverged");
    // No claim that compares accuracies holds, whichever side diverged.
    assertEquals([0.1 > testAccuracy, testAccuracy > 0.1], [false, false]);
  }
  assertEquals(percentText(scores({ train: sound, validation: sound, test: sound }).testAccuracy), "90.00%");
});
