import { checkOptions, type OptionNames } from "../options/mod.ts";
import { type DataSet, sizeOfDataSet } from "./data_set.ts";
import { displayedSet } from "./display.ts";

/** The mean and spread of features. */
export interface FeatureStatistics {
  /** The means, float64: one per feature, or a single one. */
  readonly mean: Float64Array;
  /** The standard deviations of the population (divided by N, not N - 1), as many; at least 0. */
  readonly std: Float64Array;
}

/** Options of {@linkcode featureStatistics}. */
export interface StatisticsOptions {
  /**
   * `"each"`: each feature has its own statistics. `"all"`: all share one mean and deviation, as is usual for images.
   */
  readonly over: "each" | "all";
}

const STATISTICS_OPTIONS = { over: { needed: ["each", "all"] } } satisfies OptionNames<StatisticsOptions>;

/**
 * Computes the mean and standard deviation of `x`, over the examples for each feature, or over everything. Two passes
 * in float64.
 *
 * Take them from the training part alone, and use them for every part.
 *
 * @throws {RangeError} for a data set without examples or values.
 *
 * @example
 * ```ts
 * import { featureStatistics } from "./standardize.ts";
 * import { digits } from "./digits.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * assertAlmostEquals(featureStatistics(digits(), { over: "all" }).mean[0] ?? NaN, 4.884, 1e-3);
 * ```
 */
export function featureStatistics(set: DataSet, options: StatisticsOptions): FeatureStatistics {
  checkOptions("featureStatistics", options, STATISTICS_OPTIONS);
  const { over } = options;
  const size = sizeOfDataSet(set);
  const { data } = set.inputs.x;
  if (data.length === 0) throw new RangeError(`${set.name} must hold at least one example, holds ${size}`);
  const width = over === "each" ? data.length / size : 1;
  const count = data.length / width;
  const mean = new Float64Array(width);
  for (let i = 0; i < data.length; i++) {
    mean[i % width] = (mean[i % width] as number) + Number(data[i]) / count;
  }
  const variance = new Float64Array(width);
  for (let i = 0; i < data.length; i++) {
    const deviation = Number(data[i]) - (mean[i % width] as number);
    variance[i % width] = (variance[i % width] as number) + deviation * deviation / count;
  }
  return { mean, std: variance.map(Math.sqrt) };
}

/**
 * Returns the data set with `x` as float32 `(x - mean) / std`; a feature that does not vary becomes 0 (its `std` counts
 * as 1).
 *
 * @param statistics one mean and deviation per feature, or a single one
 * @throws {RangeError} when there are neither as many statistics as features nor one.
 *
 * @example
 * ```ts
 * import { featureStatistics, standardize } from "./standardize.ts";
 * import { iris } from "./iris.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const set = standardize(iris(), featureStatistics(iris(), { over: "each" }));
 * assertAlmostEquals(featureStatistics(set, { over: "all" }).std[0] ?? NaN, 1, 1e-6);
 * ```
 */
export function standardize(set: DataSet, statistics: FeatureStatistics): DataSet {
  const size = sizeOfDataSet(set);
  const { shape, data } = set.inputs.x;
  const { mean, std } = statistics;
  const width = shape.slice(1).reduce((a, b) => a * b, 1);
  if (mean.length !== std.length || (mean.length !== 1 && mean.length !== width)) {
    throw new RangeError(
      `statistics must hold 1 or ${width} means and deviations, got ${mean.length} and ${std.length}`,
    );
  }
  const x = new Float32Array(size * width);
  for (let i = 0; i < x.length; i++) {
    const j = i % mean.length;
    x[i] = (Number(data[i]) - (mean[j] as number)) / ((std[j] as number) || 1);
  }
  const { range: _, ...rest } = set;
  return displayedSet({ ...rest, inputs: { ...set.inputs, x: { dtype: "float32", shape, data: x } } });
}
