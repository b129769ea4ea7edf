/**
 * The claims of `flat-minima`.
 *
 * @module
 */
import {
  accuracy,
  type Asked,
  decideAbove,
  decided,
  loss,
  type Quantity,
  underConditions,
} from "../../../decision/mod.ts";
import type { Claim } from "../../../report/mod.ts";
import type { BatchName, FlatData, FlatRun } from "./data.ts";

/** The smallest difference of sharpness that matters, in percent. */
export const EFFECT = 10;

/** The part of the data that the claims read. */
type Decided = Pick<FlatData, "config" | "runs">;

/** Decides the claims. */
export function claims(data: Decided, asked: Asked = {}): Claim[] {
  const { batches: { large }, target } = data.config;
  const to = `At a training loss of ${target}`;
  return [
    decide(data, {
      claim: "Large batches end in sharper minima: the loss rises more in a small box around them.",
      lead:
        `${to}, the largest rise in the box that projected gradient ascent finds, batches of ${large} over`,
      of: (run) => run.sharpness,
      quantity: sharpnessOf(asked),
      toward: 1,
    }),
    decide(data, {
      claim: "Large batches end in sharper minima: the largest eigenvalue of the Hessian is larger.",
      lead: `${to}, the largest eigenvalue, batches of ${large} over`,
      of: (run) => run.largest,
      quantity: sharpnessOf(asked),
      toward: 1,
    }),
    decide(data, {
      claim: "Large batches generalize worse.",
      lead: `${to}, test accuracy, batches of ${large} less`,
      of: (run) => run.testAccuracy,
      quantity: accuracy(asked),
      toward: -1,
    }),
  ];
}

/** Returns sharpness as a quantity. */
export function sharpnessOf({ effect = EFFECT }: Asked): Quantity {
  return loss({ effect });
}

function decide(
  { runs, config: { seeds, batches } }: Decided,
  { claim, lead, of, quantity, toward }: {
    claim: string;
    lead: string;
    of: (run: FlatRun) => number;
    quantity: Quantity;
    toward: 1 | -1;
  },
): Claim {
  const values = (batch: BatchName) =>
    seeds.map((seed) => {
      const run = runs.find((r) => r.batch === batch && r.seed === seed)!;
      return run.diverged ? NaN : of(run);
    });
  const pairs = { name: `batches of ${batches.small}`, a: values("large"), b: values("small") };
  const decision = decideAbove([pairs], { quantity, toward, own: `batches of ${batches.large}` });
  const missed = runs.filter((r) => !r.reached && !r.diverged).length;
  return decided(
    claim,
    underConditions(decision, {
      faults: missed > 0 ? [`${missed} of ${runs.length} trainings missed the target`] : [],
      remedy: "take more epochs, or a higher target",
    }),
    lead,
  );
}
