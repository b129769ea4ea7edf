/**
 * Plots of performance profiles.
 *
 * @module
 */
import { performanceProfiles, performanceRatios } from "../stats/performance_profile.ts";
import { checkOptions } from "../options/mod.ts";
import { lines } from "./lines.ts";
import { PLOT_OPTIONS, type PlotOptions, type PlotSpec } from "./spec.ts";

/**
 * Plots performance profiles: for each solver the share of problems on which its cost is at most `τ` times the least cost of
 * any solver, over `τ`.
 *
 * @param costs by solver, one for each problem, in the same order: above 0; `Infinity` for a failure
 * @throws {RangeError} when an option is unknown or out of its range; as `performanceProfiles` of `./stats` does.
 *
 * @example
 * ```ts
 * import { profiles } from "./profiles.ts";
 * import { assertEquals } from "@std/assert";
 * const spec = profiles({ adam: [10, 30], sgd: [20, Infinity] });
 * const [{ data }] = spec.layer as [{ data: { values: { line: string; x: number; y: number }[] } }];
 * assertEquals(data.values.filter((v) => v.line === "sgd").map((v) => v.y), [0, 0.5, 0.5]);
 * ```
 *
 * @see Dolan, Moré: Benchmarking Optimization Software with Performance Profiles, 2002.
 */
export function profiles(
  costs: Readonly<Record<string, readonly number[]>>,
  options: PlotOptions = {},
): PlotSpec {
  checkOptions("profiles", options, PLOT_OPTIONS);
  const ratios = Object.values(performanceRatios(costs)).flat().filter(Number.isFinite);
  const largest = Math.max(2, ...ratios);
  // Profiles step at the ratios; the last point lies a little behind the largest.
  const factors = [...new Set([1, ...ratios, 1.1 * largest])].sort((a, b) => a - b);
  const shares = performanceProfiles(costs, factors);
  return lines(Object.fromEntries(Object.entries(shares).map(([name, y]) => [name, { x: factors, y }])), {
    x: "τ: cost over the least cost of any",
    y: "share of problems",
    ...options,
    range: [0, 1],
    logX: true,
    steps: true,
  });
}
