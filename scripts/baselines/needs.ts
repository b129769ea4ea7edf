/**
 * Computes how many of our seeds would decide whether curves agree.
 *
 * @module
 */
import { CONFIDENCE, deviation, studentQuantile, welchError } from "../statistics/mod.ts";
import type { Needs } from "../report/mod.ts";
import type { EpochAgreement } from "./curves.ts";

/** The numbers of seeds that are tried grow by this factor. */
const GROWTH = 1.15;

/** More seeds than these are not named. */
const MOST = 1000;

/** Returns what would decide an agreement that is undecided; the margin is in the unit of the values. */
export function agreementNeeds(
  { ours, theirs, reason }: Pick<EpochAgreement, "ours" | "theirs" | "reason">,
  { margin }: { readonly margin: number },
): Needs {
  if (reason === "empty") return emptyNeeds(ours, theirs);
  const seeds = seedsFor(ours, { theirs, margin });
  const text = seeds === null
    ? `However many seeds there are here, the ${theirs.length} stored runs leave the interval too wide.`
    : `About ${seeds} seeds here would make the interval narrow enough, if the scatter is as seen.`;
  return { text, seeds };
}

function emptyNeeds(ours: readonly number[], theirs: readonly number[]): Needs {
  if (theirs.length < 2) {
    return { text: "Fewer than two runs are stored: they have no interval.", seeds: null };
  }
  if (!ours.every(Number.isFinite)) {
    return { text: "Runs that diverged have no mean: find what makes them diverge.", seeds: null };
  }
  return { text: "One seed has no interval; two have one.", seeds: 2 };
}

/** Returns about how many of our seeds make half the interval as short as the margin; `null` if no number does. */
function seedsFor(
  ours: readonly number[],
  { theirs, margin }: { theirs: readonly number[]; margin: number },
): number | null {
  const [own, stored] = [deviation(ours), deviation(theirs)];
  for (let n = ours.length + 1; n <= MOST; n = Math.ceil(n * GROWTH)) {
    const samples = [{ size: n, deviation: own }, { size: theirs.length, deviation: stored }];
    if (halfWidth(samples) <= margin) return n;
  }
  return null;
}

/** Returns half the length of Welch's interval of two samples, at least one of which varies. */
function halfWidth(samples: Parameters<typeof welchError>[0]): number {
  const { error, degrees } = welchError(samples);
  return error * studentQuantile((1 - CONFIDENCE) / 2, { degrees });
}
