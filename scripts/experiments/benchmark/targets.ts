/**
 * The targets of the problems: validation results to reach, stored beforehand by `tools/benchmark_targets.ts`.
 *
 * @module
 */
import stored from "./targets.json" with { type: "json" };
import type { Target } from "./data.ts";

/** Targets by problem and by the epochs of a training. */
export type StoredTargets = Readonly<Record<string, Readonly<Record<string, Target>>>>;

/** Returns the target of a problem for a length of training; `null` without one. */
export function targetOf(
  problem: string,
  epochs: number,
  targets: StoredTargets = stored as StoredTargets,
): Target | null {
  return targets[problem]?.[String(epochs)] ?? null;
}
