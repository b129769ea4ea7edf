/**
 * The claims of `sparse`.
 *
 * @module
 */
import { required } from "../../../../options/mod.ts";
import { seedsText } from "../../../cli/mod.ts";
import { byComparison, type Claim } from "../../../report/mod.ts";
import { allBelow, leastBy, mean, meanText } from "../../../statistics/mod.ts";
import { runsOf, type SparseData, type SparseRun } from "./data.ts";

/** The exponent below which rates count as falling; gradients of one size give -0.5. */
const FALLING = -0.25;

/** The exponent above which rates count as not falling. */
const STEADY = -0.1;

/** Decides the claims. */
export function claims({ problem, runs }: Pick<SparseData, "problem" | "runs">): Claim[] {
  return [suitsClaim(problem.title, runs), decayClaim(runs), resolvedClaim(runs)];
}

/** Returns the test loss of the epoch that validation chooses; `NaN` if a loss of the run is not finite. */
function chosenTestLoss({ curves }: SparseRun): number {
  const finite = curves.every((c) => Number.isFinite(c.validationLoss) && Number.isFinite(c.testLoss));
  return finite ? leastBy(curves, (c) => c.validationLoss).testLoss : NaN;
}

function suitsClaim(title: string, runs: readonly SparseRun[]): Claim {
  const losses = (name: string) => runsOf(runs, name).map(chosenTestLoss);
  const [adagrad, plain] = [losses("adagrad"), losses("sgd")];
  return {
    claim: `On ${title}, sparse features suit Adagrad better than SGD.`,
    verdict: byComparison(allBelow(adagrad, plain)),
    evidence: `Test loss after the epoch with the lowest validation loss, both tuned, over ${
      seedsText(adagrad.length)
    }: Adagrad ${meanText(adagrad)}, SGD ${
      meanText(plain)
    }. Test: the highest of Adagrad is below the lowest of SGD.`,
  };
}

/** Returns the exponent `p` of a rate that goes as `epoch^p` from the first epoch to the last; a mean over the seeds. */
function exponent(runs: readonly SparseRun[], name: string, rate: "frequentRate" | "rareRate"): number {
  return mean(
    runsOf(runs, name).map(({ curves }) => {
      const [first, last] = [required(curves, 0, "epoch"), required(curves, curves.length - 1, "epoch")];
      return Math.log(last[rate] / first[rate]) / Math.log(last.epoch);
    }),
  );
}

function decayClaim(runs: readonly SparseRun[]): Claim {
  const [frequent, rare] = [exponent(runs, "adagrad", "frequentRate"), exponent(runs, "adagrad", "rareRate")];
  return {
    claim: "Adagrad's rates decay without end, those of rare features as well.",
    verdict: byComparison(frequent < FALLING && rare < FALLING),
    evidence: `The median rate goes as epoch^p, with p = ${frequent.toFixed(3)} for frequent features and ${
      rare.toFixed(3)
    } for rare ones; gradients of one size give -0.5. Test: both below ${FALLING}.`,
  };
}

function resolvedClaim(runs: readonly SparseRun[]): Claim {
  const [frequent, rare] = [exponent(runs, "rmsprop", "frequentRate"), exponent(runs, "rmsprop", "rareRate")];
  return {
    claim: "RMSProp resolves that: its rates do not decay.",
    verdict: byComparison(frequent > STEADY && rare > STEADY),
    evidence: `The exponents of RMSProp: ${frequent.toFixed(3)} for frequent features, ${
      rare.toFixed(3)
    } for rare ones. Test: both above ${STEADY}.`,
  };
}
