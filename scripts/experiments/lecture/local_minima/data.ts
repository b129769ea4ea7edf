/**
 * The data of `local-minima`.
 *
 * @module
 */
import type { Point } from "../../../lab/problems/mod.ts";
import type { Name } from "./functions.ts";

/** The largest distance from a minimum at which a descent has found it. */
export const NEAR = 0.1;

/** Descents from a grid of starts with one optimizer. */
export interface BasinRun {
  readonly function: Name;
  readonly optimizer: string;
  readonly learningRate: number;
  readonly starts: readonly Point[];
  /** The end of the descent from each start. */
  readonly ends: readonly Point[];
  /** For each start the number of the minimum found, the lowest first; -1 for none. */
  readonly found: readonly number[];
}

/** The data of `local-minima`. */
export interface LocalMinimaData {
  /** Starts along each side of the maps. */
  readonly grid: number;
  /** Steps of each descent. */
  readonly steps: number;
  /** Every optimizer on every function, each at its tuned rate. */
  readonly runs: readonly BasinRun[];
  /** Gradient descent, and momentum, on the double well, both at the same small rate. */
  readonly small: readonly BasinRun[];
}

/** Returns the runs on a function. */
export function runsOn(runs: readonly BasinRun[], name: Name): BasinRun[] {
  return runs.filter((r) => r.function === name);
}

/** Returns the share of values that pass a test. */
export function share<T>(values: readonly T[], test: (value: T, i: number) => boolean): number {
  return values.filter(test).length / values.length;
}

/** Returns a share as `12.5%`. */
export function percent(share: number): string {
  return `${(100 * share).toFixed(1)}%`;
}
