/**
 * The measurements of `find-rate`: trainings whose learning rate grows from step to step.
 *
 * @module
 */
import { type Options, seedsFrom } from "../../cli/mod.ts";
import { courseOf, loadedOptimizers, type NamedOptimizer, requireFit } from "../../lab/mod.ts";
import type { StudyTask } from "../../lab/mod.ts";
import type { Context } from "../../run/mod.ts";
import { taskOf } from "../compare/task.ts";
import type { FindRateConfig, FindRateData, RangeRun } from "./data.ts";
import { DEFAULTS, readOptions } from "./options.ts";
import { divergesAt } from "./suggestion.ts";
import { requireTestable, testedRule } from "./tested_rule.ts";

/** Steps after which a test looks whether the loss has diverged. */
const LOOK = 50;

/** The most examples in one run of the program. */
const EXAMPLES_A_RUN = 16_384;

interface Setup extends Omit<FindRateData, "runs"> {
  readonly task: StudyTask;
  readonly optimizers: readonly NamedOptimizer[];
}

/** Loads the optimizers and the data set. @throws {UsageError} for optimizers and models that it cannot test. */
export async function prepare(options: Options): Promise<Setup> {
  const { task: asked, range, smoothing, seeds } = readOptions(options);
  const optimizers = await loadedOptimizers(options, DEFAULTS.optimizers);
  const { title, task, batchSize, ...told } = await taskOf(asked, { ...options, who: "find-rate" });
  const config: FindRateConfig = {
    ...told,
    ...range,
    smoothing,
    seeds: seedsFrom(options, seeds),
    batchSize: Math.min(batchSize, Object.values(task.train)[0]!.shape[0]!),
    clip: courseOf(options).texts.clip,
  };
  const model = task.model(options.seed);
  requireFit(optimizers.map((o) => o.entry), { model });
  for (const optimizer of optimizers) requireTestable(optimizer, { model, range });
  return { title, config, task, optimizers };
}

/** Tests each optimizer with every seed. All tests of an optimizer run one compiled program. */
export async function measure(
  { title, config, task, optimizers }: Setup,
  { options: { device }, progress, lab }: Context,
): Promise<FindRateData> {
  const { seeds, steps, batchSize, smoothing } = config;
  const { model, train } = task;
  await using trainer = lab.open({ ...task.trainer, name: "range test", model, train, device });
  const runs: RangeRun[] = [];
  for (const optimizer of optimizers) {
    const { name, hyperparameters } = optimizer;
    for (const seed of seeds) {
      progress(runs.length, optimizers.length * seeds.length, `${name}, seed ${seed}`);
      const { reports } = await trainer.train({
        optimizer: testedRule(optimizer, config),
        label: name,
        seed,
        steps,
        batchSize,
        remainder: "drop",
        chunk: Math.max(1, Math.min(LOOK, Math.floor(EXAMPLES_A_RUN / batchSize))),
        every: LOOK,
        keepReports: true,
        until: (_, { loss = [] }) => divergesAt(loss, smoothing) !== undefined,
      });
      runs.push({ optimizer: name, hyperparameters, seed, losses: reports.loss ?? [] });
    }
  }
  progress(1, 1, "done");
  return { title, config, runs };
}
