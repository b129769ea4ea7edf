/**
 * Decides claims about shares of examples: what trained models classify correctly of one test set.
 *
 * @module
 */
import { type Estimate, normalTail } from "../../stats/mod.ts";
import type { Decision } from "./decision.ts";
import { LEVEL, levelText, POWER } from "./needs.ts";
import { type Quantity, short } from "./quantity.ts";

/** The standard normal quantile of 0.975. */
const Z = 1.959963984540054;

/** How many times farther than the half width of an interval a bound must be, to lie outside with 80 % power. */
const POWER_FACTOR = (Z + 0.8416212335729143) / Z;

/**
 * Returns a share of `n` examples and its interval (95 %) for new examples of the same kind.
 *
 * @see Wilson: Probable inference, the law of succession, and statistical inference, 1927.
 */
export function shareInterval(share: number, n: number): Estimate {
  const middle = (share + Z * Z / (2 * n)) / (1 + Z * Z / n);
  const half = Z / (1 + Z * Z / n) * Math.sqrt(share * (1 - share) / n + Z * Z / (4 * n * n));
  return { value: share, low: middle - half, high: middle + half };
}

/** Two shares of the same `n` examples. */
export interface Shares {
  /** The name of `b` in the evidence. */
  readonly name: string;
  readonly a: number;
  readonly b: number;
  /** The number of examples. */
  readonly n: number;
}

/**
 * Decides the claim that the share `a` is above the share `b` for new examples too, of the two models as they are
 * trained; other seeds are not looked at. `holds` if the difference is significantly above 0, `contradicted` if it is
 * significantly below 0 or its interval (95 %) lies below the smallest difference that matters, else `undecided`. A share
 * that is not finite, of a model that diverged, is 0.
 *
 * Test and interval are those of two samples, which are too wide for the same examples: they decide too little rather
 * than too much.
 *
 * @see Newcombe: Interval estimation for the difference between independent proportions, 1998, method 10.
 */
export function decideShares({ name, a, b, n }: Shares, quantity: Quantity): Decision {
  const [x, y] = [a, b].map((share) => shareInterval(Number.isFinite(share) ? share : 0, n)) as [
    Estimate,
    Estimate,
  ];
  const { value, low, high } = {
    value: 100 * (x.value - y.value),
    low: 100 * (x.value - y.value - Math.hypot(x.value - x.low, y.high - y.value)),
    high: 100 * (x.value - y.value + Math.hypot(x.high - x.value, y.value - y.low)),
  };
  const { smallest, smallestText } = quantity;
  // One variance for both shares, as they are the same if there is no difference.
  const pooled = (x.value + y.value) / 2;
  const z = value === 0 ? 0 : value / 100 / Math.sqrt(2 * pooled * (1 - pooled) / n);
  const p = 2 * normalTail(Math.abs(z));
  const significant = p < LEVEL;
  const verdict = significant && value > 0
    ? "holds"
    : significant || high < smallest
    ? "contradicted"
    : "undecided";
  // The nearer verdict: above 0, or below what matters. The half width shrinks with the root of the number of examples.
  const farther = Math.max(value, smallest - value);
  const more = Math.ceil(n * ((high - low) / 2 / farther * POWER_FACTOR) ** 2);
  return {
    verdict,
    effect: { of: name, value, low, high, unit: quantity.scale.unit, smallest },
    ...(verdict === "undecided"
      ? {
        needs: {
          text: `About ${more.toLocaleString("en-US")} test examples would decide with ${
            100 * POWER
          } % power, if the difference is as seen.`,
          seeds: null,
        },
      }
      : {}),
    test: { name: "two-proportion z-test", p, level: LEVEL, correction: "none", comparisons: 1 },
    figures: [`${name}: ${short(value)} points (${short(low)} to ${short(high)}), p = ${p.toPrecision(2)}`],
    condition: `Test: above 0 at ${levelText(1)} (two-proportion z-test over ${n} test examples, of one ` +
      `training each); less than ${smallestText} does not matter.`,
  };
}
