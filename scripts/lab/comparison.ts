/**
 * Compares optimizers on one task with equal budgets, over several seeds. The statistics of the results are in
 * `scripts/comparison`.
 *
 * @module
 */
import type { Device, Optimizer } from "../../mod.ts";
import type { Arm, Compared, ComparedRun } from "../comparison/mod.ts";
import { openStudy, type StudyPoint, type StudyTask } from "./study.ts";
import type { Lab } from "../run/mod.ts";
import { type Trial, tune } from "./rate_search.ts";

/** An optimizer to compare, with one rate or more. */
export interface Contender {
  readonly name: string;
  /** The rates to run; `null` to choose one by validation. */
  readonly rates: readonly number[] | null;
  /** The rate at which tuning starts. */
  readonly learningRate: number;
  readonly make: (learningRate: number, course?: { readonly steps?: number }) => Optimizer;
}

/** The budget of each run. */
export interface Budget {
  readonly epochs: number;
  readonly batchSize: number;
}

/** The contenders and settings of a comparison. */
export interface ComparisonOptions extends Budget {
  readonly task: StudyTask;
  readonly contenders: readonly Contender[];
  readonly seeds: readonly number[];
  /** Seeds of the runs that choose the rates; they differ from `seeds`. */
  readonly tuningSeeds: readonly number[];
  readonly device: Device;
  /** The lab of the run, which keeps the trainings. */
  readonly lab: Lab;
  readonly progress: (done: number, of: number, what: string) => void;
}

/** Tunes each contender without a given rate, then runs it with every seed. */
export async function compareOptimizers(options: ComparisonOptions): Promise<Compared> {
  const { task, contenders, seeds, tuningSeeds, epochs, batchSize, device, lab, progress } = options;
  const arms: Arm[] = [];
  const trials: Record<string, readonly Trial[]> = {};
  for (const [i, { name, rates, learningRate: base, make }] of contenders.entries()) {
    await using study = await openStudy({ task, make, device, lab, name });
    let chosen = rates;
    if (chosen === null) {
      const tuned = await tune(study, {
        base,
        seeds: tuningSeeds,
        epochs,
        batchSize,
        onTrial: (k) => progress(i + Math.min(0.6, k / 10), contenders.length, `${name}: rate ${k + 1}`),
      });
      trials[name] = tuned.trials;
      chosen = [tuned.best.rate];
    }
    for (const [j, learningRate] of chosen.entries()) {
      const runs: ComparedRun[] = [];
      const points: (readonly StudyPoint[])[] = [];
      for (const [k, seed] of seeds.entries()) {
        const part = (j + k / seeds.length) / chosen.length;
        progress(
          i + (rates === null ? 0.6 + 0.4 * part : part),
          contenders.length,
          `${name}: seed ${k + 1}/${seeds.length}`,
        );
        const run = await study.run({ learningRate, seed, epochs, batchSize });
        const { step, seconds, scores } = run.points.at(-1)!;
        points.push(run.points);
        runs.push({
          optimizer: name,
          learningRate,
          seed,
          epochs,
          steps: step,
          trainLoss: scores.train!.loss,
          validationLoss: scores.validation!.loss,
          validationAccuracy: scores.validation!.accuracy,
          testLoss: scores.test!.loss,
          testAccuracy: scores.test!.accuracy,
          diverged: run.diverged,
          seconds,
        });
      }
      const label = chosen.length > 1 ? `${name} ${learningRate}` : name;
      arms.push({ name: label, optimizer: name, learningRate, runs, points });
    }
  }
  progress(contenders.length, contenders.length, "done");
  return { arms, trials };
}
