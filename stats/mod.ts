/**
 * Statistics of comparisons: means, intervals, tests of paired differences.
 *
 * ```ts
 * import { comparePaired } from "./mod.ts";
 * const [adam, sgd] = [[0.91, 0.93, 0.92, 0.94, 0.9, 0.92], [0.88, 0.91, 0.91, 0.9, 0.87, 0.9]];
 * const { value, low, high, p } = comparePaired(adam, { with: sgd });
 * console.assert(value > 0 && low > 0 && high > value && p === 1 / 32);
 * ```
 *
 * @module
 */

// Samples.
export { deviation, max, mean, median, min, quantile, sampleStandardDeviation } from "./sample.ts";
export { leastBy } from "./least_by.ts";

// Intervals.
export { bootstrap, CONFIDENCE, type Estimate, type ResampleOptions } from "./bootstrap.ts";

// Tests.
export type { Alternative } from "./alternative.ts";
export { comparePaired, type Comparison } from "./compare_paired.ts";
export { MOST_EXACT, type SignFlipOptions, signFlipTest } from "./sign_flips.ts";

// Many tests at once.
export { benjaminiHochberg } from "./benjamini_hochberg.ts";
export { holm } from "./holm.ts";

// Sizes of samples.
export { fewestPairs, type TestOptions } from "./fewest_pairs.ts";
export { type PairedDesign, pairedPower, type PairedPowerOptions } from "./paired_power.ts";
export { pairsForPower, type PairsForPowerOptions } from "./pairs_for_power.ts";
export { signFlipPower, type SignFlipPowerOptions } from "./sign_flip_power.ts";
