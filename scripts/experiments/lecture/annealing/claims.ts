/**
 * The claims of `annealing`.
 *
 * @module
 */
import { byTest, type Claim } from "../../../report/mod.ts";
import { comparePaired, type Comparison, leastBy, mean } from "../../../statistics/mod.ts";
import { type AnnealingData, CONSTANT, PLATEAU, runsOf } from "./data.ts";

/** The largest ratio of the loss of `plateau` to that of the best plan that still counts as equal. */
const AS_GOOD = 1.25;

/** The part of the data that the claims read. */
type Decided = Pick<AnnealingData, "schedules" | "runs">;

/** Decides the claims. */
export function claims(data: Decided): Claim[] {
  const plans = data.schedules.filter((n) => n !== CONSTANT && n !== PLATEAU);
  return [planClaim(data, plans), plateauClaim(data), bestPlanClaim(data, plans)];
}

/** Returns the logarithms of the training losses, seed by seed. */
function lossesOf(data: Decided, schedule: string): number[] {
  return runsOf(data, schedule).map((r) => Math.log(r.trainLoss));
}

/** Compares the logarithms of the training losses of two schedules, seed by seed. */
function compare(data: Decided, a: string, b: string): Comparison {
  return comparePaired(lossesOf(data, a), { with: lossesOf(data, b) });
}

function isLower({ value, p }: Comparison): boolean {
  return value < 0 && p < 0.05;
}

/** `0.295 (0.185 to 0.502), p = 0.016`: the ratio of the losses. */
function ratioText({ value, low, high, p }: Comparison): string {
  if (Number.isNaN(p)) return "not known, as a run diverged";
  const [ratio, from, to] = [value, low, high].map((v) => Math.exp(v).toPrecision(3));
  return `${ratio} (${from} to ${to}), p = ${p.toPrecision(2)}`;
}

function planClaim(data: Decided, plans: readonly string[]): Claim {
  const overConstant = plans.map((name) => ({ name, c: compare(data, name, CONSTANT) }));
  return {
    claim: "A rate lowered by a plan reaches a lower loss than a constant one.",
    verdict: byTest(overConstant.every(({ c }) => isLower(c))),
    evidence: `Training loss as a share of the constant rate's: ${
      overConstant.map(({ name, c }) => `${name} ${ratioText(c)}`).join("; ")
    }. Test: below 1 with p < 0.05 for each plan (sign flips of the seeds' differences of logarithms).`,
  };
}

function plateauClaim(data: Decided): Claim {
  const lowered = runsOf(data, PLATEAU).map((r) => r.lowered.length);
  const c = compare(data, PLATEAU, CONSTANT);
  return {
    claim: "A rate lowered when the objective changes by less than a threshold between epochs does so too.",
    verdict: byTest(lowered.every((times) => times > 0) && isLower(c)),
    evidence:
      `Lowered ${lowered.join(", ")} times (one figure a seed); training loss as a share of the constant ` +
      `rate's: ${ratioText(c)}. Test: lowered with every seed, and below 1 with p < 0.05.`,
  };
}

function bestPlanClaim(data: Decided, plans: readonly string[]): Claim {
  const best = leastBy(plans, (name) => mean(lossesOf(data, name)));
  const c = compare(data, PLATEAU, best);
  return {
    claim: "It does as well as the best plan, without knowing how long the training will be.",
    verdict: byTest(c.high < Math.log(AS_GOOD)),
    evidence: `Training loss as a share of that of ${best}, the best plan: ${ratioText(c)}. ` +
      `Test: the interval (95 %, bootstrap over the pairs) lies below ${AS_GOOD}.`,
  };
}
