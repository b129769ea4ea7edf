/**
 * The data of `momentum`.
 *
 * @module
 */
import type { Point } from "../../../lab/problems/mod.ts";

/** The distance to the minimum, as a share of that at the start, at which a descent has arrived. */
export const TOLERANCE = 1e-6;

/** The step whose gradient is the outlier. */
export const SPIKE_AT = 200;

/** The gradient of that step, where the others are 1 with noise. */
export const SPIKE = -100;

/** A rule's iterations on a quadratic. */
export interface MomentumRun {
  readonly rule: string;
  /** The condition number of the quadratic. */
  readonly condition: number;
  /** Steps until the distance has fallen to a millionth; infinite if it does not. */
  readonly iterations: number;
}

/** A path in the ravine. */
export interface RavinePath {
  readonly optimizer: string;
  /** The start, and the point after each step. */
  readonly points: readonly Point[];
}

/** Updates on a constant slope with noise and one outlier. */
export interface SpikedUpdates {
  readonly optimizer: string;
  /** The update of each step. */
  readonly updates: readonly number[];
}

/** The sizes of the largest updates with one noise. */
export interface LargestUpdates {
  readonly seed: number;
  readonly gd: number;
  readonly momentum: number;
}

/** The data of `momentum`. */
export interface MomentumData {
  readonly seed: number;
  /** The largest condition number is 10^decades. */
  readonly decades: number;
  readonly runs: readonly MomentumRun[];
  readonly paths: readonly RavinePath[];
  /** The updates with the noise of the seed. */
  readonly spiked: readonly SpikedUpdates[];
  /** The largest updates with the noises of several seeds, the first of which is the seed. */
  readonly largest: readonly LargestUpdates[];
}
