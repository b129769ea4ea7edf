/**
 * The kinds of outcome of a training at a learning rate.
 *
 * @module
 */
import { required } from "../../../../options/mod.ts";
import type { LearningRateData, LearningRateRun } from "./data.ts";

/** The possible outcomes of a training. */
export const KINDS = ["crawls", "converges", "oscillates", "diverges"] as const;

/** One of them. */
export type Kind = typeof KINDS[number];

/** The share of updates that raise the loss from which a training counts as oscillating. */
export const RISES = 0.1;

/** A run and its kind. */
export interface JudgedRun extends LearningRateRun {
  readonly kind: Kind;
  readonly finalLoss: number;
}

/** Returns the loss of guessing among a number of classes. */
function guessing(classes: number): number {
  return Math.log(classes);
}

/** Returns the loss that counts as learned: a tenth of that of guessing. */
export function targetOf(classes: number): number {
  return guessing(classes) / 10;
}

/**
 * Returns what became of a training. It diverges if a loss is not finite, or if losses rose above the first and the
 * last is no better than guessing. Otherwise it oscillates if more than a tenth of the updates raised the loss.
 * Otherwise it converges if it reached a tenth of the loss of guessing, and crawls if it did not.
 */
export function kindOf(losses: readonly number[], classes: number): Kind {
  const [first, last] = [required(losses, 0, "loss"), required(losses, losses.length - 1, "loss")];
  if (!losses.every(Number.isFinite)) return "diverges";
  if (last >= 0.99 * guessing(classes) && losses.some((l) => l > first)) return "diverges";
  const rises = losses.filter((l, i) => i > 0 && l > losses[i - 1]!).length;
  if (rises > RISES * (losses.length - 1)) return "oscillates";
  return last <= targetOf(classes) ? "converges" : "crawls";
}

/** Returns the runs, each with its kind. */
export function judged({ runs, classes }: Pick<LearningRateData, "runs" | "classes">): JudgedRun[] {
  return runs.map((run) => ({
    ...run,
    kind: kindOf(run.losses, classes),
    finalLoss: required(run.losses, run.losses.length - 1, "loss"),
  }));
}

/** Returns how many of the rates converge, seed by seed: octaves of the sweep. */
export function convergingOctaves(runs: readonly JudgedRun[], seeds: readonly number[]): number[] {
  return seeds.map((seed) => runs.filter((r) => r.seed === seed && r.kind === "converges").length);
}
