/** How claims treat an opponent that diverged: it counts as no win, and is named. */
import { assert, assertEquals } from "@std/assert";
import {
  type Arm,
  beatsAll,
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
  return { name, optimizer: name, learningRate: 1, runs, points: [] };
}

Deno.test("lowerClaim() is undecided if a run diverged, and names it", () => {
  const { verdict, evidence } = lowerClaim(arm("adam", 0.1), arm("sgd", 0.5, [1]), {
    measure: "testAccuracy",
    text: "MLP",
  });
  assertEquals(verdict, "undecided");
  assertEquals(evidence, "sgd diverged with 1 of 8 seeds.");
});

Deno.test("beatsAll() follows Holm's procedure, and a diverged run gives no win", () => {
  const c = (value: number, p: number) => ({ value, low: value, high: value, p });
  // 0.05 / 3, 0.05 / 2, 0.05 / 1.
  assert(beatsAll([c(1, 0.016), c(1, 0.024), c(1, 0.049)], { sign: 1 }));
  assert(!beatsAll([c(1, 0.017), c(1, 0.024), c(1, 0.049)], { sign: 1 }));
  assert(!beatsAll([c(1, 0.016), c(1, 0.026), c(1, 0.049)], { sign: 1 }));
  assert(!beatsAll([c(1, 0.001), c(-1, 0.001)], { sign: 1 }));
  assert(!beatsAll([c(1, 0.001), null], { sign: 1 }));
  assert(!beatsAll([c(1, 0.001), c(1, NaN)], { sign: 1 }));
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
    const { testAccuracy, testLoss } = scores({ train: sound, test: { loss, accuracy: 0.37 } });
    assertEquals([testAccuracy, testLoss], [NaN, loss]);
    assertEquals(percentText(testAccuracy), "diverged");
    // No claim that compares accuracies holds, whichever side diverged.
    assertEquals([0.1 > testAccuracy, testAccuracy > 0.1], [false, false]);
  }
  assertEquals(percentText(scores({ train: sound, test: sound }).testAccuracy), "90.00%");
});
