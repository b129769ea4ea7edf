/**
 * Figures of the data of `momentum`: growth of the iterations, crossings of the ravine, sizes of updates.
 *
 * @module
 */
import { required } from "../../../../options/mod.ts";
import { type Point, ravine } from "../../../lab/problems/mod.ts";
import {
  type MomentumData,
  type MomentumRun,
  type RavinePath,
  SPIKE_AT,
  type SpikedUpdates,
} from "./data.ts";

/** Returns the rules, in the order of the runs. */
export function rulesOf({ runs }: Pick<MomentumData, "runs">): string[] {
  return [...new Set(runs.map((r) => r.rule))];
}

/** Returns the exponent `p` of `iterations ~ condition^p` of one rule, by least squares over the upper half of the range. */
export function exponentOf(runs: readonly MomentumRun[]): number {
  const known = runs.filter((r) => Number.isFinite(r.iterations));
  const largest = known.at(-1)?.condition ?? NaN;
  const upper = known.filter((r) => r.condition ** 2 >= largest);
  if (upper.length === 0) return NaN;
  const points = upper.map((r) => ({ x: Math.log(r.condition), y: Math.log(r.iterations) }));
  const mx = points.reduce((sum, { x }) => sum + x, 0) / points.length;
  const my = points.reduce((sum, { y }) => sum + y, 0) / points.length;
  const xy = points.reduce((sum, { x, y }) => sum + (x - mx) * (y - my), 0);
  return xy / points.reduce((sum, { x }) => sum + (x - mx) ** 2, 0);
}

/** Returns the exponent of each rule. */
export function exponentsOf(data: Pick<MomentumData, "runs">): Record<string, number> {
  return Object.fromEntries(
    rulesOf(data).map((rule) => [rule, exponentOf(data.runs.filter((r) => r.rule === rule))]),
  );
}

/** Returns how often a path crosses the ground of the ravine. */
export function turnsOf(points: readonly Point[]): number {
  const across = points.map(([x, y]) => Math.cos(Math.PI / 6) * y - Math.sin(Math.PI / 6) * x);
  return across.filter((v, i) => i > 0 && Math.sign(v) !== Math.sign(across[i - 1]!)).length;
}

/** The end of a path in the ravine. */
export interface RavineEnd {
  /** How often the path crosses the ground of the ravine. */
  readonly turns: number;
  /** The height at the end. */
  readonly f: number;
}

/** Returns the crossings of a path, and the height at its end. */
export function ravineEnd({ points }: RavinePath): RavineEnd {
  return { turns: turnsOf(points), f: ravine.f(...required(points, points.length - 1, "point")) };
}

/** Returns the largest update, by its size. */
export function largestUpdate({ updates }: SpikedUpdates): number {
  return Math.max(...updates.map(Math.abs));
}

/** How many updates follow the outlier in {@linkcode movedAfterSpike}, its own included. */
export const AFTER = 60;

/** Returns how far the updates from the outlier on move in all. */
export function movedAfterSpike({ updates }: SpikedUpdates): number {
  return Math.abs(updates.slice(SPIKE_AT, SPIKE_AT + AFTER).reduce((a, b) => a + b, 0));
}
