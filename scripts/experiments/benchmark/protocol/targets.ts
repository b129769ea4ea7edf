/**
 * The targets of the problems: validation results to reach, stored beforehand by `tools/benchmark_targets.ts`.
 *
 * @module
 */
import stored from "./targets.json" with { type: "json" };
import type { Target } from "../data.ts";

/** A stored target. */
export interface StoredTarget extends Target {
  /** The digest of the problem that it was found on, without its target. */
  readonly definition: string;
}

/** Targets by problem and by the epochs of a training. */
export type StoredTargets = Readonly<Record<string, Readonly<Record<string, StoredTarget>>>>;

/** The stored targets. */
export const TARGETS: StoredTargets = stored;

/**
 * Returns the target of a problem for a length of training; `null` without one.
 *
 * @param options.definition the digest of the problem: a target of other data or another definition is none
 */
export function targetOf(
  problem: string,
  { epochs, definition }: { epochs: number; definition: string },
  targets: StoredTargets = TARGETS,
): Target | null {
  const found = targets[problem]?.[String(epochs)];
  return found?.definition === definition ? { value: found.value, from: found.from } : null;
}
