/**
 * Chooses a learning rate by the method of Wilson et al.
 *
 * @module
 */

/** A rate that was tried. */
export interface RateTrial {
  /** The rate is `2^k` times the base. */
  readonly k: number;
  readonly rate: number;
  /** The loss; not finite for a training that failed. */
  readonly loss: number;
}

/** The trials and the best of them. */
export interface RateSearch {
  /** By ascending rate. */
  readonly trials: readonly RateTrial[];
  readonly best: RateTrial;
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
  let trials: RateTrial[] = [];
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
function lowest(trials: readonly RateTrial[]): RateTrial {
  const known = trials.filter((t) => Number.isFinite(t.loss));
  if (known.length === 0) return trials[0]!;
  return known.reduce((a, b) => (b.loss < a.loss ? b : a));
}
