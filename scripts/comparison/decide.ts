/**
 * Deciding which of several optimizers is better, by paired tests over the seeds.
 *
 * @module
 */
import {
  accuracy,
  type Asked,
  decideAbove,
  decided,
  loss,
  type Pairs,
  type Quantity,
} from "../decision/mod.ts";
import type { Claim } from "../report/mod.ts";
import { comparePaired, type Comparison } from "../statistics/mod.ts";
import { seedsText } from "../cli/mod.ts";
import { type Arm, type Measure, MEASURES, valuesOf } from "./arms.ts";

/** Compares two arms by a measure, seed by seed. Returns `null` if a run of either diverged: there is no difference then. */
export function compareArms(a: Arm, b: Arm, { measure }: { measure: Measure }): Comparison | null {
  const [x, y] = [valuesOf(a, measure), valuesOf(b, measure)];
  return [...x, ...y].every(Number.isFinite) ? comparePaired(x, { with: y }) : null;
}

/** Returns two arms as pairs of measurements under the name of the second. */
export function armPairs(a: Arm, b: Arm, { measure }: { measure: Measure }): Pairs {
  return { name: b.name, a: valuesOf(a, measure), b: valuesOf(b, measure) };
}

/** Returns a measure as a quantity: accuracies are compared in points, losses by their ratio. */
export function quantityOf(measure: Measure, asked: Asked = {}): Quantity {
  return measure === "testAccuracy" ? accuracy(asked) : loss(asked);
}

/** Returns which arms diverged, and how often: `sgd diverged with 1 of 8 seeds`. */
export function divergedText(arms: readonly Arm[]): string {
  return arms.flatMap(({ name, runs }) => {
    const diverged = runs.filter((r) => r.diverged).length;
    return diverged === 0 ? [] : [`${name} diverged with ${diverged} of ${seedsText(runs.length)}`];
  }).join(" and ");
}

/** Decides the claim that one optimizer ends below another, by a paired test over the seeds. */
export function lowerClaim(
  a: Arm,
  b: Arm,
  { measure, text, asked = {} }: { measure: Exclude<Measure, "testAccuracy">; text: string; asked?: Asked },
): Claim {
  const what = MEASURES[measure];
  return decided(
    `${text}: tuned alike, ${a.name} reaches a lower ${what} than ${b.name} in as many epochs.`,
    decideAbove([armPairs(a, b, { measure })], {
      quantity: quantityOf(measure, asked),
      toward: -1,
      own: a.name,
    }),
    `The ${what} of ${a.name} over that of`,
  );
}
