/**
 * The claim that several optimizers untuned are about as good as one tuned.
 *
 * @module
 */
import { decided, decideEqual, numbers } from "../../../decision/mod.ts";
import type { Claim } from "../../../report/mod.ts";
import { mean } from "../../../statistics/mod.ts";
import type { BenchmarkData, BenchmarkedProblem } from "../data.ts";
import { armOn, bestValues, optimizersOf } from "../results/runs.ts";
import { type Norm, normOf, scoreOf } from "../results/scores.ts";
import { trialValues } from "../results/trial_values.ts";

/** The difference up to which two ways to choose count as equally good: percent of the way to the target. */
export const EQUIVALENCE = 5;

/** Validation scores, in percent of the way to the target: `[setting][tuning seed]`. */
type Tried = readonly (readonly number[])[];

/** A problem with the trials of all optimizers. */
interface Choices {
  readonly problem: BenchmarkedProblem;
  readonly norm: Norm;
  readonly tried: Readonly<Record<string, Tried>>;
}

/**
 * Decides that training each optimizer once, at its declared hyper-parameters, and keeping the best, is about as good as
 * tuning the best single optimizer with its trials: an equivalence test over the problems, with a margin of 5 percent
 * of the way from the untrained model to the target.
 *
 * On each problem both ways choose by all tuning seeds but one, and count by that one, each seed in turn: so neither gains
 * by choosing the luckiest of several numbers. The single optimizer is the one with the best validation in the final runs.
 *
 * Undecided with one tuning seed. Returns no claim if the first trials are not at the declared hyper-parameters, if there
 * is one optimizer or one trial of each, or if a problem lacks the trials of an optimizer.
 */
export function untunedClaim(data: BenchmarkData): Claim[] {
  const { config } = data;
  const optimizers = optimizersOf(data);
  if (optimizers.length < 2 || config.trials < 2 || config.tuningSeeds.length === 0) return [];
  const choices = data.problems.flatMap((problem) => choicesOf(problem, { optimizers, config }));
  if (choices.length === 0 || choices.length < data.problems.length) return [];
  const single = bestSingle(optimizers, choices);
  const claim =
    `Several optimizers untuned are about as good as one tuned: the best of ${optimizers.length} at their declared ` +
    `hyper-parameters comes as close to the target as the best of ${config.trials} trials of ${single}, the best single ` +
    `optimizer, within ${EQUIVALENCE} % of the way from the untrained model to the target.`;
  if (config.tuningSeeds.length < 2) return [luckOnly(claim)];
  const untuned = choices.map(({ tried }) => heldOut(optimizers.map((o) => tried[o]![0]!)));
  const tuned = choices.map(({ tried }) => heldOut(tried[single]!));
  return [decided(
    claim,
    decideEqual({ name: `trials of ${single}`, a: untuned, b: tuned }, {
      quantity: numbers("% of the way", { better: "higher", smallest: EQUIVALENCE }),
      own: "the untuned optimizers",
      repeated: ["problem", "problems"],
    }),
    `The best of ${optimizers.length} untuned optimizers less the best of ${config.trials}`,
  )];
}

/** Returns the claim for one tuning seed. */
function luckOnly(claim: string): Claim {
  return {
    claim,
    verdict: "undecided",
    evidence: "Each setting was tried with one tuning seed, by which it is chosen.",
    needs: { text: "One tuning seed cannot tell a good choice from a lucky one: two can.", seeds: null },
  };
}

/** Returns the trials of a problem as scores; none if an optimizer's are missing, or its first is not the declared setting. */
function choicesOf(
  problem: BenchmarkedProblem,
  { optimizers, config }: { optimizers: readonly string[]; config: BenchmarkData["config"] },
): Choices[] {
  const norm = normOf(problem, "validation");
  if (typeof norm === "string") return [];
  const entries = optimizers.flatMap((o) => {
    const trials = problem.compared.trials[o] ?? [];
    const values = trials.flatMap((t) => {
      const tried = trialValues(problem, t);
      return tried === null ? [] : [tried.map((v) => 100 * scoreOf(v, norm))];
    });
    const complete = values.length > 0 && values.length === trials.length &&
      values.every((v) => v.length === config.tuningSeeds.length) && armOn(problem, o) !== undefined;
    return complete && isDeclared(trials[0]!.setting, config.declared[o]) ? [[o, values] as const] : [];
  });
  return entries.length < optimizers.length ? [] : [{ problem, norm, tried: Object.fromEntries(entries) }];
}

/** Returns whether a setting is the declared one, in all that it sets. */
function isDeclared(
  setting: Readonly<Record<string, unknown>>,
  declared: Readonly<Record<string, unknown>> | undefined,
): boolean {
  return declared !== undefined &&
    Object.entries(setting).every(([name, value]) => Object.is(value, declared[name]));
}

/** Returns the optimizer with the best mean score over the problems, by validation in the final runs. */
function bestSingle(optimizers: readonly string[], choices: readonly Choices[]): string {
  const level = (o: string) =>
    mean(
      choices.map(({ problem, norm }) =>
        mean(bestValues(problem, armOn(problem, o)!).map((v) => scoreOf(v, norm)))
      ),
    );
  return optimizers.reduce((a, b) => (level(b) > level(a) ? b : a));
}

/** Returns the mean score of the setting that the other seeds choose, over the seeds. */
function heldOut(tried: Tried): number {
  return mean(tried[0]!.map((_, seed) => {
    const others = (values: readonly number[]) => mean(values.filter((_, s) => s !== seed));
    return tried.reduce((a, b) => (others(b) > others(a) ? b : a))[seed]!;
  }));
}
