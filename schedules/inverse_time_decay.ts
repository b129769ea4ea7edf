import { type Declarations, filledOptions, fixed, needed } from "../options/mod.ts";
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

/** The declarations of {@linkcode InverseTimeDecayOptions}. */
export const INVERSE_TIME_DECAY_OPTIONS = {
  initial: needed("a finite number of at least 0"),
  rate: needed("a finite number of at least 0"),
  every: fixed("a finite number above 0", 1),
} satisfies Declarations<InverseTimeDecayOptions>;

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
  const { initial, rate, every } = filledOptions("inverseTimeDecay", options, INVERSE_TIME_DECAY_OPTIONS);
  return (step) => initial / (1 + rate * step / every);
}
