/**
 * Returns e^x to a relative 1e-15, the same bits everywhere: `2^k` times the series of the remainder, which is at most
 * ln 2 / 2. `Math.exp` may differ between engines in the last place.
 *
 * @param x in [-700, 700]; numbers beyond count as the nearer end, so that the result is a normal float64
 *
 * @example
 * ```ts
 * import { portableExp } from "./portable_exp.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * assertAlmostEquals(portableExp(-1), 0.36787944117144233, 1e-15);
 * ```
 */
export function portableExp(x: number): number {
  const within = Math.min(Math.max(x, -700), 700);
  const k = Math.round(within / Math.LN2);
  // ln 2 in two parts: k times the first, of 21 bits, is exact.
  const rest = (within - k * LN2_HIGH) - k * LN2_LOW;
  let series = 1;
  // 0.347^15 / 15! is below 1e-18.
  for (let n = 14; n >= 1; n--) series = 1 + series * rest / n;
  return series * 2 ** k;
}

const LN2_HIGH = Math.round(Math.LN2 * 2 ** 21) / 2 ** 21;

/** ln 2 less the first part, which float64's own ln 2 would hold to 1e-17 only. */
const LN2_LOW = (Math.LN2 - LN2_HIGH) + 2.3190468138462996e-17;
