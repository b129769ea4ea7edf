/**
 * Chooses a learning rate by the method of Wilson et al.
 *
 * @module
 */
import { mean } from "../statistics/mod.ts";
import type { Study, StudyRunOptions } from "./study.ts";

/** A rate that was tried. */
export interface Trial {
  /** The rate is `2^k` times the base. */
  readonly k: number;
  readonly rate: number;
  /** The loss; not finite for a training that failed. */
  readonly loss: number;
}

/** The trials and the best of them. */
export interface RateSearch {
  /** By ascending rate. */
  readonly trials: readonly Trial[];
  readonly best: Trial;
  /** Whether the best lies between others, so the search ended by itself. */
  readonly inside: boolean;
}

/** The options of a search. */
export interface RateSearchOptions {
  /** The middle of the five exponents that are tried first; 0 by default. */
  readonly center?: number;
  /** The rate of the exponent 0; 1 by default. */
  readonly base?: number;
  /** The largest number of exponents to try; 12 by default. */
  readonly most?: number;
  /** Called before each trial. */
  readonly onTrial?: (trials: number) => void;
}

/**
 * Tries the rates `base 2^k` for five consecutive k, and continues beyond an edge while the best is there.
 *
 * @see Wilson, Roelofs, Stern, Srebro, Recht: The Marginal Value of Adaptive Gradient Methods in Machine Learning, 2017,
 * section 4.
 */
export async function searchRates(
  loss: (rate: number) => Promise<number>,
  { center = 0, base = 1, most = 12, onTrial }: RateSearchOptions,
): Promise<RateSearch> {
  let trials: Trial[] = [];
  const attempt = async (k: number) => {
    onTrial?.(trials.length);
    const rate = base * 2 ** k;
    trials = [...trials, { k, rate, loss: await loss(rate) }].sort((a, b) => a.k - b.k);
  };
  for (let k = center - 2; k <= center + 2; k++) await attempt(k);
  for (;;) {
    const best = lowest(trials);
    const [first, last] = [trials[0]!, trials.at(-1)!];
    const inside = best !== first && best !== last;
    if (inside || trials.length >= most) return { trials, best, inside };
    await attempt(best === first ? first.k - 1 : last.k + 1);
  }
}

/** Returns the trial with the lowest loss and, among ties or if all failed, the lowest rate: a lower one may work. */
function lowest(trials: readonly Trial[]): Trial {
  const known = trials.filter((t) => Number.isFinite(t.loss));
  if (known.length === 0) return trials[0]!;
  return known.reduce((a, b) => (b.loss < a.loss ? b : a));
}

/** The options of a search for the best rate in a study. */
export interface TuneOptions extends Omit<StudyRunOptions, "learningRate" | "seed">, RateSearchOptions {
  /** Seeds of the runs that choose the rate. */
  readonly seeds: readonly number[];
}

/** Searches by the mean over some seeds of the best validation loss of a run. */
export function tune(study: Study, { seeds, ...options }: TuneOptions): Promise<RateSearch> {
  return searchRates(async (learningRate) => {
    const losses: number[] = [];
    for (const seed of seeds) {
      const { points, diverged } = await study.run({ ...options, learningRate, seed });
      losses.push(diverged ? Infinity : Math.min(...points.map((p) => p.scores.validation!.loss)));
    }
    return mean(losses);
  }, options);
}
