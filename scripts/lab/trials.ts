/**
 * Chooses the setting of an optimizer by trials: each is trained with a few seeds, and judged by its validation loss
 * after the last step. A trial reads nothing of the test set.
 *
 * @module
 */
import { bestTrial, type Trial } from "../comparison/mod.ts";
import { mean } from "../statistics/mod.ts";
import { searchRates } from "./rate_search.ts";
import { drawSettings, type SearchSpace, type Setting, settingsWith } from "./search/mod.ts";
import type { StudyRunOptions, StudyRuns } from "./study.ts";

/** The trials of an optimizer, and the best of them. */
export interface Tuned {
  /** In the order in which they were made, or by rate. */
  readonly trials: readonly Trial[];
  readonly best: Trial;
}

/** The options of all trials. */
export interface TrialOptions extends
  Omit<
    StudyRunOptions,
    "learningRate" | "hyperparameters" | "seed" | "label" | "points" | "evaluateOnly"
  > {
  /** Seeds of the trainings of each trial. */
  readonly seeds: readonly number[];
  /** Called before each training, with the numbers of trainings and trials before it. */
  readonly onTraining?: (trainings: number, trials: number) => void;
}

/** The settings to try. */
export interface SearchOptions extends TrialOptions {
  readonly space: SearchSpace;
  /** How many trials to make, at least 1. */
  readonly budget: number;
  /** The setting to try first, instead of the nearest of those that are drawn. */
  readonly first?: Setting | undefined;
  /** Seed of the settings that are drawn. */
  readonly searchSeed: number;
  /** The learning rate where the space has none. */
  readonly learningRate: number;
  /** The measure that trials are judged by on the validation set; `"loss"` by default. */
  readonly judgedBy?: "loss" | "accuracy";
}

/** Tries settings that are drawn from a space, and returns the first of the best. */
export async function searchSpace(
  study: StudyRuns,
  { space, budget, first, searchSeed, learningRate, ...options }: SearchOptions,
): Promise<Tuned> {
  const attempt = trialsOf(study, options);
  const trials: Trial[] = [];
  const draw = { space, count: budget, seed: searchSeed };
  for (const setting of first === undefined ? drawSettings(space, draw) : settingsWith(first, draw)) {
    trials.push(await attempt({ learningRate, ...setting }));
  }
  return { trials, best: bestTrial(trials) };
}

/** Tries powers of two times a learning rate, as many as {@linkcode searchRates} needs. */
export async function searchPowers(
  study: StudyRuns,
  { base, most, ...options }: TrialOptions & { base: number; most?: number },
): Promise<Tuned> {
  const attempt = trialsOf(study, options);
  const made = new Map<number, Trial>();
  const { trials, best } = await searchRates(async (learningRate) => {
    const trial = await attempt({ learningRate });
    made.set(learningRate, trial);
    return trial.loss;
  }, { base, ...(most === undefined ? {} : { most }) });
  return { trials: trials.map((t) => made.get(t.rate)!), best: made.get(best.rate)! };
}

/** Returns a function that trains a setting with every seed. Trials are numbered from 1 on. */
function trialsOf(
  study: StudyRuns,
  { seeds, onTraining, judgedBy, ...options }: TrialOptions & Pick<SearchOptions, "judgedBy">,
): (setting: Setting & { learningRate: number }) => Promise<Trial> {
  let trials = 0;
  return async (setting) => {
    const { learningRate, ...hyperparameters } = setting;
    const scores: { loss: number; accuracy: number }[] = [];
    for (const seed of seeds) {
      onTraining?.(trials * seeds.length + scores.length, trials);
      const label = `trial ${trials + 1}`;
      const { diverged, points } = await study.run({
        ...options,
        learningRate,
        hyperparameters,
        seed,
        label,
        points: "last",
        evaluateOnly: ["validation"],
      });
      const score = points.at(-1)!.scores.validation!;
      scores.push(diverged ? { ...score, loss: Infinity } : score);
    }
    trials++;
    const losses = scores.map((s) => s.loss);
    const accuracies = scores.map((s) => s.accuracy);
    const diverged = losses.includes(Infinity);
    return {
      trial: trials,
      setting,
      losses,
      loss: diverged ? Infinity : mean(losses),
      ...(judgedBy === "accuracy" ? { accuracies, accuracy: mean(accuracies) } : {}),
      diverged,
    };
  };
}
