/**
 * The lecture's question: whether Adam is best, over all problems.
 *
 * @module
 */
import { countText, LEVEL, POWER, SEEDS } from "../../../decision/mod.ts";
import type { Claim, Needs, Verdict } from "../../../report/mod.ts";
import {
  type Estimate,
  holm,
  interquartileMean,
  pairsForPower,
  probabilityOfImprovement,
  type Scores,
  stratifiedBootstrap,
  swapTest,
} from "../../../statistics/mod.ts";
import type { BenchmarkData } from "../data.ts";
import { pText } from "../results/printed.ts";
import { NORMALIZATION, scoresOf } from "../results/scores.ts";
import { seedsNeeds } from "./places.ts";

/** The optimizer that the claim is about. */
export const BEST = "adam";

/** The smallest difference of interquartile means that matters: percent of the way to the target. */
export const SMALLEST_SCORE = 1;

/** Swaps and resamples that are drawn: a p-value of 5 % has a standard error of 0.5 %. */
const DRAWN = 2000;
const RESAMPLES = 1000;

/** The difference of two interquartile means over the runs of all problems, in percent of the way to the target. */
function difference(a: Scores, b: Scores): number {
  return 100 * (interquartileMean(a.flat()) - interquartileMean(b.flat()));
}

/** Returns how much likelier than not a run of `a` beats a run of `b`, from -0.5 to 0.5. */
function advantage(a: Scores, b: Scores): number {
  return probabilityOfImprovement(a, b) - 0.5;
}

/** The comparison of the optimizer with another, by both measures. */
export interface Versus {
  readonly other: string;
  /** Difference of the interquartile means, in percent of the way to the target, with its interval (95 %). */
  readonly gain: Estimate;
  /** Probability that a run is better than one of the other, with its interval (95 %). */
  readonly improvement: Estimate;
  /** The larger p-value of both measures; 1 if they disagree about which is better. */
  readonly p: number;
  /** 1 if the optimizer is the better one by both measures, -1 if the other is, 0 if they disagree. */
  readonly side: number;
  /** The p-value for a gain of the smallest that matters, and on which side of that the gain is. */
  readonly mattering: { readonly p: number; readonly side: number };
}

/** Compares the scores of an optimizer with those of another. */
export function versus(own: Scores, other: { name: string; scores: Scores }): Versus {
  const { scores } = other;
  const [gain, improvement] = [difference, advantage].map((statistic) => ({
    tested: swapTest(own, scores, statistic, { resamples: DRAWN }),
    estimate: stratifiedBootstrap([own, scores], ([a, b]) => statistic(a!, b!), { resamples: RESAMPLES }),
  }));
  const sides = [gain!, improvement!].map((m) => Math.sign(m.tested.statistic));
  const side = sides[0] === sides[1] ? sides[0]! : 0;
  const { value, low, high } = improvement!.estimate;
  return {
    other: other.name,
    gain: gain!.estimate,
    improvement: { value: value + 0.5, low: low + 0.5, high: high + 0.5 },
    p: side === 0 ? 1 : Math.max(gain!.tested.p, improvement!.tested.p),
    side,
    mattering: matters(own, scores),
  };
}

/** Tests the gain against the smallest that matters; a gain above that needs no test. */
function matters(own: Scores, scores: Scores): Versus["mattering"] {
  const lower = own.map((runs) => runs.map((v) => v - SMALLEST_SCORE / 100));
  if (difference(lower, scores) >= 0) return { p: 1, side: 1 };
  const { p, statistic } = swapTest(lower, scores, difference, { resamples: DRAWN });
  return { p, side: Math.sign(statistic) };
}

/**
 * Decides that Adam is the best over the problems:
 *
 * - `holds`: its interquartile mean is above that of each other optimizer, and a run of it likelier better than not, both
 *   significantly.
 * - `contradicted`: another is better by both measures, significantly, or Adam's gain over another is significantly smaller
 *   than the smallest that matters.
 *
 * The tests swap the two optimizers within runs of the same problem and seed, with Holm's correction over the others.
 * Returns no claim without Adam, another optimizer, a problem with scores, or a second seed.
 */
export function bestClaim(data: BenchmarkData): Claim[] {
  const { problems, scores } = scoresOf(data);
  const own = scores[BEST];
  const others = Object.keys(scores).filter((o) => o !== BEST);
  if (own === undefined || others.length === 0 || problems.length === 0) return [];
  if (data.config.seeds.length < 2) return [];
  const all = others.map((name) => versus(own, { name, scores: scores[name]! }));
  const p = holm(all.map((v) => v.p));
  const small = holm(all.map((v) => v.mattering.p));
  const significant = (value: number) => value <= LEVEL;
  const ahead = all.map((v, i) => v.side > 0 && significant(p[i]!));
  const against = all.filter((v, i) =>
    (v.side < 0 && significant(p[i]!)) || (v.mattering.side < 0 && significant(small[i]!))
  );
  const verdict: Verdict = against.length > 0 ? "contradicted" : ahead.every(Boolean) ? "holds" : "undecided";
  const shown = against.length > 0
    ? against.reduce((a, b) => (b.gain.value < a.gain.value ? b : a))
    : all.reduce((a, b) => (p[all.indexOf(b)]! > p[all.indexOf(a)]! ? b : a));
  const { gain } = shown;
  return [{
    claim:
      "Adam is the best: over the problems its interquartile mean is above that of every other optimizer, and a run " +
      "of it is likelier better than not.",
    verdict,
    evidence:
      `Interquartile mean (of the middle half of the scores) of adam less that of ${
        versusTexts(all, p)
      }. ${NORMALIZATION} ` +
      `Test: both above at ${100 * LEVEL} %${
        all.length > 1 ? ` after Holm's correction for ${all.length} comparisons` : ""
      } (swaps within the ${
        countText(data.config.seeds.length, SEEDS)
      } of each of ${problems.length} problems); less than ${SMALLEST_SCORE} % ` +
      `of the way to the target does not matter.${
        against.length === 0 ? "" : ` Not better by as much: than ${against.map((v) => v.other).join(", ")}.`
      }`,
    effect: {
      ...(all.length > 1 ? { of: shown.other } : {}),
      value: gain.value,
      low: gain.low,
      high: gain.high,
      unit: "% of the way",
      smallest: SMALLEST_SCORE,
    },
    test: {
      name:
        "swaps within pairs of runs, stratified by problem, of interquartile means and probabilities of improvement",
      p: p[all.indexOf(shown)]!,
      level: LEVEL,
      correction: all.length > 1 ? "Holm" : "none",
      comparisons: all.length,
    },
    ...(verdict === "undecided"
      ? {
        needs: needsOf(all.filter((_, i) => !ahead[i]), {
          problems: problems.length,
          seeds: data.config.seeds.length,
          comparisons: all.length,
        }),
      }
      : {}),
  }];
}

/** The most comparisons that the evidence lists. */
const MOST_LISTED = 6;

/** Returns the comparisons that speak least for Adam, and how many others there are. */
function versusTexts(all: readonly Versus[], p: readonly number[]): string {
  if (all.length <= MOST_LISTED) return all.map((v, i) => versusText(v, p[i]!)).join("; ");
  const order = all.map((_, i) => i).sort((i, j) => all[i]!.gain.value - all[j]!.gain.value);
  const [shown, rest] = [order.slice(0, MOST_LISTED), order.slice(MOST_LISTED)];
  const texts = shown.map((i) => versusText(all[i]!, p[i]!));
  const least = all[rest[0]!]!.gain.value.toPrecision(3);
  return `${texts.join("; ")}; ${rest.length} others: ${least} % or more, p at most ${
    Math.max(...rest.map((i) => p[i]!)).toPrecision(2)
  }`;
}

function versusText({ other, gain, improvement }: Versus, p: number): string {
  const interval = Number.isFinite(gain.high - gain.low)
    ? ` (${gain.low.toPrecision(3)} to ${gain.high.toPrecision(3)})`
    : "";
  return `${other}: ${gain.value.toPrecision(3)} %${interval}, better with probability ${
    improvement.value.toFixed(2)
  }, ${pText(p)}`;
}

/** Half the length of an interval of 95 %, in standard errors. */
const HALF = 1.959963984540054;

/** Returns the seeds with which the open comparisons would decide, if the differences are as seen. */
function needsOf(
  open: readonly Versus[],
  { problems, seeds, comparisons }: { problems: number; seeds: number; comparisons: number },
): Needs {
  const units = problems * seeds;
  const runsFor = (effect: number, { low, high }: Estimate) => {
    const deviation = (high - low) / (2 * HALF) * Math.sqrt(units);
    if (!(effect > 0) || !Number.isFinite(deviation)) return Infinity;
    if (deviation === 0) return units;
    return pairsForPower({ effect, deviation, level: LEVEL, power: POWER, comparisons });
  };
  // One that is not ahead by what matters may decide alone; otherwise all must be ahead by both measures.
  const above = Math.max(
    ...open.map(({ gain, improvement }) =>
      Math.max(runsFor(gain.value, gain), runsFor(improvement.value - 0.5, improvement))
    ),
  );
  const below = Math.min(...open.map(({ gain }) => runsFor(SMALLEST_SCORE - gain.value, gain)));
  const runs = Math.min(above, below);
  if (!Number.isFinite(runs)) {
    return { text: "No number of seeds decides this, if the differences are as seen.", seeds: null };
  }
  return seedsNeeds(Math.max(seeds + 1, Math.ceil(runs / problems)));
}
