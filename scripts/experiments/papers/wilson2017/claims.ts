/**
 * The claims of `wilson2017`.
 *
 * @module
 */
import { byComparison, byTest, type Claim } from "../../../report/mod.ts";
import { allBelow, leastBy, mean, meanDifference, meanText } from "../../../statistics/mod.ts";
import {
  ADAPTIVE,
  type ComparedRun,
  type Constructed,
  type ConstructedRun,
  type Data,
  DECAYS,
  errorsOf,
  groupOf,
  optimizersOf,
  P,
  validationErrorsOf,
} from "./data.ts";

/** Decides the claims. */
export function claims({ constructed, comparison: { runs }, data, seed }: Data): Claim[] {
  return [
    ...constructedClaims(constructed),
    progressClaim(runs, data),
    ...DECAYS.map(({ name }) => generalizationClaim(runs, { decay: name, data, seed })),
  ];
}

/** Decides the claims of section 3.3. */
export function constructedClaims({ closedForm, runs }: Constructed): Claim[] {
  const plain = runs.filter((r) => !r.adaptive);
  const adaptive = runs.filter((r) => r.adaptive);
  const off = (r: ConstructedRun) =>
    Math.max(...[r.w1, r.w2, r.w3].map((w, i) => Math.abs(w - closedForm[i]!)));
  const farthest = Math.max(...plain.map(off));
  const spread = (r: ConstructedRun) => Math.max(r.w1, r.w2, r.w3) - Math.min(r.w1, r.w2, r.w3);
  const errors = (all: readonly ConstructedRun[]) =>
    all.map((r) => `${r.rule} ${r.testError.toFixed(2)}`).join(", ");
  const always = 1 - P;
  return [{
    claim:
      "On the constructed problem gradient descent, SGD and heavy ball find the solution of least norm, and make no error on new examples.",
    verdict: byComparison(farthest < 1e-6 && plain.every((r) => r.testError === 0)),
    evidence: `Farthest from the closed form in w1 to w3: ${farthest.toExponential(1)}; test errors: ${
      errors(plain)
    }. Test: nearer than 1e-6, and no error.`,
  }, {
    claim:
      "Adagrad, RMSProp and Adam give the three features one weight, and call every new example positive.",
    verdict: byComparison(adaptive.every((r) => spread(r) < 0.01 && Math.abs(r.testError - always) < 1e-9)),
    evidence: `w1 to w3: ${
      adaptive.map((r) => `${r.rule} ${[r.w1, r.w2, r.w3].map((w) => w.toFixed(4)).join(", ")}`).join("; ")
    }; test errors: ${
      errors(adaptive)
    }. Test: the weights within 0.01 of each other, and the error that of always saying +1, ${
      always.toFixed(2)
    }.`,
  }];
}

function progressClaim(runs: readonly ComparedRun[], data: string): Claim {
  const at = Math.max(1, Math.round(runs[0]!.curves.length / 10));
  const loss = (optimizer: string) =>
    mean(runs.filter((r) => r.optimizer === optimizer).map((r) => r.curves[at - 1]!.trainLoss));
  const all = optimizersOf(runs).map((optimizer) => ({ optimizer, loss: loss(optimizer) }));
  const best = (adaptive: boolean) =>
    leastBy(all.filter((o) => ADAPTIVE.includes(o.optimizer) === adaptive), (o) => o.loss).loss;
  return {
    claim: `On ${data}, adaptive methods make faster progress on the training set at first.`,
    verdict: byComparison(allBelow([best(true)], [best(false)])),
    evidence: `Mean training loss after ${at} of ${runs[0]!.curves.length} epochs: ${
      all.map((o) => `${o.optimizer} ${meanText([o.loss])}`).join(", ")
    }. Test: the lowest of the adaptive ones is below the lowest of the others.`,
  };
}

function generalizationClaim(
  runs: readonly ComparedRun[],
  { decay, data, seed }: { decay: string; data: string; seed: number },
): Claim {
  const { text } = DECAYS.find((d) => d.name === decay)!;
  const named = optimizersOf(runs).map((optimizer) => ({
    optimizer,
    errors: errorsOf(groupOf(runs, decay, optimizer)),
    validation: mean(validationErrorsOf(groupOf(runs, decay, optimizer))),
  }));
  const best = (some: typeof named) => leastBy(some, (n) => n.validation);
  const adaptive = best(named.filter((n) => ADAPTIVE.includes(n.optimizer)));
  const plain = best(named.filter((n) => !ADAPTIVE.includes(n.optimizer)));
  const difference = meanDifference(adaptive.errors, plain.errors, { seed });
  return {
    claim:
      `On ${data}, with ${text}, the best adaptive method generalizes worse than the best of the others.`,
    verdict: byTest(difference.low > 0),
    evidence: `Test error of the best by validation error: ${adaptive.optimizer} ${
      meanText(adaptive.errors, 2)
    } %, ${plain.optimizer} ${
      meanText(plain.errors, 2)
    } %; ${difference.text}. Test: the interval lies above 0.`,
  };
}
