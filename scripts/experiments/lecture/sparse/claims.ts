/**
 * The claims of `sparse`.
 *
 * @module
 */
import { required } from "../../../../options/mod.ts";
import { type Asked, decideAbove, decided, loss, numbers } from "../../../decision/mod.ts";
import type { Claim } from "../../../report/mod.ts";
import { leastBy, mean, meanText } from "../../../statistics/mod.ts";
import { runsOf, type SparseData, type SparseRun } from "./data.ts";

/** The exponent below which rates count as falling; gradients of one size give -0.5. */
const FALLING = -0.25;

/** The exponent above which rates count as not falling. */
const STEADY = -0.1;

/** Exponents of rates. */
export const EXPONENT = numbers("in the exponent", { better: "higher", smallest: 0.02 });

/** Decides the claims. */
export function claims(
  { problem, runs }: Pick<SparseData, "problem" | "runs">,
  asked: Asked = {},
): Claim[] {
  return [suitsClaim(problem.title, { runs, asked }), decayClaim(runs), resolvedClaim(runs)];
}

/** Returns the test loss of the epoch that validation chooses; `NaN` if a loss of the run is not finite. */
function chosenTestLoss({ curves }: SparseRun): number {
  const finite = curves.every((c) => Number.isFinite(c.validationLoss) && Number.isFinite(c.testLoss));
  return finite ? leastBy(curves, (c) => c.validationLoss).testLoss : NaN;
}

function suitsClaim(
  title: string,
  { runs, asked }: { runs: readonly SparseRun[]; asked: Asked },
): Claim {
  const losses = (name: string) => runsOf(runs, name).map(chosenTestLoss);
  const [adagrad, plain] = [losses("adagrad"), losses("sgd")];
  return decided(
    `On ${title}, sparse features suit Adagrad better than SGD.`,
    decideAbove([{ name: "sgd", a: adagrad, b: plain }], {
      quantity: loss(asked),
      toward: -1,
      own: "adagrad",
    }),
    `Test loss after the epoch with the lowest validation loss, both tuned: Adagrad ${
      meanText(adagrad)
    }, SGD ${meanText(plain)}. That of adagrad over that of`,
  );
}

/** Returns, seed by seed, the exponent `k` of a rate that goes as `epoch^k` from the first epoch to the last. */
function exponents(
  runs: readonly SparseRun[],
  name: string,
  rate: "frequentRate" | "rareRate",
): number[] {
  return runsOf(runs, name).map(({ curves }) => {
    const [first, last] = [required(curves, 0, "epoch"), required(curves, curves.length - 1, "epoch")];
    return Math.log(last[rate] / first[rate]) / Math.log(last.epoch);
  });
}

/** Decides on which side of a bound the exponents of both kinds of features are. */
function exponentClaim(
  claim: string,
  { runs, name, bound, toward }: {
    runs: readonly SparseRun[];
    name: string;
    bound: number;
    toward: 1 | -1;
  },
): Claim {
  const kinds = [["frequent features", "frequentRate"], ["rare features", "rareRate"]] as const;
  const found = kinds.map(([kind, rate]) => ({ kind, values: exponents(runs, name, rate) }));
  const pairs = found.map(({ kind, values }) => ({ name: kind, a: values, b: values.map(() => bound) }));
  return decided(
    claim,
    decideAbove(pairs, {
      // A run that diverged has no exponent, and speaks against either claim.
      quantity: { ...EXPONENT, better: toward > 0 ? "higher" : "lower" },
      toward,
      own: name,
    }),
    `The median rate goes as epoch^k, with k = ${
      found.map(({ kind, values }) => `${mean(values).toFixed(3)} for ${kind}`).join(" and ")
    }; gradients of one size give -0.5. Less ${bound}, k of`,
  );
}

function decayClaim(runs: readonly SparseRun[]): Claim {
  return exponentClaim("Adagrad's rates decay without end, those of rare features as well.", {
    runs,
    name: "adagrad",
    bound: FALLING,
    toward: -1,
  });
}

function resolvedClaim(runs: readonly SparseRun[]): Claim {
  return exponentClaim("RMSProp resolves that: its rates do not decay.", {
    runs,
    name: "rmsprop",
    bound: STEADY,
    toward: 1,
  });
}
