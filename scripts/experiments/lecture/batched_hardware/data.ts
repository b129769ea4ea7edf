/**
 * The data of `batched-hardware`.
 *
 * @module
 */
import type { Options, Scale } from "../../../cli/mod.ts";

/** The lecture's number of operations. */
export const LECTURE = 16;

/** The operation that is timed. */
export type Operation = "forward" | "training";

/** The settings of the runs. */
export interface HardwareConfig {
  readonly scale: Scale;
  /** Units of the perceptron's hidden layers. */
  readonly hidden: readonly number[];
  /** The numbers of operations; the lecture's is among them. */
  readonly counts: readonly number[];
  /** How often each pair is timed. */
  readonly repetitions: number;
  /** Untimed pairs before the timed ones. */
  readonly warmUp: number;
}

/** The times of a pair, in milliseconds. */
export interface Timing {
  readonly what: Operation;
  /** The number of operations. */
  readonly n: number;
  /** From 0. */
  readonly repetition: number;
  /** Milliseconds of `n` operations of size 1. */
  readonly many: number;
  /** Milliseconds of one operation of size `n`. */
  readonly one: number;
}

/** The data of `batched-hardware`. */
export interface HardwareData {
  readonly config: HardwareConfig;
  /** The perceptron in words. */
  readonly model: string;
  readonly device: Options["device"];
  /** The seed of the run, also used for resampling. */
  readonly seed: number;
  readonly timings: readonly Timing[];
  /** The share of its time that a fixed piece of work waited for other work, before or after: the larger one, 0 to 1. */
  readonly waiting: number;
}
