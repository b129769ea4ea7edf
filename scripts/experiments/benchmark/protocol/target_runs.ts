/**
 * Finds the targets of problems: the median validation result of SGD with momentum, tuned by trials, on seeds that no run
 * of the benchmark uses.
 *
 * @module
 */
import { parseOptions, type Takes } from "../../../cli/mod.ts";
import { compareOptimizers, optimizerOf } from "../../../lab/mod.ts";
import { Lab } from "../../../run/mod.ts";
import { median } from "../../../statistics/mod.ts";
import { spacesOf } from "../../compare/spaces.ts";
import { contenderOf } from "../contenders.ts";
import { loadedProblem } from "../load.ts";
import { type ChosenProblem, chosenProblems, PROBLEM_OPTIONS, TARGET_SEED } from "../options.ts";
import type { StoredTarget } from "./targets.ts";

/** The optimizer that sets the targets: SGD with a momentum of 0.9. */
const OPTIMIZER = "momentum";

/** Trials that choose its learning rate. */
const TRIALS = 25;

/** Seeds at the best rate, over which the median is. */
const SEEDS = 5;

/** The significant digits of a target. */
const DIGITS = 6;

/** Returns a value with fewer digits that is no harder to reach. */
export function easier(value: number, metric: "accuracy" | "loss"): number {
  if (value === 0) return 0;
  const unit = 10 ** (Math.floor(Math.log10(Math.abs(value))) - DIGITS + 1);
  const steps = metric === "accuracy" ? Math.floor(value / unit) : Math.ceil(value / unit);
  return Number((steps * unit).toPrecision(DIGITS));
}

/** The options of the tool: those of the benchmark that choose problems. */
const TAKES: Takes = { common: ["epochs", "data-dir"], options: PROBLEM_OPTIONS };

/** Returns the problems that a command line names, and the folder of their files. @throws {UsageError} for a wrong call. */
export function askedTargets(
  args: readonly string[],
): { readonly problems: readonly ChosenProblem[]; readonly dataDir: string | undefined } {
  const { options } = parseOptions(["targets", ...args], { targets: TAKES });
  return { problems: chosenProblems(options), dataDir: options.dataDir };
}

/** Options for finding a target. */
interface TargetOptions {
  readonly dataDir: string | undefined;
  readonly progress: (done: number, of: number, what: string) => void;
}

/** Finds the target of a problem; `undefined` if a run of the best rate diverged. @throws {UsageError} without its files. */
export async function foundTarget(
  chosen: ChosenProblem,
  { dataDir, progress }: TargetOptions,
): Promise<StoredTarget | undefined> {
  const { task, told: { metric, batchSize, epochs }, definition } = await loadedProblem(chosen, { dataDir });
  const optimizer = optimizerOf(OPTIMIZER);
  const space = spacesOf([optimizer], { searched: "rate", changes: [] })[OPTIMIZER];
  const seeds = Array.from({ length: SEEDS }, (_, i) => TARGET_SEED + i);
  const { arms } = await compareOptimizers({
    task,
    contenders: [contenderOf(optimizer, space)],
    seeds,
    tuningSeeds: [TARGET_SEED + SEEDS],
    budget: TRIALS,
    searchSeed: TARGET_SEED,
    judgedBy: metric,
    epochs,
    batchSize,
    device: "cpu",
    lab: new Lab(),
    progress,
  });
  const [{ runs, learningRate }] = arms as [typeof arms[0]];
  if (runs.some((r) => r.diverged)) return undefined;
  const values = runs.map((r) => (metric === "accuracy" ? r.validationAccuracy : r.validationLoss));
  return {
    value: easier(median(values), metric),
    from:
      `the median final validation ${metric} over ${SEEDS} seeds of SGD with momentum (0.9) at a rate of ${learningRate}, the best of ` +
      `${TRIALS} trials`,
    definition,
  };
}
