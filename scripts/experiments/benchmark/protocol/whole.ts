/**
 * Checks that the stored data of a run are whole: they may have been cut, or edited.
 *
 * @module
 */
import type { Arm, Trial } from "../../../comparison/mod.ts";
import type { BenchmarkConfig, BenchmarkData, BenchmarkedProblem } from "../data.ts";
import { protocolOf } from "./definition.ts";

/** The number fields of a run that results are made of. */
const NUMBERS = ["validationLoss", "validationAccuracy", "testLoss", "testAccuracy", "seconds"] as const;

/** Returns what of the data is not as a run stores it, as a path such as `problems[0].compared`; `undefined` if all is. */
export function faultOf(data: Partial<BenchmarkData>): string | undefined {
  const { config, problems, protocol } = data;
  if (!isRecord(config) || !Array.isArray(config.seeds) || !Array.isArray(config.tuningSeeds)) {
    return "config";
  }
  if (![config.declared, config.gradients ?? {}, config.code].every(isRecord)) return "config";
  if (protocolOf(config as BenchmarkConfig).digest !== protocol?.digest) return "protocol.digest";
  if (!Array.isArray(problems) || problems.length === 0) return "problems";
  for (const [i, problem] of problems.entries()) {
    const fault = faultOfProblem(problem, config as BenchmarkConfig);
    if (fault !== undefined) return `problems[${i}]${fault}`;
  }
}

function faultOfProblem(problem: BenchmarkedProblem, config: BenchmarkConfig): string | undefined {
  if (!isRecord(problem) || typeof problem.problem !== "string" || typeof problem.digest !== "string") {
    return "";
  }
  if (problem.metric !== "accuracy" && problem.metric !== "loss") return ".metric";
  if (problem.target !== null && typeof problem.target?.value !== "number") return ".target";
  const records = ["spaces", "refused", "resumed", "machines"] as const;
  const record = records.find((name) => !isRecord(problem[name]));
  if (record !== undefined) return `.${record}`;
  const { arms, trials } = (problem.compared ?? {}) as Partial<BenchmarkedProblem["compared"]>;
  if (!Array.isArray(arms)) return ".compared.arms";
  if (!isRecord(trials)) return ".compared.trials";
  const arm = arms.findIndex((a) => !isWholeArm(a, config));
  if (arm >= 0) return `.compared.arms[${arm}]`;
  const tried = Object.entries(trials).find(([, all]) => !isTried(all, config));
  return tried === undefined ? undefined : `.compared.trials.${tried[0]}`;
}

/** Returns whether an arm has a run for each seed, with its scores, and the evaluations of each run. */
function isWholeArm({ optimizer, runs, points }: Arm, { seeds }: BenchmarkConfig): boolean {
  return typeof optimizer === "string" && Array.isArray(runs) && Array.isArray(points) &&
    runs.length === seeds.length && points.length === seeds.length &&
    runs.every((run, i) =>
      run.seed === seeds[i] && typeof run.diverged === "boolean" &&
      NUMBERS.every((name) => typeof run[name] === "number")
    ) &&
    points.every((all) =>
      Array.isArray(all) &&
      all.every(({ step, seconds, scores }) =>
        typeof step === "number" && typeof seconds === "number" && isRecord(scores)
      )
    );
}

/** Returns whether trials have a loss for each tuning seed. */
function isTried(trials: readonly Trial[], { tuningSeeds }: BenchmarkConfig): boolean {
  return Array.isArray(trials) &&
    trials.every(({ setting, losses, accuracies = losses }) =>
      isRecord(setting) &&
      [losses, accuracies].every((values) =>
        Array.isArray(values) && values.length === tuningSeeds.length &&
        values.every((v) => typeof v === "number")
      )
    );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
