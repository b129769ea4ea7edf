/**
 * Choosing a learning rate by validation, as Wilson et al. do.
 *
 * @module
 */
import { mean } from "./statistics.ts";
import type { Study, StudyRunOptions } from "./study.ts";

/** A rate that was tried. */
export interface Trial {
  /** The rate is 2^exponent times the base. */
  readonly exponent: number;
  readonly learningRate: number;
  /** The mean over the tuning seeds of the best validation loss; infinite where a run diverged. */
  readonly validationLoss: number;
}

/** What tuning found. */
export interface Tuned {
  readonly learningRate: number;
  /** All trials, by rate. */
  readonly trials: readonly Trial[];
}

/** How to tune. */
export interface TuneOptions extends Omit<StudyRunOptions, "learningRate" | "seed"> {
  /** The rate at the middle of the first trials. */
  readonly base: number;
  /** Seeds of the runs that rates are chosen by. */
  readonly seeds: readonly number[];
  /** Exponents on either side of the middle; 2 by default: five trials. */
  readonly reach?: number;
  /** The factor between neighbours; 2 by default. */
  readonly factor?: number;
  /** The most trials; 12 by default. */
  readonly most?: number;
  /** Told before each trial. */
  readonly onTrial?: (trials: number) => void;
}

/**
 * Tries rates base * factor^k about the base, then further ones as long as the best lies at an edge.
 *
 * @see Wilson et al.: The Marginal Value of Adaptive Gradient Methods in Machine Learning, 2017, section 4.
 */
export async function tune(study: Study, options: TuneOptions): Promise<Tuned> {
  const { base, seeds, reach = 2, factor = 2, most = 12, onTrial, ...run } = options;
  const trials: Trial[] = [];
  const attempt = async (exponent: number) => {
    onTrial?.(trials.length);
    const learningRate = base * factor ** exponent;
    const losses: number[] = [];
    for (const seed of seeds) {
      const { points, diverged } = await study.run({ ...run, learningRate, seed });
      losses.push(diverged ? Infinity : Math.min(...points.map((p) => p.scores.validation!.loss)));
    }
    trials.push({ exponent, learningRate, validationLoss: mean(losses) });
    trials.sort((a, b) => a.exponent - b.exponent);
  };
  for (let k = -reach; k <= reach; k++) await attempt(k);
  const best = () => trials.reduce((a, b) => (b.validationLoss < a.validationLoss ? b : a));
  while (trials.length < most) {
    if (best() === trials[0]) await attempt(trials[0]!.exponent - 1);
    else if (best() === trials.at(-1)) await attempt(trials.at(-1)!.exponent + 1);
    else break;
  }
  return { learningRate: best().learningRate, trials };
}
