import { checkNumber, checkOptions, type OptionNames } from "../options/mod.ts";
import type { Schedule } from "./schedule.ts";

/** Options of {@linkcode inverseTimeDecay}. */
export interface InverseTimeDecayOptions {
  /** The value at step 0: a finite number of at least 0. */
  readonly initial: number;
  /** The speed at which the value falls: a finite number of at least 0. */
  readonly rate: number;
  /** Steps over which `rate` applies: a finite number above 0. 1 by default. */
  readonly every?: number;
}

const INVERSE_TIME_DECAY_OPTIONS = { initial: true, rate: true, every: false } satisfies OptionNames<
  InverseTimeDecayOptions
>;

/**
 * Falls with the inverse of the step: `initial / (1 + rate * step / every)`, with summable squares and no summable
 * values, as Robbins and Monro ask for.
 *
 * @throws {RangeError} for an option out of range.
 *
 * @example
 * ```ts
 * import { inverseTimeDecay } from "./inverse_time_decay.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(inverseTimeDecay({ initial: 1, rate: 0.5 })(2), 0.5);
 * ```
 *
 * @see Robbins, Monro: A Stochastic Approximation Method (1951); Keras `InverseTimeDecay`.
 */
export function inverseTimeDecay(options: InverseTimeDecayOptions): Schedule {
  checkOptions("inverseTimeDecay", options, INVERSE_TIME_DECAY_OPTIONS);
  const { initial, rate, every = 1 } = options;
  checkNumber("initial", initial, "a finite number of at least 0");
  checkNumber("rate", rate, "a finite number of at least 0");
  checkNumber("every", every, "a finite number above 0");
  return (step) => initial / (1 + rate * step / every);
}
