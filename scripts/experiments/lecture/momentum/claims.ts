/**
 * The claims of `momentum`.
 *
 * @module
 */
import { required } from "../../../../options/mod.ts";
import { byComparison, type Claim } from "../../../report/mod.ts";
import { allBelow } from "../../../statistics/mod.ts";
import type { MomentumData } from "./data.ts";
import { AFTER, exponentsOf, largestUpdate, movedAfterSpike, ravineEnd } from "./figures.ts";

/** Decides the claims. */
export function claims(data: MomentumData): Claim[] {
  return [rateClaim(data), oscillationClaim(data), spikeClaim(data)];
}

/** The largest difference between a measured exponent and that in theory. */
const NEAR = 0.1;

function rateClaim(data: MomentumData): Claim {
  const exponents = exponentsOf(data);
  const grown = [["gd", 1], ["momentum", 0.5], ["nesterov", 0.5]] as const;
  const found = grown.map(([rule, theory]) => ({ rule, theory, p: required(exponents, rule, "rule") }));
  return {
    claim:
      "Momentum is faster on badly conditioned problems: its iterations grow with the root of the condition number, those of gradient descent with the number itself.",
    verdict: byComparison(found.every(({ p, theory }) => Math.abs(p - theory) < NEAR)),
    evidence: `Exponent of the growth: ${
      found.map(({ rule, p }) => `${rule} ${p.toFixed(3)}`).join(", ")
    }. Test: within ${NEAR} of 1, 0.5 and 0.5.`,
  };
}

function oscillationClaim({ paths }: MomentumData): Claim {
  const byName = Object.fromEntries(paths.map((p) => [p.optimizer, p]));
  const end = (name: string) => ravineEnd(required(byName, name, "path"));
  const [gd, momentum, nesterov] = [end("gd"), end("momentum"), end("nesterov")];
  const all = [gd, momentum, nesterov];
  const steps = required(paths, 0, "path").points.length - 1;
  return {
    claim: "Momentum goes down a ravine with less oscillation.",
    verdict: byComparison(
      all.every((r) => Number.isFinite(r.f)) && momentum.turns < gd.turns && nesterov.turns < gd.turns,
    ),
    evidence:
      `Crossings of the ravine's ground in ${steps} steps: gd ${gd.turns}, momentum ${momentum.turns}, nesterov ${nesterov.turns}; f at the end ${
        all.map((r) => r.f.toExponential(1)).join(", ")
      }. Test: fewer crossings than gradient descent for both.`,
  };
}

/** How many times smaller the largest update must be with momentum. */
const TIMES = 5;

function spikeClaim({ spiked }: MomentumData): Claim {
  const byName = Object.fromEntries(spiked.map((s) => [s.optimizer, s]));
  const [gd, momentum] = [required(byName, "gd", "optimizer"), required(byName, "momentum", "optimizer")];
  const [plain, rolling] = [largestUpdate(gd), largestUpdate(momentum)];
  return {
    claim: "Momentum prevents instability from sudden changes: an outlier among the gradients makes no jump.",
    verdict: byComparison(allBelow([rolling], [plain / TIMES])),
    evidence: `Largest update: ${rolling.toPrecision(3)} with momentum, ${
      plain.toPrecision(3)
    } without; over the ${AFTER} steps after the outlier both move about as far in all, ${
      movedAfterSpike(momentum).toPrecision(3)
    } and ${movedAfterSpike(gd).toPrecision(3)}. Test: the largest update is less than a fifth.`,
  };
}
