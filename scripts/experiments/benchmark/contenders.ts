/**
 * The optimizers of the benchmark, and which problems can take them.
 *
 * @module
 */
import type { Model } from "../../../mod.ts";
import type { Options } from "../../cli/mod.ts";
import { Interrupted, tell, UsageError } from "../../console/mod.ts";
import { type Contender, loadedOptimizers, type NamedOptimizer, requireFit } from "../../lab/mod.ts";
import type { SearchSpace, Setting } from "../../lab/search/mod.ts";
import { messageOf } from "../../../options/mod.ts";
import { DamagedCheckpoints } from "../../run/mod.ts";
import { spacesOf } from "../compare/spaces.ts";
import { baselineOptimizers } from "./baselines.ts";
import type { BenchmarkConfig } from "./data.ts";
import { type Asked, OPTIMIZERS_BY_DEFAULT } from "./options.ts";

/** An optimizer of the benchmark. */
export interface BenchmarkContender extends Contender {
  /** The gradients of a batch that one step takes: 2 for `sam`. */
  readonly gradientsPerUpdate: number;
}

/** Loads the optimizers. @throws {UsageError} for an optimizer or a space that is wrong. */
export async function contendersOf(
  { budget, searched, changes, baselines, problems }: Asked,
  options: Options,
): Promise<readonly BenchmarkContender[]> {
  const published = problems.flatMap(({ problem }) => baselineOptimizers(problem.name));
  const chosen = await loadedOptimizers(
    baselines ? { ...options, optimizer: [...new Set(published)] } : options,
    OPTIMIZERS_BY_DEFAULT,
  );
  const spaces = budget > 1 ? spacesOf(chosen, { searched, changes }) : {};
  return chosen.map((optimizer) => contenderOf(optimizer, spaces[optimizer.name]));
}

/** Returns a contender that tries its declared setting first; one without anything to search runs at that. */
export function contenderOf(
  { name, entry, hyperparameters, gradientsPerUpdate }: NamedOptimizer,
  space: SearchSpace | undefined,
): BenchmarkContender {
  const base = { name, hyperparameters, gradientsPerUpdate, ...entry };
  if (space === undefined || Object.keys(space).length === 0) return { ...base, rates: [entry.learningRate] };
  const declared: Setting = { ...hyperparameters, learningRate: entry.learningRate };
  const first = Object.fromEntries(Object.keys(space).map((number) => [number, declared[number]!]));
  return { ...base, rates: null, space, first };
}

/** Returns the settings that the contenders' first trials try, by name. */
export function declaredOf(contenders: readonly Contender[]): BenchmarkConfig["declared"] {
  return Object.fromEntries(
    contenders.flatMap(({ name, first, learningRate }) =>
      first === undefined ? [] : [[name, { learningRate, ...first }]]
    ),
  );
}

/** Returns the gradients that a step of a contender takes, by name, where it takes more than one. */
export function gradientsOf(contenders: readonly BenchmarkContender[]): Readonly<Record<string, number>> {
  return Object.fromEntries(
    contenders.filter((c) => c.gradientsPerUpdate > 1).map((c) => [c.name, c.gradientsPerUpdate]),
  );
}

/** A problem's first model, the steps of its trainings, and who competes on it. */
export interface Training {
  readonly problem: string;
  readonly contenders: readonly Contender[];
  readonly model: Model;
  readonly steps: number;
}

/**
 * Returns why problems cannot take contenders, by problem and contender: a pattern that matches none of a model's
 * parameters, or a schedule longer than the training.
 *
 * @throws {UsageError} if a contender fits none of its problems, or a problem none of its contenders.
 */
export function refusals(
  trainings: readonly Training[],
): Readonly<Record<string, Readonly<Record<string, string>>>> {
  const refused = Object.fromEntries(
    trainings.map(({ problem, contenders, ...training }) => [
      problem,
      Object.fromEntries(contenders.flatMap((c) => {
        const why = refusal(c, training);
        return why === undefined ? [] : [[c.name, why]];
      })),
    ]),
  );
  for (const name of new Set(trainings.flatMap((t) => t.contenders.map((c) => c.name)))) {
    const its = trainings.filter((t) => t.contenders.some((c) => c.name === name));
    const all = its.map(({ problem }) => refused[problem]![name]);
    if (all.every((why) => why !== undefined)) throw new UsageError(all[0]!);
  }
  for (const { problem, contenders } of trainings) {
    const all = contenders.map(({ name }) => refused[problem]![name]);
    if (all.every((why) => why !== undefined)) throw new UsageError(`${problem}: ${all[0]!}`);
  }
  for (const [problem, all] of Object.entries(refused)) {
    for (const [name, why] of Object.entries(all)) tellRefusal({ problem, name, why });
  }
  return refused;
}

function refusal(contender: Contender, training: Pick<Training, "model" | "steps">): string | undefined {
  try {
    requireFit([contender], training);
  } catch (error) {
    return firstLine(error);
  }
}

/** Tells why a problem goes on without an optimizer. */
export function tellRefusal({ problem, name, why }: { problem: string; name: string; why: string }): void {
  tell(`warning: ${problem} goes on without ${name}: ${why}`);
}

/** Messages of a runtime where the machine failed, not the rule. */
const MACHINE = /out of memory|failed to allocate|bad.alloc|device (is |was )?lost|CUDA (failure|error)/i;

/**
 * Returns why a training failed, if it is the rule that the problem cannot take.
 *
 * @throws the error, if the run was stopped, its files cannot be read or written, or the machine has no memory or device
 * left: other rules would fail, too.
 */
export function reasonOf(error: unknown): string {
  const other = [Interrupted, DamagedCheckpoints, DOMException, ...Object.values(Deno.errors)];
  if (!(error instanceof Error) || other.some((kind) => error instanceof kind)) throw error;
  if (MACHINE.test(error.message)) throw error;
  return firstLine(error);
}

function firstLine(error: unknown): string {
  return messageOf(error).split("\n")[0]!;
}
