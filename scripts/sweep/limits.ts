/** The largest number of trials: a typing mistake should not cost a night. */
export const MOST_TRIALS = 100_000;
