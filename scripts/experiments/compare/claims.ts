/**
 * The claims of `compare`: the optimizer that is best by validation is best on the test set.
 *
 * @module
 */
import { type Arm, armPairs, MEASURES, quantityOf, testMeasure, valuesOf } from "../../comparison/mod.ts";
import { type Asked, decideAbove, decided } from "../../decision/mod.ts";
import type { Claim } from "../../report/mod.ts";
import { leastBy, mean } from "../../statistics/mod.ts";
import type { CompareData } from "./data.ts";

/**
 * Returns the arm with the least mean validation loss: chosen without a look at the test set. If a run of every arm
 * diverged, it is one of those with the fewest such runs, by the mean of the others.
 */
export function bestOf(arms: readonly Arm[]): Arm {
  const lost = (arm: Arm) => valuesOf(arm, "validationLoss").filter((v) => !Number.isFinite(v)).length;
  const least = Math.min(...arms.map(lost));
  return leastBy(arms.filter((arm) => lost(arm) === least), (arm) => {
    const losses = valuesOf(arm, "validationLoss").filter(Number.isFinite);
    return losses.length === 0 ? NaN : mean(losses);
  });
}

/** Decides the claim, by Holm's procedure over the other arms; none for a single arm. */
export function claims({ compared: { arms } }: Pick<CompareData, "compared">, asked: Asked = {}): Claim[] {
  if (arms.length < 2) return [];
  const best = bestOf(arms);
  const measure = testMeasure({ arms });
  const higher = measure === "testAccuracy";
  const pairs = arms.filter((a) => a !== best).map((arm) => armPairs(best, arm, { measure }));
  return [decided(
    `${best.name}, the best by validation, has the ${higher ? "best" : "lowest"} ${MEASURES[measure]}.`,
    decideAbove(pairs, { quantity: quantityOf(measure, asked), toward: higher ? 1 : -1, own: best.name }),
    higher ? `${best.name} less` : `The ${MEASURES[measure]} of ${best.name} over that of`,
  )];
}
