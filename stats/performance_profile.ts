import { checkSize } from "./check_sample.ts";

/**
 * Returns, for each solver and problem, the ratio of its cost to the least cost of any solver. A failure has the cost
 * `Infinity`, and the ratio `Infinity`, also on a problem on which all fail.
 *
 * @param costs by solver, one for each problem: above 0, in seconds or steps, say; `Infinity` for a failure
 * @returns the ratios, each at least 1, by solver
 * @throws {RangeError} for no solvers, different numbers of problems, none, or a cost that is `NaN` or not above 0.
 *
 * @example
 * ```ts
 * import { performanceRatios } from "./performance_profile.ts";
 * import { assertEquals } from "@std/assert";
 * const ratios = performanceRatios({ adam: [10, 30], sgd: [20, Infinity] });
 * assertEquals(ratios, { adam: [1, 1], sgd: [2, Infinity] });
 * ```
 *
 * @see Dolan, Moré: Benchmarking Optimization Software with Performance Profiles, 2002.
 */
export function performanceRatios<S extends string>(
  costs: Readonly<Record<S, readonly number[]>>,
): Record<S, number[]> {
  const solvers = Object.keys(costs) as S[];
  checkCosts(costs);
  const problems = costs[solvers[0]!].map((_, i) => i);
  const least = problems.map((i) => Math.min(...solvers.map((s) => costs[s][i]!)));
  // Infinity over Infinity would be NaN.
  const ratio = (cost: number, i: number) => (cost === Infinity ? Infinity : cost / least[i]!);
  return Object.fromEntries(solvers.map((s) => [s, costs[s].map(ratio)])) as Record<S, number[]>;
}

/**
 * Returns the performance profile of each solver: the share of problems on which its cost is at most `τ` times the least
 * cost of any solver. At `τ = 1` it is the share of problems on which the solver is the best; for large `τ` the share
 * that it solves at all.
 *
 * A profile compares with the best of all solvers given, so leaving one out may change the order of the others.
 *
 * @param costs by solver, as in {@linkcode performanceRatios}
 * @param factors the values of `τ`: at least 1, in any order
 * @returns by solver, a share for each factor
 * @throws {RangeError} as {@linkcode performanceRatios}, or for a factor below 1.
 *
 * @example
 * ```ts
 * import { performanceProfiles } from "./performance_profile.ts";
 * import { assertEquals } from "@std/assert";
 * const profiles = performanceProfiles({ adam: [10, 30], sgd: [5, Infinity] }, [1, 2, 100]);
 * assertEquals(profiles, { adam: [0.5, 1, 1], sgd: [0.5, 0.5, 0.5] });
 * ```
 *
 * @see Dolan, Moré: Benchmarking Optimization Software with Performance Profiles, 2002.
 * @see Gould, Scott: A Note on Performance Profiles for Benchmarking Software, 2016 (on orders).
 */
export function performanceProfiles<S extends string>(
  costs: Readonly<Record<S, readonly number[]>>,
  factors: readonly number[],
): Record<S, number[]> {
  const wrong = factors.findIndex((f) => !(f >= 1));
  if (wrong >= 0) {
    throw new RangeError(`factors[${wrong}] must be a number of at least 1, got ${factors[wrong]}`);
  }
  const ratios = performanceRatios(costs);
  const shares = (r: readonly number[]) =>
    factors.map((f) => r.filter((v) => v <= f && v !== Infinity).length / r.length);
  return Object.fromEntries(
    Object.entries<number[]>(ratios).map(([solver, r]) => [solver, shares(r)]),
  ) as Record<S, number[]>;
}

function checkCosts(costs: Readonly<Record<string, readonly number[]>>): void {
  checkSize("costs", Object.keys(costs));
  const [first] = Object.entries(costs);
  for (const [solver, values] of Object.entries(costs)) {
    checkSize(`costs of '${solver}'`, values);
    if (values.length !== first![1].length) {
      throw new RangeError(
        `all solvers must have the same problems, '${first![0]}' has ${
          first![1].length
        } and '${solver}' ${values.length}`,
      );
    }
    const wrong = values.findIndex((v) => !(v > 0));
    if (wrong >= 0) {
      throw new RangeError(
        `costs of '${solver}'[${wrong}] must be above 0, or Infinity for a failure, got ${values[wrong]}`,
      );
    }
  }
}
