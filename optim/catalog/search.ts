/**
 * The intervals in which to search for hyper-parameters.
 *
 * @module
 */
import type { SearchInterval } from "../../options/mod.ts";

const log = (low: number, high: number): SearchInterval => ({ low, high, scale: "log" });

/** Returns a number without the last digits, which rounding made. */
const rounded = (x: number) => Number(x.toPrecision(12));

/** Returns the interval of a share that is kept, such as `beta1`, from that of the rest: `1 - beta1`. */
const share = (least: number, most: number): SearchInterval => ({
  low: rounded(1 - most),
  high: rounded(1 - least),
  scale: "one-minus-log",
});

/**
 * Returns the interval of a rule without a published one: from a decade below a value that suits it to a decade above.
 *
 * @param center the value: the rate that suits small classifiers, or the default rate
 */
export function around(center: number): SearchInterval {
  return log(rounded(center / 10), rounded(center * 10));
}

const ADAMW = { learningRate: log(1e-4, 1e-2), beta1: share(2e-2, 0.5) };
const NADAMW = { learningRate: log(1e-4, 1e-2), beta1: share(4e-3, 0.1) };
const NESTEROV = { learningRate: log(2e-2, 5), momentum: share(5e-3, 0.3) };

/**
 * The published intervals by function and option. A learning rate that is not listed is searched `around` the rate of
 * the table of optimizers.
 *
 * `adamw`, `nadamw`, `nesterov`, `lamb`, `adafactor` and `sam` have those of AlgoPerf's baselines for external tuning
 * (`tuning_search_space.json` of each; Dahl et al.: Benchmarking neural network training algorithms, 2023). They draw
 * `1 - beta1` uniformly in its logarithm, and so does the scale `"one-minus-log"`. As Choi et al.: On empirical
 * comparisons of optimizers for deep learning, 2019, search rules that contain each other over the same intervals, SGD and
 * `momentum` have the intervals of `nesterov`, and the rules that keep Adam's moments those of `adamw`, but for its weight
 * decay. The weight decay of `sgd` is an L2 penalty, as that of AlgoPerf's Nesterov. The rate of `muon` is around its
 * authors' 0.02 (Jordan et al., 2024).
 */
export const SEARCH: Readonly<Record<string, Readonly<Record<string, SearchInterval>>>> = {
  gradientDescent: { learningRate: NESTEROV.learningRate },
  sgd: { ...NESTEROV, weightDecay: log(1e-7, 5e-5) },
  momentum: NESTEROV,
  nesterov: NESTEROV,
  lars: { momentum: NESTEROV.momentum },
  adam: ADAMW,
  adamw: { ...ADAMW, weightDecay: log(5e-3, 1) },
  amsgrad: ADAMW,
  adabelief: ADAMW,
  adabound: ADAMW,
  ademamix: ADAMW,
  adopt: ADAMW,
  radam: ADAMW,
  swats: ADAMW,
  acprop: ADAMW,
  optimisticAdam: ADAMW,
  nadam: NADAMW,
  nadamw: { ...NADAMW, weightDecay: log(5e-3, 1) },
  lamb: { learningRate: log(1e-4, 1e-2), beta1: share(5e-2, 0.3), weightDecay: log(1e-3, 1) },
  adafactor: { learningRate: log(1e-4, 1e-2), weightDecay: log(1e-3, 1) },
  muon: { learningRate: around(2e-2) },
  sam: { rho: log(1e-2, 5e-2) },
};
