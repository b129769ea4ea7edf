/**
 * Checks that runs of the benchmark can be combined.
 *
 * @module
 */
import { exactJson } from "../../../../runtime/checkpoint/mod.ts";
import { UsageError } from "../../../console/mod.ts";
import type { BenchmarkedProblem } from "../data.ts";
import { armOn, optimizersOf } from "../results/runs.ts";
import { SHARED_SETTINGS, type SharedSettings } from "./definition.ts";
import type { StoredRun } from "./stored.ts";

/** Checks that two runs have the same settings. @throws {UsageError} naming one that differs. */
export function requireSameProtocol(a: StoredRun, b: StoredRun): void {
  if (a.data.protocol.digest === b.data.protocol.digest) return;
  const names = Object.keys(SHARED_SETTINGS) as readonly (keyof SharedSettings)[];
  const shown = ({ data }: StoredRun, name: keyof SharedSettings) => exactJson(data.config[name]);
  const other = names.find((name) => shown(a, name) !== shown(b, name));
  const what = other === undefined
    ? "their digests"
    : `${SHARED_SETTINGS[other]}: ${shown(a, other)} and ${shown(b, other)}`;
  throw new UsageError(`${a.folder} and ${b.folder} cannot be combined, they differ in ${what}`);
}

/** Checks that optimizers of one name have the same settings, spaces and code. @throws {UsageError} naming one that differs. */
export function requireSameOptimizers(runs: readonly StoredRun[]): void {
  const seen = new Map<string, { folder: string; text: string }>();
  for (const { folder, data: { config, problems } } of runs) {
    const told = [
      ...Object.entries(config.code).map(([name, digests]) => [name, "code", digests] as const),
      ...Object.entries(config.declared).map(([name, d]) =>
        [name, "declared setting", exactJson(d)] as const
      ),
      ...problems.flatMap(({ spaces }) =>
        Object.entries(spaces).map(([name, space]) => [name, "search space", exactJson(space)] as const)
      ),
    ];
    for (const [name, what, text] of told) {
      const before = seen.get(`${name} ${what}`) ?? { folder, text };
      seen.set(`${name} ${what}`, before);
      if (before.text === text) continue;
      throw new UsageError(
        `${before.folder} and ${folder} cannot be combined, ${name} differs in its ${what}: ${before.text} and ${text}`,
      );
    }
  }
}

/**
 * Checks that each optimizer was run on each problem, or refused by it: one that is missing would count as one that failed.
 *
 * @throws {UsageError} naming what is missing.
 */
export function requireComplete(problems: readonly BenchmarkedProblem[]): void {
  const optimizers = optimizersOf({ problems });
  const missing = problems.flatMap((problem) =>
    optimizers.filter((o) => armOn(problem, o) === undefined && !Object.hasOwn(problem.refused, o))
      .map((optimizer) => `${optimizer} on ${problem.problem}`)
  );
  if (missing.length === 0) return;
  const shown = missing.slice(0, MOST_LISTED).join(", ");
  const others = missing.length - MOST_LISTED;
  throw new UsageError(
    `these runs cannot be combined, there is none of ${shown}${others > 0 ? ` and ${others} more` : ""}: ` +
      "add what is missing, or name only the folders of problems that all optimizers were run on",
  );
}

/** The most missing runs that an error lists. */
const MOST_LISTED = 6;

/** The parts of a problem's definition, in words. */
const DEFINITION = {
  title: "title",
  about: "definition",
  metric: "metric",
  batchSize: "batch size",
  epochs: "epochs",
  stepsPerEpoch: "number of training examples",
  target: "target",
} as const satisfies Partial<Record<keyof BenchmarkedProblem, string>>;

/** Checks that two problems of one name, and of a folder each, are the same. @throws {UsageError} naming what differs. */
export function requireSameDefinition(
  [a, folderA]: readonly [BenchmarkedProblem, string],
  [b, folderB]: readonly [BenchmarkedProblem, string],
): void {
  if (a.digest === b.digest) return;
  const names = Object.keys(DEFINITION) as readonly (keyof typeof DEFINITION)[];
  const other = names.find((key) => exactJson(a[key]) !== exactJson(b[key]));
  const why = other === undefined
    ? "data or in the first weights"
    : `${DEFINITION[other]}: ${exactJson(a[other])} and ${exactJson(b[other])}`;
  throw new UsageError(
    `${a.problem} of ${folderA} and of ${folderB} cannot be combined, they differ in the ${why}`,
  );
}
