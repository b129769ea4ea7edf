/**
 * Agreement epoch by epoch: curves of several seeds beside stored ones.
 *
 * @module
 */
import { mean } from "../statistics/mod.ts";
import { type Agreement, agreement } from "./agreement.ts";
import { type Margin, shownBy } from "./margin.ts";

/**
 * The curves of some runs: for each the values before the training (place 0) and after each epoch. A curve that ends
 * before the others, and a value that is not finite, mean that the run diverged.
 */
export type Curves = readonly (readonly number[])[];

/** Two sets of curves at an epoch. */
export interface EpochAgreement extends Agreement {
  readonly epoch: number;
  /** Our values, seed by seed; `NaN` for a run that diverged. */
  readonly ours: readonly number[];
  /** The stored values, of the runs that are stored so far. */
  readonly theirs: readonly number[];
}

/**
 * Returns how our curves agree with stored ones at each epoch that both have: on our side at least one run, on theirs at
 * least two, because one has no interval.
 */
export function curveAgreement(
  ours: Curves,
  theirs: Curves,
  { margin }: { readonly margin: Margin },
): readonly EpochAgreement[] {
  const epochs = commonEpochs(ours, theirs);
  return Array.from({ length: epochs }, (_, epoch) => {
    const own = ours.map((curve) => curve[epoch] ?? NaN);
    const stored = theirs.flatMap((curve) => curve[epoch] ?? []);
    const { one, size } = shownBy(margin, { stored: mean(stored) });
    return { epoch, ours: own, theirs: stored, ...agreement(own, stored, { margin: one * size }) };
  });
}

/** Returns how many epochs both have, the one before the training included. */
function commonEpochs(ours: Curves, theirs: Curves): number {
  const own = ours.reduce((most, curve) => Math.max(most, curve.length), 0);
  const [, second = 0] = theirs.map((curve) => curve.length).sort((a, b) => b - a);
  return Math.min(own, second);
}
