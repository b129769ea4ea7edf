/**
 * Combines runs of the benchmark: other problems, other optimizers, other machines.
 *
 * @module
 */
import { PROBLEMS } from "../../../benchmark/mod.ts";
import { UsageError } from "../../../console/mod.ts";
import { exactJson } from "../../../../runtime/checkpoint/mod.ts";
import type { BenchmarkConfig, BenchmarkData, BenchmarkedProblem } from "../data.ts";
import {
  requireComplete,
  requireSameDefinition,
  requireSameOptimizers,
  requireSameProtocol,
} from "./combinable.ts";
import { OPTIMIZERS_BY_DEFAULT } from "../options.ts";
import type { StoredRun } from "./stored.ts";

/**
 * Combines runs of one protocol. Problems stand in the order of the table, the default optimizers before others.
 *
 * @throws {UsageError} naming two runs that differ in a setting, in an optimizer, in the definition of a problem, or in the
 * results of an optimizer on it; naming optimizers that were not run on a problem.
 */
export function combined(runs: readonly StoredRun[]): BenchmarkData {
  const [first, ...others] = runs;
  if (others.length === 0) return first!.data;
  for (const run of others) requireSameProtocol(first!, run);
  requireSameOptimizers(runs);
  const problems = new Map<string, Merged>();
  for (const { folder, data } of runs) {
    for (const problem of data.problems) {
      const before = problems.get(problem.problem);
      problems.set(
        problem.problem,
        before === undefined
          ? { problem, from: from(problem, folder) }
          : merged(before, { problem, from: from(problem, folder) }),
      );
    }
  }
  const all = [...problems.values()].map((m) => m.problem);
  // Each problem has published rules of its own, which compete with no others.
  if (!first!.data.config.baselines) requireComplete(all);
  return {
    protocol: first!.data.protocol,
    config: configOf(runs),
    problems: sortedBy(all.map(inOrder), {
      name: (p) => p.problem,
      first: Object.keys(PROBLEMS),
    }),
  };
}

/** Returns a problem with its optimizers in order. */
function inOrder(problem: BenchmarkedProblem): BenchmarkedProblem {
  const { compared: { arms, trials } } = problem;
  const first = OPTIMIZERS_BY_DEFAULT;
  return {
    ...problem,
    compared: {
      arms: sortedBy(arms, { name: (a) => a.optimizer, first }),
      trials: Object.fromEntries(sortedBy(Object.entries(trials), { name: ([name]) => name, first })),
    },
  };
}

/** Sorts items: those with a name of a list in its order, then the others by name. */
function sortedBy<T>(
  items: readonly T[],
  { name, first }: { name: (item: T) => string; first: readonly string[] },
): T[] {
  const place = (item: T) => (first.includes(name(item)) ? first.indexOf(name(item)) : first.length);
  return [...items].sort((a, b) => place(a) - place(b) || (name(a) < name(b) ? -1 : 1));
}

/** A problem, and the folder that each optimizer's results are from. */
interface Merged {
  readonly problem: BenchmarkedProblem;
  readonly from: Readonly<Record<string, string>>;
}

function from({ compared, refused }: BenchmarkedProblem, folder: string): Merged["from"] {
  const names = [...compared.arms.map((a) => a.optimizer), ...Object.keys(refused)];
  return Object.fromEntries(names.map((name) => [name, folder]));
}

function configOf(runs: readonly StoredRun[]): BenchmarkConfig {
  const configs = runs.map((r) => r.data.config);
  const scales = new Set(configs.map((c) => c.scale));
  return {
    ...configs[0]!,
    scale: scales.size === 1 ? configs[0]!.scale : "several",
    declared: Object.assign({}, ...configs.map((c) => c.declared)),
    gradients: Object.assign({}, ...configs.map((c) => c.gradients)),
    code: Object.assign({}, ...configs.map((c) => c.code)),
  };
}

function merged(a: Merged, b: Merged): Merged {
  const { problem: name } = a.problem;
  const [folderA, folderB] = [Object.values(a.from)[0], Object.values(b.from)[0]];
  requireSameDefinition([a.problem, folderA!], [b.problem, folderB!]);
  const twice = Object.keys(b.from).filter((optimizer) => Object.hasOwn(a.from, optimizer));
  for (const optimizer of twice) {
    if (resultsOf(a.problem, optimizer) === resultsOf(b.problem, optimizer)) continue;
    throw new UsageError(
      `${optimizer} on ${name} has other results in ${a.from[optimizer]} than in ${
        b.from[optimizer]
      }: leave one of them out`,
    );
  }
  return { problem: joined(a.problem, without(b.problem, twice)), from: { ...b.from, ...a.from } };
}

/** Returns the results of an optimizer as text, without what was measured by a clock. */
function resultsOf(
  { compared: { arms, trials }, spaces, refused }: BenchmarkedProblem,
  optimizer: string,
): string {
  const own = arms.filter((a) => a.optimizer === optimizer).map((arm) => ({
    ...arm,
    runs: arm.runs.map(({ seconds: _, ...run }) => run),
    points: arm.points.map((points) => points.map(({ seconds: _, ...point }) => point)),
  }));
  return exactJson([own, trials[optimizer], spaces[optimizer], refused[optimizer]]);
}

/** Returns a problem without some of the optimizers. */
function without(problem: BenchmarkedProblem, optimizers: readonly string[]): BenchmarkedProblem {
  const rest = <T>(record: Readonly<Record<string, T>>) =>
    Object.fromEntries(Object.entries(record).filter(([name]) => !optimizers.includes(name)));
  const { compared: { arms, trials }, spaces, refused, resumed, machines } = problem;
  return {
    ...problem,
    compared: { arms: arms.filter((a) => !optimizers.includes(a.optimizer)), trials: rest(trials) },
    spaces: rest(spaces),
    refused: rest(refused),
    resumed: rest(resumed),
    machines: rest(machines),
  };
}

function joined(a: BenchmarkedProblem, b: BenchmarkedProblem): BenchmarkedProblem {
  return {
    ...a,
    compared: {
      arms: [...a.compared.arms, ...b.compared.arms],
      trials: { ...a.compared.trials, ...b.compared.trials },
    },
    spaces: { ...a.spaces, ...b.spaces },
    refused: { ...a.refused, ...b.refused },
    resumed: { ...a.resumed, ...b.resumed },
    machines: { ...a.machines, ...b.machines },
  };
}
