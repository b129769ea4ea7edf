/**
 * Loads problems: their tasks, and what the data tells of them.
 *
 * @module
 */
import type { ProblemFiles } from "../../benchmark/mod.ts";
import type { StudyTask } from "../../lab/mod.ts";
import type { BenchmarkedProblem } from "./data.ts";
import { digestOfDefinition, digestWithTarget } from "./protocol/definition.ts";
import type { ChosenProblem } from "./options.ts";
import { targetOf } from "./protocol/targets.ts";

/** A problem that is ready to be trained on. */
export interface LoadedProblem {
  readonly task: StudyTask;
  /** The data of it, apart from its runs. */
  readonly told: Omit<BenchmarkedProblem, "spaces" | "compared" | "refused" | "resumed" | "machines">;
  /** The digest of its definition without the target. */
  readonly definition: string;
}

/** Loads a problem. @throws {UsageError} without its files. */
export async function loadedProblem(
  { problem, epochs }: ChosenProblem,
  { dataDir, published = false }: ProblemFiles,
): Promise<LoadedProblem> {
  const { name, title, about, metric } = problem;
  const loaded = await problem.load({ dataDir, published });
  // The published runs took the batches of the first epoch in every epoch.
  const task: StudyTask = published ? { ...loaded, shuffle: "once" } : loaded;
  const count = Object.values(task.train)[0]!.shape[0]!;
  const batchSize = Math.min(problem.batchSize, count);
  const told = { problem: name, title, about, metric, batchSize, epochs };
  const definition = digestOfDefinition(told, task);
  // A run that trains on the examples for validation cannot be compared with a target.
  const target = published ? null : targetOf(name, { epochs, definition });
  return {
    task,
    definition,
    told: {
      ...told,
      direction: metric === "accuracy" ? "maximize" : "minimize",
      stepsPerEpoch: Math.floor(count / batchSize),
      target,
      digest: digestWithTarget(definition, target),
    },
  };
}
