/**
 * Tuning a learning rate as Wilson et al. do.
 *
 * @module
 */

/** A rate that was tried. */
export interface Trial {
  /** The rate is `2^k`. */
  readonly k: number;
  readonly rate: number;
  /** The lower, the better; NaN for a training that failed. */
  readonly loss: number;
}

/** What was tried, and what came of it. */
export interface PowerSearch {
  /** By ascending rate. */
  readonly trials: readonly Trial[];
  readonly best: Trial;
  /** Whether the best lies between others, so that the search ended of itself. */
  readonly inside: boolean;
}

/** Where to search. */
export interface PowerSearchOptions {
  /** The middle of the five exponents that are tried first. */
  readonly center: number;
  /** How many exponents to try at most; 12 by default. */
  readonly most?: number;
}

/**
 * Tries the rates `2^k` for five consecutive k, and goes on beyond the edge for as long as the best is there.
 *
 * @see Wilson, Roelofs, Stern, Srebro, Recht, 2017, section 4.
 */
export async function powerSearch(
  loss: (rate: number) => Promise<number>,
  { center, most = 12 }: PowerSearchOptions,
): Promise<PowerSearch> {
  let trials: Trial[] = [];
  const attempt = async (k: number) => {
    const rate = 2 ** k;
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

/** The trial of the lowest loss; of equal ones that of the lowest rate. The lowest rate, where all have failed: a lower one may do. */
function lowest(trials: readonly Trial[]): Trial {
  const known = trials.filter((t) => Number.isFinite(t.loss));
  if (known.length === 0) return trials[0]!;
  return known.reduce((a, b) => (b.loss < a.loss ? b : a));
}
