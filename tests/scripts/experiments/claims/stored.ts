/**
 * Data of experiments as claims read them from a store: JSON, with NaN and infinities.
 *
 * @module
 */
import type { Claim, Verdict } from "../../../../scripts/report/mod.ts";
import type { Arm, Compared, ComparedRun } from "../../../../scripts/comparison/mod.ts";
import { exactJson, parseExactJson } from "../../../../runtime/checkpoint/checkpoint.ts";

/** Returns data as it comes back from a store. */
export function stored<T>(data: T): T {
  return parseExactJson(exactJson(data)) as T;
}

/** Returns the verdicts of claims, in order. */
export function verdicts(claims: readonly Claim[]): Verdict[] {
  return claims.map((c) => c.verdict);
}

/** The measures of an arm, a value for each seed; 0.5 for those that are left out. */
export type SeedValues = Partial<
  Record<
    "trainLoss" | "validationLoss" | "validationAccuracy" | "testLoss" | "testAccuracy",
    readonly number[]
  >
>;

/** Returns an arm with a run for each seed; `diverged` lists the seeds whose runs did. */
export function armOf(
  name: string,
  values: SeedValues,
  { diverged = [], learningRate = 0.1, optimizer = name }: {
    diverged?: readonly number[];
    learningRate?: number;
    optimizer?: string;
  } = {},
): Arm {
  const seeds = Math.max(...Object.values(values).map((v) => v.length));
  const runs = Array.from({ length: seeds }, (_, seed): ComparedRun => ({
    optimizer,
    learningRate,
    hyperparameters: {},
    seed,
    epochs: 1,
    steps: 1,
    trainLoss: values.trainLoss?.[seed] ?? 0.5,
    validationLoss: values.validationLoss?.[seed] ?? 0.5,
    validationAccuracy: values.validationAccuracy?.[seed] ?? 0.5,
    testLoss: values.testLoss?.[seed] ?? 0.5,
    testAccuracy: values.testAccuracy?.[seed] ?? 0.5,
    diverged: diverged.includes(seed),
    seconds: 1,
  }));
  return {
    name,
    optimizer,
    learningRate,
    hyperparameters: {},
    runs,
    points: runs.map(() => []),
  };
}

/** Returns a comparison of arms whose rates were not tuned. */
export function comparedOf(arms: readonly Arm[]): Compared {
  return { arms, trials: {} };
}

/** Returns a value for each of some seeds. */
export function each(seeds: number, value: number | ((seed: number) => number)): number[] {
  return Array.from({ length: seeds }, (_, seed) => (typeof value === "number" ? value : value(seed)));
}
