/**
 * The claims of `annealing`.
 *
 * @module
 */
import { seedsText } from "../../../cli/mod.ts";
import {
  type Asked,
  decideAbove,
  decided,
  loss,
  type Pairs,
  type Quantity,
  underConditions,
} from "../../../decision/mod.ts";
import type { Claim } from "../../../report/mod.ts";
import { type AnnealingData, CONSTANT, PLATEAU, runsOf } from "./data.ts";

/** The largest ratio of the loss of `plateau` to that of a plan that still counts as doing as well. */
const AT_MOST = 1.25;

/** Losses, of which a ratio of {@linkcode AT_MOST} matters. */
export const AS_GOOD: Quantity = loss({ effect: 100 * (AT_MOST - 1) });

/** The part of the data that the claims read. */
type Decided = Pick<AnnealingData, "schedules" | "runs">;

/** Returns the schedules that are planned beforehand. */
export function plansOf(schedules: readonly string[]): string[] {
  return schedules.filter((n) => n !== CONSTANT && n !== PLATEAU);
}

/** Decides the claims: one for each plan, and two about annealing when the objective stops changing. */
export function claims(data: Decided, asked: Asked = {}): Claim[] {
  const plans = plansOf(data.schedules);
  return [
    ...plans.map((plan) => planClaim(data, { plan, asked })),
    plateauClaim(data, asked),
    bestPlanClaim(data, plans),
  ];
}

/** Returns the training losses, seed by seed. */
function lossesOf(data: Decided, schedule: string): number[] {
  return runsOf(data, schedule).map((r) => r.trainLoss);
}

function pairsOf(data: Decided, a: string, b: string): Pairs {
  return { name: b, a: lossesOf(data, a), b: lossesOf(data, b) };
}

function planClaim(data: Decided, { plan, asked }: { plan: string; asked: Asked }): Claim {
  return decided(
    `A rate lowered by a plan, ${plan}, reaches a lower loss than a constant one.`,
    decideAbove([pairsOf(data, plan, CONSTANT)], { quantity: loss(asked), toward: -1, own: plan }),
    `Training loss of ${plan} over that of`,
  );
}

function plateauClaim(data: Decided, asked: Asked): Claim {
  const lowered = runsOf(data, PLATEAU).map((r) => r.lowered.length);
  const never = lowered.filter((times) => times === 0).length;
  const decision = decideAbove([pairsOf(data, PLATEAU, CONSTANT)], {
    quantity: loss(asked),
    toward: -1,
    own: PLATEAU,
  });
  return decided(
    "A rate lowered when the objective changes by less than a threshold between epochs does so too.",
    underConditions(decision, {
      faults: never === 0 ? [] : [`The rate was never lowered with ${seedsText(never)}`],
      remedy: "train for more epochs",
    }),
    `Lowered ${lowered.join(", ")} times (one figure a seed). Training loss of ${PLATEAU} over that of`,
  );
}

/** Decides against each plan, so that none has to be chosen as the best by the losses that are tested. */
function bestPlanClaim(data: Decided, plans: readonly string[]): Claim {
  return decided(
    "It does as well as the best plan, without knowing how long the training will be.",
    decideAbove(plans.map((plan) => pairsOf(data, PLATEAU, plan)), {
      quantity: AS_GOOD,
      toward: -1,
      margin: -AS_GOOD.smallest,
      own: PLATEAU,
    }),
    `Training loss of ${PLATEAU} over that of each plan,`,
  );
}
