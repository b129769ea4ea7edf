/**
 * The width of the interval of good learning rates: how much an optimizer forgives a rate that is not the best.
 *
 * @module
 */
import { leastBy, shortText } from "../statistics/mod.ts";
import type { Trial } from "./arms.ts";

/** The share of the least loss that a loss may lie above it. */
const WITHIN = 0.1;

/** The rates around the best one whose validation loss lies within 10 % of the least. */
export interface GoodRates {
  /** The share that a loss may lie above the least one: 0.1. */
  readonly within: number;
  readonly low: number;
  readonly high: number;
  /** The width on a logarithmic scale: `log10(high / low)`. */
  readonly decades: number;
  /** `true` if the lowest rate tried is among them: lower ones may be good, too. */
  readonly openLow: boolean;
  /** `true` if the highest rate tried is among them. */
  readonly openHigh: boolean;
}

/**
 * Returns the interval of good rates around the best trial. Between a good trial and the next one that is not, the loss
 * is taken to change linearly with the logarithm of the rate; where the next one diverged, the interval ends at the good
 * one. Returns `null` if all trials diverged, or differ in more than their rates.
 */
export function goodRates(trials: readonly Trial[]): GoodRates | null {
  if (trials.length === 0 || trials.some(({ setting }) => Object.keys(setting).length > 1)) return null;
  const best = leastBy(trials, (t) => t.loss);
  if (best.diverged || !Number.isFinite(best.loss)) return null;
  const byRate = [...trials].sort((a, b) => a.setting.learningRate - b.setting.learningRate);
  const at = byRate.indexOf(best);
  const most = best.loss + WITHIN * Math.abs(best.loss);
  const [lower, higher] = [edgeOf(byRate.slice(0, at + 1).reverse(), most), edgeOf(byRate.slice(at), most)];
  return {
    within: WITHIN,
    low: lower.rate,
    high: higher.rate,
    decades: Math.log10(higher.rate / lower.rate),
    openLow: lower.open,
    openHigh: higher.open,
  };
}

/** Returns the rate up to which losses are at most `most`, from the best trial on; open if no trial is worse. */
function edgeOf(trials: readonly Trial[], most: number): { rate: number; open: boolean } {
  const beyond = trials.findIndex((t) => !(t.loss <= most));
  const last = (beyond < 0 ? trials : trials.slice(0, beyond)).at(-1)!;
  const rate = last.setting.learningRate;
  const next = trials[beyond];
  if (next === undefined) return { rate, open: true };
  if (next.diverged || !Number.isFinite(next.loss)) return { rate, open: false };
  const share = (most - last.loss) / (next.loss - last.loss);
  return { rate: rate * (next.setting.learningRate / rate) ** share, open: false };
}

/** Returns `0.0171 to 0.0551 (0.51 decades)`, with `at least` where an end is open. */
export function goodRatesText(good: GoodRates | null): string {
  if (good === null) return "";
  const { low, high, decades, openLow, openHigh } = good;
  const open = openLow || openHigh ? "at least " : "";
  return `${shortText(low)} to ${shortText(high)} (${open}${decades.toFixed(2)} decades)`;
}
