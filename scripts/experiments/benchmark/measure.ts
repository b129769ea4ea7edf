/**
 * The measurements of `benchmark`: on each problem each optimizer is tuned by trials, then run with every seed.
 *
 * @module
 */
import { type Options, seedParts } from "../../cli/mod.ts";
import { tell, UsageError } from "../../console/mod.ts";
import { compareOptimizers, type Contender, courseOf } from "../../lab/mod.ts";
import { machineText, type MeasureContext } from "../../run/mod.ts";
import { baselineOptimizers } from "./baselines.ts";
import { codeOf } from "./protocol/code.ts";
import {
  type BenchmarkContender,
  contendersOf,
  declaredOf,
  gradientsOf,
  reasonOf,
  refusals,
  tellRefusal,
} from "./contenders.ts";
import type { BenchmarkConfig, BenchmarkData, BenchmarkedProblem } from "./data.ts";
import { protocolOf } from "./protocol/definition.ts";
import { type LoadedProblem, loadedProblem } from "./load.ts";
import { type Asked, readOptions } from "./options.ts";
import { storedFile } from "./protocol/stored.ts";

/** A problem that is ready. */
interface ReadyProblem extends LoadedProblem {
  /** Those that compete on it. */
  readonly contenders: readonly Contender[];
  /** The reasons why it cannot take some of them, by name. */
  readonly refused: Readonly<Record<string, string>>;
}

/** A run that is ready. */
export interface Setup {
  readonly config: BenchmarkConfig;
  readonly problems: readonly ReadyProblem[];
}

/** Loads the optimizers and the problems. @throws {UsageError} for optimizers that no problem can take, and for missing files. */
export async function prepareRuns(options: Options): Promise<Setup> {
  const asked = readOptions(options);
  tellLength(asked, options);
  const contenders = await contendersOf(asked, options);
  const config = configOf(asked, { options, contenders, code: await codeOf(options) });
  const { dataDir, seed } = options;
  const { published } = config;
  const loaded: LoadedProblem[] = [];
  for (const chosen of asked.problems) loaded.push(await loadedProblem(chosen, { dataDir, published }));
  const competing = (problem: string) =>
    asked.baselines ? contenders.filter((c) => baselineOptimizers(problem).includes(c.name)) : contenders;
  const ready = loaded.map((l) => ({ ...l, contenders: competing(l.told.problem) }));
  const refused = refusals(ready.map(({ task, contenders, told: { problem, epochs, stepsPerEpoch } }) => ({
    problem,
    contenders,
    model: task.model(seed),
    steps: epochs * stepsPerEpoch,
  })));
  return { config, problems: ready.map((r) => ({ ...r, refused: refused[r.told.problem]! })) };
}

/** Tells that no problem is trained for as long as was asked. */
function tellLength({ problems }: Asked, { epochs }: Options): void {
  const most = Math.max(...problems.map((p) => p.epochs));
  if (epochs === undefined || epochs <= most) return;
  tell(`warning: --epochs ${epochs} only shortens trainings: the problems have at most ${most}`);
}

function configOf(
  { scale, budget, seeds: count, tuningSeeds, searched, published, baselines }: Asked,
  { options, contenders, code }: {
    options: Options;
    contenders: readonly BenchmarkContender[];
    code: BenchmarkConfig["code"];
  },
): BenchmarkConfig {
  const [seeds, tuning] = seedParts(options, { seeds: count, tuning: tuningSeeds });
  return {
    scale,
    trials: budget,
    search: searched,
    searchSeed: options.seed,
    declared: declaredOf(contenders),
    gradients: gradientsOf(contenders),
    code,
    seeds,
    tuningSeeds: budget > 1 ? tuning : [],
    ...courseOf(options).texts,
    published,
    baselines,
  };
}

/** Compares the optimizers on each problem. @throws {UsageError} if none of the problems could be trained on. */
export async function measureRuns(
  { config, problems: loaded }: Setup,
  context: MeasureContext,
): Promise<BenchmarkData> {
  const problems: BenchmarkedProblem[] = [];
  for (const [i, problem] of loaded.entries()) {
    const progress = (done: number, of: number, what: string) =>
      context.progress(i + done / of, loaded.length, `${problem.told.problem}, ${what}`);
    problems.push(await measureProblem(problem, { config, context: { ...context, progress } }));
  }
  context.progress(loaded.length, loaded.length, "done");
  const [first] = problems;
  if (problems.every((p) => p.compared.arms.length === 0)) {
    throw new UsageError(`${first!.problem}: ${Object.values(first!.refused)[0]}`);
  }
  const data = { protocol: protocolOf(config), config, problems };
  context.keep(storedFile(data));
  return data;
}

async function measureProblem(
  { task, told, contenders, refused: before }: ReadyProblem,
  { config, context: { options: { device }, lab, progress } }: {
    config: BenchmarkConfig;
    context: MeasureContext;
  },
): Promise<BenchmarkedProblem> {
  const { problem, metric, batchSize, epochs } = told;
  const refused: Record<string, string> = { ...before };
  const { arms, trials, resumed } = await compareOptimizers({
    task,
    name: problem,
    contenders: contenders.filter((c) => !Object.hasOwn(before, c.name)),
    seeds: config.seeds,
    tuningSeeds: config.tuningSeeds,
    budget: config.trials,
    searchSeed: config.searchSeed,
    judgedBy: metric,
    epochs,
    batchSize,
    device,
    lab,
    progress,
    onFailure({ name }, error) {
      refused[name] = reasonOf(error);
      tellRefusal({ problem, name, why: refused[name] });
    },
  });
  const spaces = contenders.flatMap((c) => (c.space === undefined ? [] : [[c.name, c.space] as const]));
  const machine = machineText(device);
  return {
    ...told,
    spaces: Object.fromEntries(spaces),
    compared: { arms, trials },
    refused,
    resumed,
    machines: Object.fromEntries(arms.map((a) => [a.optimizer, machine])),
  };
}
