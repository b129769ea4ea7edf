/**
 * The claims of `compare`: the optimizer that is best by validation has the best test accuracy.
 *
 * @module
 */
import { againstText, type Arm, beatsAll, compareArms, valuesOf } from "../../comparison/mod.ts";
import { byTest, type Claim } from "../../report/mod.ts";
import { leastBy, mean } from "../../statistics/mod.ts";
import type { CompareData } from "./data.ts";

/** Returns the arm with the least mean validation loss: chosen without a look at the test set. */
export function bestOf(arms: readonly Arm[]): Arm {
  return leastBy(arms, (arm) => mean(valuesOf(arm, "validationLoss")));
}

/** Decides the claim, by Holm's procedure over the other arms; none for a single arm. */
export function claims({ compared: { arms } }: Pick<CompareData, "compared">): Claim[] {
  if (arms.length < 2) return [];
  const best = bestOf(arms);
  const others = arms.filter((a) => a !== best)
    .map((arm) => ({ arm, c: compareArms(best, arm, { measure: "testAccuracy" }) }));
  return [{
    claim: `${best.name}, the best by validation, has the best test accuracy.`,
    verdict: byTest(beatsAll(others.map(({ c }) => c), { sign: 1 })),
    evidence: `${best.name} less ${
      others.map(({ arm, c }) => againstText(best, arm, { c })).join("; ")
    }. Test: above 0 against each, with p < 0.05 by Holm's procedure (sign flips of ${best.runs.length} seeds' differences).`,
  }];
}
